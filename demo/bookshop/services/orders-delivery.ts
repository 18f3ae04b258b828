/** A question asked by message: a call in disguise. The mended shop tells the delivery day from its own table. */
import { randomUUID } from 'node:crypto'
import type { Channel } from 'amqplib'

const waiting = new Map<string, () => void>()
let replyQueue = ''

/** Asks shipping for a day by message and waits for the answer: a call, but slower and harder to see. */
export async function deliveryDay(channel: Channel): Promise<void> {
  if (replyQueue === '') {
    replyQueue = (await channel.assertQueue('', { exclusive: true })).queue
    await channel.consume(replyQueue, (message) => waiting.get(String(message?.properties.correlationId))?.(), {
      noAck: true,
    })
  }
  const correlationId = randomUUID()
  const answered = new Promise<void>((resolve) => waiting.set(correlationId, resolve))
  channel.publish('bookshop', 'delivery.asked', Buffer.from('{}'), {
    correlationId,
    replyTo: replyQueue,
    messageId: correlationId,
  })
  await answered
  waiting.delete(correlationId)
}

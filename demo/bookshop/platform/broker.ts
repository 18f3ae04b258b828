/**
 * RabbitMQ: one topic exchange, a queue per consumer. In the flawed shop queues are bare; in the mended one each has a limit,
 * a dead-letter exchange, and somebody who reads the dead letters.
 */
import { connect, type Channel, type ConsumeMessage } from 'amqplib'
import { planted } from '../variant'
import { brokerHost } from './network'

export const exchange = 'bookshop'
const deadExchange = 'bookshop.dead'
const vhost = process.env.BOOKSHOP_VHOST ?? 'bookshop'

export async function channelTo(prefetch?: number): Promise<Channel> {
  const connection = await connect(`amqp://guest:guest@${brokerHost}:5672/${vhost}`)
  const channel = await connection.createChannel()
  await channel.assertExchange(exchange, 'topic', { durable: true })
  await channel.assertExchange(deadExchange, 'topic', { durable: true })
  if (prefetch !== undefined) await channel.prefetch(prefetch)
  return channel
}

export function publish(
  channel: Channel,
  key: string,
  body: unknown,
  messageId: string,
  headers: Record<string, string> = {},
): void {
  channel.publish(exchange, key, Buffer.from(JSON.stringify(body)), { messageId, headers, persistent: true })
}

export interface Subscription {
  queue: string
  key: string
  ttlMs?: number
  noAck?: boolean
  /** Only the flawed shop's parcels have a dead-letter queue, and nobody reads it. */
  dead?: boolean
}

function limits(queue: string, dead: boolean): Record<string, unknown> {
  return {
    ...(planted('unbounded-queue') ? {} : { 'x-max-length': 10_000, 'x-overflow': 'reject-publish' }),
    ...(dead ? { 'x-dead-letter-exchange': deadExchange, 'x-dead-letter-routing-key': queue } : {}),
  }
}

export async function subscribe<Body>(
  channel: Channel,
  subscription: Subscription,
  handle: (body: Body, message: ConsumeMessage) => Promise<void>,
): Promise<void> {
  const { queue, key, ttlMs, noAck = false } = subscription
  const dead = subscription.dead === true || !planted('missing-dead-letter')
  const expiry = ttlMs === undefined ? {} : { 'x-message-ttl': ttlMs }
  await channel.assertQueue(queue, { durable: true, arguments: { ...limits(queue, dead), ...expiry } })
  await channel.bindQueue(queue, exchange, key)
  if (dead) {
    await channel.assertQueue(`${queue}.dead`, { durable: true })
    await channel.bindQueue(`${queue}.dead`, deadExchange, queue)
    if (!planted('unattended-dead-letter'))
      await channel.consume(`${queue}.dead`, (message) => message && channel.ack(message))
  }
  await channel.consume(
    queue,
    (message) => {
      if (!message) return
      handle(JSON.parse(message.content.toString()) as Body, message).then(
        () => noAck || channel.ack(message),
        () => noAck || reject(channel, queue, message),
      )
    },
    { noAck },
  )
}

const tries = new Map<string, number>()

/** Requeued again and again in the flawed shop; in the mended one a message that fails is a dead letter at once. */
function reject(channel: Channel, queue: string, message: ConsumeMessage): void {
  const id = `${queue} ${String(message.properties.messageId)}`
  const failed = (tries.get(id) ?? 0) + 1
  tries.set(id, failed)
  if (planted('poison-message') && failed < 8) setTimeout(() => channel.nack(message, false, true), 150)
  else channel.nack(message, false, false)
}

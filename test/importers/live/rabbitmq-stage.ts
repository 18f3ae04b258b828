/**
 * Life in a virtual host of RabbitMQ: queues with and without dead letters, one that grows, one that falls, one that holds poison, one with a
 * limit.
 * What is easily got wrong: the server's own counters come round every five seconds, so the stage is set when they show.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { RabbitHost } from '../../servers/rabbitmq-host.js'

/** Sets the stage, and returns what ends the life on it. */
export async function stage(host: RabbitHost): Promise<() => void> {
  await host.exchange('dead', 'direct')
  await host.queue('orders', { 'x-dead-letter-exchange': 'dead', 'x-dead-letter-routing-key': 'orders' })
  await host.queue('orders.dead')
  await host.bind('dead', 'orders.dead', 'orders')
  for (const name of ['parcels', 'views', 'letters', 'poison', 'bounded']) await host.queue(name)
  await host.policy('limits', '^bounded$', { 'max-length': 500, overflow: 'reject-publish' })
  const channel = await host.channel()
  await channel.prefetch(1)
  let over = false
  const timers: NodeJS.Timeout[] = []
  const send = (queue: string): boolean => !over && channel.sendToQueue(queue, Buffer.from('a book'))
  const often = (queue: string, ms: number): void => void timers.push(setInterval(() => send(queue), ms))
  const consume = (queue: string, ms: number, answer: 'ack' | 'requeue' | 'reject') =>
    channel.consume(queue, (message) => {
      setTimeout(() => {
        if (over || !message) return
        if (answer === 'ack') channel.ack(message)
        else channel.nack(message, false, answer === 'requeue')
      }, ms)
    })

  for (let count = 0; count < 12; count++) send('orders')
  await consume('orders', 0, 'reject')
  often('parcels', 200)
  await consume('parcels', 0, 'ack')
  // Twenty a second come, one in two seconds goes.
  often('views', 50)
  await consume('views', 2000, 'ack')
  for (let count = 0; count < 2000; count++) send('letters')
  await consume('letters', 20, 'ack')
  send('poison')
  await consume('poison', 50, 'requeue')

  for (let waited = 0; waited < 30_000; waited += 500) {
    const states = await Promise.all(['orders.dead', 'poison', 'letters'].map((name) => host.stateOf(name)))
    const [dead, poison, letters] = states
    const redelivered = poison?.message_stats?.['redeliver'] ?? 0
    if (dead?.messages === 12 && redelivered > 0 && (letters?.messages ?? 0) > 500) break
    await pause(500)
  }
  return () => {
    over = true
    timers.forEach(clearInterval)
  }
}

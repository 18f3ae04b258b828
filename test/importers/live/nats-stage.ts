/**
 * Life in a NATS with JetStream: streams with limits and without, a consumer that gives up and one that never does, a backlog that grows and
 * one that falls. Streams are the test's own and go with it.
 */
import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  type ConsumerConfig,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream'
import { connect, nanos, type NatsConnection } from '@nats-io/transport-node'

export interface NatsStage {
  /** Name of a stream or subject of this test. */
  of(name: string): string
  connection: NatsConnection
  leave(): Promise<void>
}

export async function stage(url: string): Promise<NatsStage> {
  const { username, password, host } = new URL(url)
  const connection = await connect({ servers: host, ...(username !== '' && { user: username, pass: password }) })
  // A machine that runs many tests at once is slow to answer.
  const patient = { timeout: 60_000 }
  const manager = await jetstreamManager(connection, patient)
  const of = (name: string): string => `faultline-${process.pid}-${name}`
  const streams: string[] = []
  const stream = async (name: string, config: Partial<StreamConfig> = {}): Promise<void> => {
    streams.push(of(name))
    await manager.streams.add({ name: of(name), subjects: [`${of(name)}.>`], ...config })
  }
  const consumer = (name: string, config: Partial<ConsumerConfig>) => addConsumer(manager, of(name), config)
  const client = jetstream(connection, patient)
  let over = false
  const send = async (name: string, count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent++) await client.publish(`${of(name)}.book`, 'a book')
  }

  await stream('orders', { max_msgs: 1000, max_bytes: 1_000_000, max_age: nanos(3_600_000) })
  await stream('views')
  await stream('letters')
  await stream('given-up', { subjects: [`$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${of('orders')}.*`] })
  await consumer('orders', { durable_name: 'gives-up', max_deliver: 5, ack_wait: nanos(2_000) })
  await consumer('orders', { durable_name: 'never-gives-up', filter_subject: `${of('orders')}.book` })
  await consumer('views', { durable_name: 'slow', max_deliver: 3 })
  await consumer('letters', { durable_name: 'quick', max_deliver: 3 })
  await send('orders', 1)
  await send('letters', 400)

  const working = [
    // A message that never goes well, again and again.
    consume(of('orders'), 'never-gives-up', (message) => message.nak(100)),
    consume(of('letters'), 'quick', (message) => message.ack()),
  ]
  const publishing = setInterval(() => {
    if (!over) void send('views', 5).catch(() => undefined)
  }, 100)

  async function consume(
    name: string,
    durable: string,
    take: (message: { ack(): void; nak(ms?: number): void }) => void,
  ) {
    const from = await client.consumers.get(name, durable)
    while (!over) {
      const message = await from.next({ expires: 1_000 }).catch(() => null)
      if (message) take(message)
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
  }

  return {
    of,
    connection,
    async leave() {
      over = true
      clearInterval(publishing)
      await Promise.allSettled(working)
      for (const name of streams) await manager.streams.delete(name).catch(() => false)
      await connection.close()
    },
  }
}

const addConsumer = (manager: JetStreamManager, name: string, config: Partial<ConsumerConfig>) =>
  manager.consumers.add(name, { ack_policy: AckPolicy.Explicit, ...config })

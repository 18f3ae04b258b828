/**
 * Messages as instrumentations of either generation write them, and what is made of them: who gets a copy, what is one message, which attempt it is,
 * what caused what, and what clocks that differ may not change.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { relationSql } from '../../src/survey/survey.js'
import type { SurveyRows } from '../../src/survey/rows.js'
import { closeStore, currentStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows, type System } from '../sketch.js'

afterAll(closeStore)

interface Written {
  name?: string
  kind: 'Producer' | 'Consumer' | 'Client'
  attributes: Record<string, string>
}

const line = ({ name = 'process', kind, attributes }: Written, index: number): string =>
  JSON.stringify({
    Timestamp: `2026-03-02 09:00:0${index}.000000000`,
    TraceId: `trace${index}`,
    SpanId: `span${index}`,
    SpanName: name,
    SpanKind: kind,
    ServiceName: 'mail',
    SpanAttributes: attributes,
    Duration: 1_000_000,
  })

async function read(written: Written): Promise<Record<string, unknown> | undefined> {
  const store = await surveyedStore(line(written, 0))
  const [row] = await store.query<Record<string, unknown>>(
    'SELECT System, Role, DestinationName, MessagingOperation, Subscription, Lane, MessageId, Attempt, intDiv(EnqueuedNs, 1000000) AS enqueuedMs, Temporary, Error FROM spans',
  )
  return row
}

async function relation<Name extends keyof SurveyRows>(name: Name, system?: System): Promise<SurveyRows[Name]> {
  const store = system ? await surveyedStore(toRows(system.spans)) : currentStore()
  return (await store.query(relationSql(name))) as SurveyRows[Name]
}

describe('what spans say of a message', () => {
  it.each<[string, Written, Record<string, unknown>]>([
    [
      'Kafka, old names: the place in the log is the id, order holds within the partition',
      {
        kind: 'Consumer',
        attributes: {
          'messaging.system': 'kafka',
          'messaging.destination': 'orders',
          'messaging.operation': 'process',
          'messaging.kafka.consumer.group': 'shipping',
          'messaging.kafka.destination.partition': '3',
          'messaging.kafka.message.offset': '17',
        },
      },
      { System: 'kafka', DestinationName: 'orders', Subscription: 'shipping', Lane: 'partition 3', MessageId: '3@17' },
    ],
    [
      'Kafka, current names: order holds within the key',
      {
        kind: 'Consumer',
        attributes: {
          'messaging.system': 'kafka',
          'messaging.destination.name': 'orders',
          'messaging.consumer.group.name': 'shipping',
          'messaging.destination.partition.id': '3',
          'messaging.kafka.offset': '17',
          'messaging.kafka.message.key': 'order-7',
        },
      },
      { Subscription: 'shipping', Lane: 'key order-7', MessageId: '3@17' },
    ],
    [
      'RabbitMQ by amqplib: the queue is in the name of the span',
      {
        name: 'mail.placed process',
        kind: 'Consumer',
        attributes: {
          'messaging.system': 'rabbitmq',
          'messaging.destination': 'shop',
          'messaging.rabbitmq.routing_key': 'order.placed',
          'messaging.message_id': 'o-1',
        },
      },
      { DestinationName: 'shop:order.placed', Subscription: 'mail.placed', MessageId: 'o-1' },
    ],
    [
      'RabbitMQ, current names: exchange, routing key and queue in one',
      {
        name: 'process shop:order.placed:mail.placed',
        kind: 'Consumer',
        attributes: {
          'messaging.system': 'rabbitmq',
          'messaging.destination.name': 'shop:order.placed:mail.placed',
          'messaging.rabbitmq.destination.routing_key': 'order.placed',
        },
      },
      { DestinationName: 'shop:order.placed', Subscription: 'mail.placed' },
    ],
    [
      'Azure Service Bus: deliveries and the time in the queue',
      {
        kind: 'Consumer',
        attributes: {
          'messaging.system': 'servicebus',
          'messaging.destination.name': 'orders',
          'messaging.destination.subscription.name': 'mail',
          'messaging.servicebus.message.delivery_count': '4',
          'messaging.servicebus.message.enqueued_time': '1772442000',
        },
      },
      { Subscription: 'mail', Attempt: 4, enqueuedMs: 1_772_442_000_000 },
    ],
    [
      'Google Pub/Sub: ordering key and delivery attempt',
      {
        kind: 'Consumer',
        attributes: {
          'messaging.system': 'gcp_pubsub',
          'messaging.destination.name': 'orders',
          'messaging.gcp_pubsub.message.ordering_key': 'reader-9',
          'messaging.gcp_pubsub.message.delivery_attempt': '2',
        },
      },
      { Lane: 'key reader-9', Attempt: 2 },
    ],
    [
      'Celery: a retry has failed, and counts from none',
      {
        name: 'run/letters.send',
        kind: 'Consumer',
        attributes: {
          'celery.action': 'run',
          'celery.state': 'RETRY',
          'celery.retries': '2',
          'messaging.destination': 'letters',
          'messaging.message_id': 't-1',
        },
      },
      { System: 'celery', DestinationName: 'letters', MessageId: 't-1', Attempt: 3, Error: 1 },
    ],
    [
      'BullMQ: queue and job',
      {
        kind: 'Consumer',
        attributes: { 'bullmq.queue.name': 'letters', 'bullmq.job.id': '42', 'bullmq.job.attempts.made': '1' },
      },
      { System: 'bullmq', DestinationName: 'letters', MessageId: '42', Attempt: 2 },
    ],
    [
      'NATS: an inbox is made for one asker',
      {
        kind: 'Producer',
        attributes: { 'messaging.system': 'nats', 'messaging.destination.name': '_INBOX.kQ2x.7' },
      },
      { DestinationName: '_INBOX.{id}', Temporary: 1 },
    ],
    [
      'Redis Streams: what is added is published',
      {
        kind: 'Client',
        attributes: {
          'db.system': 'redis',
          'db.statement': 'xadd orders:placed * [4 other arguments]',
          'net.peer.name': 'redis',
        },
      },
      {
        System: 'redis_streams',
        Role: 'producer',
        DestinationName: 'orders:placed',
        MessagingOperation: 'send',
        Subscription: '',
      },
    ],
    [
      'Redis Streams: what a group reads is received',
      {
        kind: 'Client',
        attributes: {
          'db.system.name': 'valkey',
          'db.query.text':
            'XREADGROUP GROUP mailers mailer-1 COUNT 10 BLOCK 5000 STREAMS orders:placed orders:paid > >',
          'server.address': 'redis',
        },
      },
      {
        System: 'redis_streams',
        Role: 'consumer',
        DestinationName: 'orders:placed',
        MessagingOperation: 'receive',
        Subscription: 'mailers',
      },
    ],
    [
      'Redis Streams without a group',
      { kind: 'Client', attributes: { 'db.system': 'redis', 'db.statement': 'XREAD STREAMS orders:placed 0-0' } },
      { System: 'redis_streams', Role: 'consumer', DestinationName: 'orders:placed', Subscription: '' },
    ],
    [
      'Redis Streams whose name is hidden: a command of a store',
      { kind: 'Client', attributes: { 'db.system': 'redis', 'db.statement': 'XADD ? ? ? ?' } },
      { System: 'redis', Role: 'query', DestinationName: '', MessagingOperation: '' },
    ],
    [
      'several commands in one span: of a store',
      { kind: 'Client', attributes: { 'db.system': 'redis', 'db.statement': 'xadd orders * a 1\nset book:1 x' } },
      { System: 'redis', Role: 'query', DestinationName: '' },
    ],
    [
      'a key that only looks like a stream',
      { kind: 'Client', attributes: { 'db.system': 'redis', 'db.statement': 'SET note xadd orders' } },
      { System: 'redis', Role: 'query', DestinationName: '' },
    ],
    [
      'SQS by an old name',
      { kind: 'Consumer', attributes: { 'messaging.system': 'AmazonSQS', 'messaging.destination': 'letters' } },
      { System: 'aws_sqs', DestinationName: 'letters', Attempt: 0 },
    ],
  ])('%s', async (_, written, expected) => {
    expect(await read(written)).toMatchObject(expected)
  })
})

const orders = 'kafka://log:9092/orders'

/** Twenty orders, sent one a second, each to two groups. */
function shop(options: { skewMs?: number } = {}): System {
  const system = sketch('messages')
  if (options.skewMs !== undefined) system.service('shipping', { skewMs: options.skewMs })
  system.repeat(20, (trace, i) => {
    trace.server('orders', 'POST /orders', {}, (s) => {
      s.work(3)
      s.publish(orders, { messageId: `o-${i}`, key: `k-${i % 2}` })
        .consume('shipping', { group: 'shipping', delayMs: 20 }, (c) => {
          c.work(5)
          c.publish('kafka://log:9092/parcels', { messageId: `p-${i}` }).consume(
            'mail',
            { group: 'mail', delayMs: 10 },
            (m) => m.work(4),
          )
        })
        .consume('stock', { group: 'stock', by: 'parent', delayMs: 8 }, (c) => c.work(2))
      s.work(3)
    })
  })
  return system
}

describe('what is made of messages', () => {
  it('counts a copy for each group, and none of them as a repeat', async () => {
    const flows = await relation('flows', shop())
    expect(
      flows.map(({ consumer, subscription, messages, matched, linked }) => [
        consumer,
        subscription,
        messages,
        matched,
        linked,
      ]),
    ).toEqual([
      ['shipping', 'shipping', 20, 20, 20],
      ['stock', 'stock', 20, 20, 0],
      ['mail', 'mail', 20, 20, 20],
    ])
    expect(await relation('repeatedMessages')).toEqual([])
  })

  it('follows messages that cause messages over traces, from end to end', async () => {
    const ways = await relation('eventFlows', shop())
    const way = ways.find(({ hops }) => hops === 2)
    expect(way?.path).toEqual(['orders', orders.replace(':9092', ''), 'shipping', 'kafka://log/parcels', 'mail'])
    expect(way?.flows).toBe(20)
    expect(way?.p50Ms).toBeGreaterThan(30)
  })

  it('has each message of a batch, by its links', async () => {
    const system = sketch('batches')
    const sent: Parameters<System['consume']>[0][number][] = []
    system.repeat(6, (trace, i) =>
      trace.server('orders', 'POST /orders', {}, (s) => {
        sent.push(s.publish(orders, { messageId: `o-${i}` }))
      }),
    )
    system.consume(sent, 'shipping', { group: 'shipping', delayMs: 5 })
    const [flow] = await relation('flows', system)
    expect(flow).toMatchObject({ deliveries: 6, messages: 6, matched: 6, batchP95: 6 })
    const [published] = await relation('published')
    expect(published).toMatchObject({ messages: 6, undelivered: 0 })
  })

  it.each([0, 4_000, -4_000])(
    'reads the same order, losses and repeats whatever the clocks say (%i ms)',
    async (skewMs) => {
      const flows = await relation('flows', shop({ skewMs }))
      expect(flows.find(({ consumer }) => consumer === 'shipping')?.leastDelayMs).toBeCloseTo(skewMs + 20, -2)
      const orderings = await relation('orderings')
      expect(
        orderings
          .filter(({ consumer }) => consumer === 'shipping')
          .map(({ lane, lanes, outOfOrder }) => [lane, lanes, outOfOrder]),
      ).toEqual([['key', 2, 0]])
      const published = await relation('published')
      expect(published.map(({ undelivered, overtaken }) => [undelivered, overtaken])).toEqual([
        [0, 0],
        [0, 0],
      ])
    },
  )

  it('knows what was published for nobody, and what others have overtaken', async () => {
    const system = sketch('losses')
    system.repeat(40, (trace, i) =>
      trace.server('orders', 'POST /orders', {}, (s) => {
        const sent = s.publish(orders, { messageId: `o-${i}` })
        if (i !== 7 && i !== 39) sent.consume('shipping', { by: 'parent', delayMs: 5 })
      }),
    )
    // the last one may still wait
    expect((await relation('published', system))[0]).toMatchObject({ messages: 40, undelivered: 2, overtaken: 1 })
  })
})

/** Files of RabbitMQ: definitions, and answers of the management API. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchesTopic, Routes } from '../../src/importers/brokers/rabbitmq-routes.js'
import { effectiveArguments } from '../../src/importers/brokers/rabbitmq-arguments.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { readInto, samples } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

const recording = fileURLToPath(new URL('../../demo/bookshop/recording/', import.meta.url))

describe('files of RabbitMQ', () => {
  let store: TestStore
  beforeAll(async () => {
    store = await openTestStore()
  })
  afterAll(() => store.close())

  it('reads definitions of a whole server: each queue under the policy that applies, and where its dead letters arrive', async () => {
    const read = await readInto(store, join(samples, 'rabbitmq/4.1/definitions.json'))
    expect(read.importer).toBe('rabbitmq-definitions')
    const queues = await store.rows(
      `SELECT VirtualHost, Kind, Name, DeadLetterTo, DeadLetterQueues, MaxLength, MessageTtlMs, DeliveryLimit, Overflow
       FROM broker_queues WHERE Kind != 'exchange' ORDER BY Name`,
    )
    const limits = {
      VirtualHost: 'shop',
      Kind: 'queue',
      MaxLength: '5000',
      MessageTtlMs: '-1',
      DeliveryLimit: '-1',
      Overflow: '',
    }
    expect(queues).toEqual([
      { ...limits, VirtualHost: '/', Name: 'idle', DeadLetterTo: '', DeadLetterQueues: [], MaxLength: '-1' },
      // Of two times the shorter, of two limits its own; of the policies the one for orders.
      {
        ...limits,
        Name: 'orders.changed',
        DeadLetterTo: 'dead',
        DeadLetterQueues: ['orders.dead'],
        MessageTtlMs: '1000',
        DeliveryLimit: '5',
      },
      // The exchange of the policy for all: dead letters keep their key, for which nothing is bound.
      { ...limits, Name: 'orders.dead', DeadLetterTo: 'dead', DeadLetterQueues: [], DeliveryLimit: '20' },
      {
        ...limits,
        Name: 'orders.placed',
        DeadLetterTo: 'dead',
        DeadLetterQueues: ['orders.dead'],
        MessageTtlMs: '86400000',
        DeliveryLimit: '20',
      },
      {
        ...limits,
        Name: 'parcels',
        DeadLetterTo: 'parcels.dead',
        DeadLetterQueues: ['parcels.dead'],
        MaxLength: '200',
        Overflow: 'reject-publish',
      },
      { ...limits, Name: 'parcels.dead', DeadLetterTo: 'dead', DeadLetterQueues: [] },
      {
        ...limits,
        Kind: 'stream',
        Name: 'views',
        DeadLetterTo: 'dead',
        DeadLetterQueues: [],
        MessageTtlMs: '604800000',
      },
    ])
    const exchanges = await store.rows(
      "SELECT Name, DeadLetterTo FROM broker_queues WHERE Kind = 'exchange' ORDER BY Name",
    )
    expect(exchanges).toEqual([
      { Name: 'dead', DeadLetterTo: '' },
      { Name: 'events', DeadLetterTo: 'unrouted' },
      { Name: 'unrouted', DeadLetterTo: '' },
    ])
    expect(store.losses).toEqual({ 'unread-pattern': 1 })
    const everything = JSON.stringify(await store.rows('SELECT * FROM broker_queues'))
    expect(everything).not.toMatch(/cGFwZXI|paper-secret|warehouse/)
  })

  it('reads answers of the management API: policies that apply, counters, ages', async () => {
    const read = await readInto(store, join(samples, 'rabbitmq/3.10/queues.json'))
    expect(read.importer).toBe('rabbitmq-queues')
    const rows = await store.rows(
      'SELECT Name, AtMs, Consumers, Messages, Ready, Published, Delivered, Redelivered, DeadLetterTo, MaxLength, OldestAgeMs, Arguments FROM broker_queues ORDER BY Name',
    )
    expect(rows).toEqual([
      {
        Name: 'orders',
        AtMs: '0',
        Consumers: '1',
        Messages: '9',
        Ready: '7',
        Published: '60',
        Delivered: '55',
        Redelivered: '5',
        DeadLetterTo: 'dead',
        MaxLength: '100',
        OldestAgeMs: '-1',
        Arguments: '{"x-dead-letter-exchange":"dead","x-max-length":100,"x-queue-type":"classic"}',
      },
      {
        Name: 'orders.dead',
        AtMs: '0',
        Consumers: '0',
        Messages: '0',
        Ready: '0',
        Published: '0',
        Delivered: '0',
        Redelivered: '0',
        DeadLetterTo: '',
        MaxLength: '-1',
        OldestAgeMs: '-1',
        Arguments: '{"x-queue-type":"quorum"}',
      },
    ])
  })

  it('reads lists over time, and counts what is broken among them', async () => {
    await readInto(store, join(samples, 'rabbitmq/3.10/queues-over-time.jsonl'))
    expect(
      await store.rows(
        'SELECT AtMs, Messages, Ready, Unacknowledged, Published, Delivered, OldestAgeMs FROM broker_queues ORDER BY AtMs',
      ),
    ).toEqual([
      {
        AtMs: '1798797600000',
        Messages: '10',
        Ready: '9',
        Unacknowledged: '1',
        Published: '10',
        Delivered: '1',
        OldestAgeMs: '10000',
      },
      {
        AtMs: '1798797605000',
        Messages: '30',
        Ready: '29',
        Unacknowledged: '1',
        Published: '32',
        Delivered: '3',
        OldestAgeMs: '-1',
      },
      {
        AtMs: '1798797610000',
        Messages: '49',
        Ready: '-1',
        Unacknowledged: '-1',
        Published: '-1',
        Delivered: '-1',
        OldestAgeMs: '-1',
      },
    ])
    expect(store.losses).toEqual({ 'bad-row': 1, truncated: 1 })
  })

  it('reads the bookshop', async () => {
    await readInto(store, join(recording, 'flawed/definitions.json'))
    expect(await store.rows("SELECT Name FROM broker_queues WHERE Kind = 'queue' AND DeadLetterTo != ''")).toEqual([
      { Name: 'shipping.order-placed' },
    ])
    expect(await store.rows('SELECT count() AS bindings FROM broker_bindings')).toEqual([{ bindings: '11' }])
    await readInto(store, join(recording, 'flawed/queues.jsonl.gz'))
    expect(
      await store.rows(
        `SELECT uniqExact(AtMs) AS looks, argMax(Messages, AtMs) AS messages FROM broker_queues WHERE Name = 'shipping.order-placed.dead'`,
      ),
    ).toEqual([{ looks: '24', messages: '16' }])
    expect(store.losses).toEqual({})
  })

  it('ends on whatever stands in such a file, with rows or a refusal', async () => {
    const path = join(store.folder, 'odd.json')
    const value = fc.jsonValue({ maxDepth: 4 })
    const definitions = fc.record(
      {
        rabbit_version: fc.oneof(fc.constant('3.10.8'), value),
        queues: fc.oneof(
          fc.array(fc.record({ name: fc.string(), arguments: value, type: value }, { requiredKeys: [] })),
          value,
        ),
        exchanges: fc.oneof(fc.array(fc.record({ name: fc.string(), type: fc.string() })), value),
        bindings: fc.oneof(fc.array(fc.record({ source: fc.string(), destination: fc.string() })), value),
        policies: fc.oneof(fc.array(fc.record({ pattern: fc.string(), definition: value })), value),
      },
      { requiredKeys: ['rabbit_version', 'queues'] },
    )
    const lists = fc.record({
      at: value,
      queues: fc.array(fc.record({ name: fc.string(), messages_ready: value, durable: value, message_stats: value })),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(definitions, lists),
        fc.double({ min: 0.2, max: 2, noNaN: true }),
        async (document, part) => {
          const text = JSON.stringify(document)
          writeFileSync(path, text.slice(0, Math.ceil(text.length * part)) || '{')
          try {
            await readInto(store, path)
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadableEvidence)
          }
        },
      ),
      { numRuns: 60, seed: 6 },
    )
  })
})

describe('routes of RabbitMQ', () => {
  it('matches topics as the server does', () => {
    for (const [pattern, key, expected] of [
      ['orders.*', 'orders.placed', true],
      ['orders.*', 'orders', false],
      ['orders.#', 'orders', true],
      ['#.audit', 'a.b.audit', true],
      ['#', '', true],
      ['', '', true],
      ['*', '', false],
      ['*.#.*', 'a', false],
      ['*.#.*', 'a.b', true],
      ['a.#.b.#.c', 'a.b.b.x.c', true],
    ] as const)
      expect(matchesTopic(pattern, key), `${pattern} ${key}`).toBe(expected)
    expect(matchesTopic('#.'.repeat(400) + 'x', 'y.'.repeat(400))).toBe(false)
  })

  it('follows exchanges that lead in a circle once', () => {
    const exchanges = ['one', 'two'].map((name) => ({ name, type: 'fanout' }))
    const bindings = [
      { source: 'one', destination: 'two', destination_type: 'exchange', routing_key: '' },
      { source: 'two', destination: 'one', destination_type: 'exchange', routing_key: '' },
      { source: 'two', destination: 'letters', destination_type: 'queue', routing_key: '' },
    ]
    const routes = new Routes(exchanges, bindings, [])
    expect(routes.deadLetterQueues('orders', { exchange: 'one' })).toEqual(['letters'])
  })

  it('takes the smaller of two numbers, and the argument of two names', () => {
    expect(
      effectiveArguments({
        arguments: { 'x-max-length': 10, 'x-dead-letter-exchange': 'own', 'x-expires': -1 },
        policy: { 'max-length': 5, 'dead-letter-exchange': 'other', expires: 9, overflow: 'drop-head' },
        operatorPolicy: { 'max-length': 7, overflow: 'reject-publish' },
      }),
    ).toEqual({ 'x-max-length': 5, 'x-dead-letter-exchange': 'own', 'x-expires': 9, 'x-overflow': 'reject-publish' })
  })
})

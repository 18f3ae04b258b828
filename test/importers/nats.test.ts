/** What was saved of NATS JetStream: streams, consumers, pages of the server, all made by a real one. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchesSubject } from '../../src/importers/brokers/jetstream-rows.js'
import { readInto, samples } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

const sample = (name: string): string => join(samples, 'nats/2.9', name)

describe('files of NATS JetStream', () => {
  let store: TestStore
  beforeAll(async () => {
    store = await openTestStore()
  })
  afterAll(() => store.close())

  const consumers = () =>
    store.rows(
      `SELECT Name, Parent, AtMs > 0 AS timed, Messages, Ready, Unacknowledged, Delivered, Redelivered, DeliveryLimit, DeadLetterTo
       FROM broker_queues WHERE Kind = 'consumer' ORDER BY Name, AtMs`,
    )

  it('reads the page of a server: streams, consumers, and who hears of messages that were given up', async () => {
    expect((await readInto(store, sample('jsz.json'))).importer).toBe('nats-jetstream')
    const streams = await store.rows(
      "SELECT Name, VirtualHost, Durable, Consumers, Messages, MaxLength, MessageTtlMs, Overflow FROM broker_queues WHERE Kind = 'stream' ORDER BY Name",
    )
    const common = { VirtualHost: '', Durable: 1, Overflow: 'old' }
    expect(streams).toEqual([
      { ...common, Name: 'given-up', Consumers: '0', Messages: '0', MaxLength: '-1', MessageTtlMs: '-1' },
      { ...common, Name: 'orders', Consumers: '2', Messages: '5', MaxLength: '1000', MessageTtlMs: '86400000' },
    ])
    const both = { Parent: 'orders', timed: 1, Messages: '5' }
    expect(await consumers()).toEqual([
      // Twenty deliveries of two messages, and no end to it.
      {
        ...both,
        Name: 'letters',
        Ready: '3',
        Unacknowledged: '2',
        Delivered: '20',
        Redelivered: '18',
        DeliveryLimit: '-1',
        DeadLetterTo: '',
      },
      {
        ...both,
        Name: 'shipping',
        Ready: '5',
        Unacknowledged: '0',
        Delivered: '0',
        Redelivered: '0',
        DeliveryLimit: '5',
        DeadLetterTo: 'given-up',
      },
    ])
    expect(store.losses).toEqual({})
  })

  it('reads consumers over time, and does not claim to know who hears of them', async () => {
    await readInto(store, sample('consumer-info.jsonl'))
    const both = { Parent: 'orders', timed: 1, Messages: '5' }
    const shipping = {
      ...both,
      Name: 'shipping',
      Ready: '5',
      Unacknowledged: '0',
      Delivered: '0',
      Redelivered: '0',
      DeliveryLimit: '5',
      DeadLetterTo: '(not told)',
    }
    expect(await consumers()).toEqual([
      {
        ...both,
        Name: 'letters',
        Ready: '5',
        Unacknowledged: '0',
        Delivered: '0',
        Redelivered: '0',
        DeliveryLimit: '-1',
        DeadLetterTo: '',
      },
      {
        ...both,
        Name: 'letters',
        Ready: '3',
        Unacknowledged: '2',
        Delivered: '20',
        Redelivered: '18',
        DeliveryLimit: '-1',
        DeadLetterTo: '',
      },
      shipping,
      shipping,
    ])
  })

  it('reads one stream', async () => {
    await readInto(store, sample('stream-info.json'))
    expect(await store.rows('SELECT Kind, Name, AtMs, Published, Bytes FROM broker_queues')).toEqual([
      { Kind: 'stream', Name: 'orders', AtMs: '0', Published: '5', Bytes: '220' },
    ])
    expect(await store.rows('SELECT ExchangeKind, RoutingKey, Queue FROM broker_bindings')).toEqual([
      { ExchangeKind: 'subject', RoutingKey: 'orders.>', Queue: 'orders' },
    ])
  })

  it('refuses a page without streams, and says which to ask for', async () => {
    const path = join(store.folder, 'empty.json')
    const page = JSON.parse(readFileSync(sample('jsz.json'), 'utf8')) as Record<string, unknown>
    writeFileSync(path, JSON.stringify({ ...page, account_details: [] }))
    await expect(readInto(store, path)).rejects.toMatchObject({
      remedy: expect.stringContaining('consumers=1') as string,
    })
  })
})

describe('subjects of NATS', () => {
  it('match as the server matches them', () => {
    for (const [pattern, subject, expected] of [
      ['orders.*', 'orders.placed', true],
      ['orders.*', 'orders.placed.twice', false],
      ['orders.>', 'orders.placed.twice', true],
      ['orders.>', 'orders', false],
      ['>', 'orders', true],
      ['orders', 'orders', true],
      ['*.placed', 'orders.placed', true],
      ['orders.placed.now', 'orders.placed', false],
    ] as const)
      expect(matchesSubject(pattern, subject), `${pattern} ${subject}`).toBe(expected)
  })
})

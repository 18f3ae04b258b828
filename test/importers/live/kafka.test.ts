/** Kafka by constructed answers of its protocol: topics, groups, lag over time, rights, and what is told when it cannot be asked. */
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gentle, readServer } from '../../../src/importers/live/index.js'
import { allowed } from '../../../src/importers/live/kafka/allowed.js'
import type { UnreadableEvidence } from '../../../src/model/importer.js'
import { answerAsKafka, type KafkaState } from '../../servers/kafka-answers.js'
import { openTestStore, type TestStore } from '../test-sink.js'

const shop = (): KafkaState => ({
  topics: {
    orders: {
      partitions: [
        { first: 10, end: 110 },
        { first: 0, end: 50 },
      ],
      configuration: { 'cleanup.policy': 'delete', 'retention.ms': '604800000', 'retention.bytes': '1000' },
    },
    views: {
      partitions: [{ first: 0, end: 900 }],
      configuration: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' },
    },
    prices: {
      partitions: [{ first: 0, end: 7 }],
      configuration: { 'cleanup.policy': 'compact', 'retention.ms': '604800000' },
    },
    __consumer_offsets: { partitions: [{ first: 0, end: 1 }] },
  },
  groups: {
    shipping: { state: 'Stable', committed: { orders: [108, 50] }, members: [['orders'], ['orders']] },
    reports: { state: 'Empty', committed: { views: [100], orders: [-1, -1] }, members: [] },
  },
})

describe('Kafka', { timeout: 60_000 }, () => {
  let store: TestStore
  beforeAll(async () => {
    store = await openTestStore()
  })
  afterAll(() => store.close())

  async function read(address: string, forSeconds = 0): Promise<UnreadableEvidence | undefined> {
    await store.clear()
    try {
      await readServer(address, store.sink, { ...gentle, forSeconds })
      return undefined
    } catch (error) {
      return error as UnreadableEvidence
    }
  }

  it('tells topics and groups, and asks nothing but what is allowed', async () => {
    const broker = await answerAsKafka(shop())
    expect(await read(`kafka://127.0.0.1:${broker.port}`)).toBeUndefined()
    broker.close()
    expect(broker.asked.filter((key) => !(key in allowed))).toEqual([])
    expect(
      await store.rows(
        `SELECT Name, Messages, Published, MaxBytes, MessageTtlMs, Overflow, Partitions FROM broker_queues WHERE Kind = 'topic' ORDER BY Name`,
      ),
    ).toEqual([
      {
        Name: 'orders',
        Messages: '150',
        Published: '160',
        MaxBytes: '2000',
        MessageTtlMs: '604800000',
        Overflow: 'delete',
        Partitions: '2',
      },
      {
        Name: 'prices',
        Messages: '7',
        Published: '7',
        MaxBytes: '-1',
        MessageTtlMs: '-1',
        Overflow: 'compact',
        Partitions: '1',
      },
      {
        Name: 'views',
        Messages: '900',
        Published: '900',
        MaxBytes: '-1',
        MessageTtlMs: '-1',
        Overflow: 'delete',
        Partitions: '1',
      },
    ])
    expect(
      await store.rows(
        `SELECT Broker, Name, Parent, Consumers, Lag, Acknowledged, Partitions, Arguments FROM broker_queues WHERE Kind = 'group' ORDER BY Name, Parent`,
      ),
    ).toEqual([
      {
        Broker: 'kafka://127.0.0.1',
        Name: 'reports',
        Parent: 'views',
        Consumers: '0',
        Lag: '800',
        Acknowledged: '100',
        Partitions: '1',
        Arguments: '{"progress":["0:100:900"],"state":"EMPTY"}',
      },
      {
        Broker: 'kafka://127.0.0.1',
        Name: 'shipping',
        Parent: 'orders',
        Consumers: '2',
        Lag: '2',
        Acknowledged: '158',
        Partitions: '2',
        Arguments: '{"progress":["0:108:110","1:50:50"],"state":"STABLE"}',
      },
    ])
    expect(store.losses).toEqual({})
  })

  it('shows lag that grows', async () => {
    const state = shop()
    const broker = await answerAsKafka(state)
    const filling = setInterval(() => {
      const [views] = state.topics['views']?.partitions ?? []
      if (views) views.end += 50
    }, 100)
    expect(await read(`kafka://127.0.0.1:${broker.port}`, 2)).toBeUndefined()
    clearInterval(filling)
    broker.close()
    const lags = await store.rows("SELECT Lag FROM broker_queues WHERE Name = 'reports' ORDER BY AtMs")
    expect(lags.length).toBe(2)
    expect(Number(lags[1]?.['Lag'])).toBeGreaterThan(Number(lags[0]?.['Lag']) + 500)
  })

  it('keeps what was learnt when the broker dies midway', async () => {
    const broker = await answerAsKafka(shop())
    setTimeout(() => broker.close(), 1000)
    expect(await read(`kafka://127.0.0.1:${broker.port}`, 3)).toBeUndefined()
    expect(store.losses).toEqual({ 'partial-server': 1 })
    expect((await store.rows("SELECT Name FROM broker_queues WHERE Kind = 'topic'")).length).toBe(3)
  })

  it('looks at what it may look at, and counts what it may not', async () => {
    const state = shop()
    for (const denied of [state.groups['shipping'], state.topics['views']]) if (denied) denied.denied = true
    const broker = await answerAsKafka(state)
    expect(await read(`kafka://127.0.0.1:${broker.port}`)).toBeUndefined()
    broker.close()
    expect(await store.rows("SELECT Name FROM broker_queues WHERE Kind = 'group'")).toEqual([{ Name: 'reports' }])
    // Without its limits a topic would seem to have none.
    expect(await store.rows("SELECT Name FROM broker_queues WHERE Kind = 'topic' ORDER BY Name")).toEqual([
      { Name: 'orders' },
      { Name: 'prices' },
    ])
    // The group was asked for its members and for its offsets.
    expect(store.losses).toEqual({ 'refused-question': 3 })
  })

  it('says what is wrong, and never the password', async () => {
    const guarded = await answerAsKafka({ ...shop(), password: 'paper' })
    const at = (account: string): string => `kafka://${account}127.0.0.1:${guarded.port}`
    const http = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const { port } = http.address() as AddressInfo
    expect(await read(at('shop:paper@'))).toBeUndefined()
    const cases: [address: string, message: RegExp, remedy: RegExp][] = [
      [at('shop:wrong-secret@'), /refuses these credentials/, /mechanism/],
      [at('').replace('kafka:', 'kafka+tls:'), /does not answer as Kafka does/, /kafka:\/\//],
      [`kafka://127.0.0.1:${port}`, /closed the connection/, /port|TLS/],
      ['kafka://127.0.0.1:9', /refuses connections/, /port/],
      ['kafka://nowhere.invalid', /name server|looked up/, /name/],
      ['kafka://shop:pa/ss@localhost', /is no address/, /%2F/],
      ['kafka://localhost?sasl=gssapi', /is no address/, /scram-sha-512/],
    ]
    for (const [address, message, remedy] of cases) {
      const error = await read(address)
      expect(error?.message, address).toMatch(message)
      expect(error?.remedy, address).toMatch(remedy)
      expect(`${error?.source} ${error?.message} ${error?.remedy}`).not.toMatch(/wrong-secret|paper|pa\/ss/)
    }
    http.close()
    guarded.close()
  })

  it('stops at once when the user gives up', async () => {
    const broker = await answerAsKafka(shop())
    const stopping = new AbortController()
    const reading = readServer(`kafka://127.0.0.1:${broker.port}`, store.sink, {
      ...gentle,
      forSeconds: 600,
      signal: stopping.signal,
    })
    setTimeout(() => stopping.abort(), 500)
    await expect(reading).rejects.toThrow(/abort/i)
    broker.close()
  })
})

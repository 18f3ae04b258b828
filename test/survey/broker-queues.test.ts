/** What brokers say of their queues, put together from several sources and looks. Exact rows, reckoned by hand. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createSink } from '../../src/engine/sink.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { createTables } from '../../src/store/schema.js'
import { survey } from '../../src/survey/survey.js'

const store = openEmbeddedStore()
const sink = createSink(store, store.folder, () => {})
afterAll(() => store.close())

type Row = Record<string, unknown>

/** A queue with nothing known but what is given. */
const queue = (Name: string, known: Row = {}): Row => ({ System: 'rabbitmq', Kind: 'queue', Name, ...known })

async function brokerQueues(rows: readonly Row[], bindings: readonly Row[] = []) {
  await sink.insertRows('broker_queues', rows)
  await sink.insertRows('broker_bindings', bindings)
  return (await survey(store, ['brokerQueues'])).brokerQueues
}

describe('queues of brokers', () => {
  beforeEach(async () => {
    await createTables(store)
    for (const table of ['broker_queues', 'broker_bindings']) await store.command(`TRUNCATE TABLE ${table}`)
  })

  it('are one row each, whatever a source leaves out', async () => {
    const rows = await brokerQueues([
      queue('orders', { MaxLength: 100, DeadLetterTo: 'dead' }),
      queue('orders', { Broker: 'rabbitmq://shop', VirtualHost: 'eu', AtMs: 10, Messages: 4, Published: 4 }),
      queue('orders', { Broker: 'rabbitmq://shop', VirtualHost: 'eu', AtMs: 20, Messages: 9, Published: 10 }),
    ])
    expect(rows).toMatchObject([
      {
        broker: 'rabbitmq://shop',
        virtualHost: 'eu',
        name: 'orders',
        observations: 2,
        depth: 9,
        depths: [4, 9],
        publishedAt: [4, 10],
        maxLength: 100,
        deadLetterTo: 'dead',
      },
    ])
  })

  it('of one name in two virtual hosts are two', async () => {
    const rows = await brokerQueues([
      queue('orders', { VirtualHost: 'eu', AtMs: 10, Messages: 4 }),
      queue('orders', { VirtualHost: 'us', AtMs: 10, Messages: 70, DeadLetterTo: 'dead' }),
    ])
    expect(rows.map(({ virtualHost, depth, deadLetterTo }) => [virtualHost, depth, deadLetterTo])).toEqual([
      ['eu', 4, ''],
      ['us', 70, 'dead'],
    ])
  })

  const looks = (name: string, ...states: Row[]): Row[] =>
    states.map((state, at) => queue(name, { AtMs: at + 1, ...state }))
  const shop = [
    ...looks(
      'orders',
      { Published: 0, Messages: 1, DeadLetterTo: 'dead' },
      { Published: 5, Messages: 1, DeadLetterTo: 'dead' },
    ),
    // Nobody publishes there, and letters come all the same.
    ...looks('given-up', { Published: 0, Messages: 0 }, { Published: 0, Messages: 3 }),
    ...looks('idle', { Published: 0, Messages: 0 }, { Published: 0, Messages: 0 }),
    // Full since before anybody counted.
    ...looks('old', { Published: 0, Messages: 9 }, { Published: 0, Messages: 9 }),
    ...looks('views', { Published: 0, Messages: 1 }, { Published: 8, Messages: 1 }),
  ]

  it('may hold dead letters where no binding is known and nobody publishes', async () => {
    const rows = await brokerQueues(shop)
    expect(Object.fromEntries(rows.map(({ name, deadLetterOf }) => [name, deadLetterOf]))).toEqual({
      'given-up': ['orders'],
      idle: ['orders'],
      old: [],
      orders: [],
      views: [],
    })
  })

  it('hold those that bindings lead there, once these are known', async () => {
    const rows = await brokerQueues(
      [...shop, queue('orders', { DeadLetterTo: 'dead', DeadLetterQueues: ['idle'] })],
      [{ Exchange: 'dead', Queue: 'idle', RoutingKey: 'orders' }],
    )
    expect(Object.fromEntries(rows.map(({ name, deadLetterOf }) => [name, deadLetterOf]))).toEqual({
      'given-up': [],
      idle: ['orders'],
      old: [],
      orders: [],
      views: [],
    })
  })
})

/**
 * A real RabbitMQ, asked by its management API: what its queues do over some seconds, and what is told when it cannot be asked.
 * What is easily got wrong: the server refreshes its counters every five seconds, so the test waits for what it has done to show.
 */
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gentle, readServer } from '../../../src/importers/live/index.js'
import { openManagement } from '../../../src/importers/live/rabbitmq/management.js'
import { allowed, requests } from '../../../src/importers/live/rabbitmq/requests.js'
import type { UnreadableEvidence } from '../../../src/model/importer.js'
import { openHttpProxy } from '../../servers/http-proxy.js'
import { RabbitHost } from '../../servers/rabbitmq-host.js'
import { findServer } from '../../servers/servers.js'
import { openTestStore, type TestStore } from '../test-sink.js'
import { stage } from './rabbitmq-stage.js'

const server = await findServer('rabbitmq', 'queues as the management API tells them')

interface QueueState {
  Name: string
  look: number
  Consumers: number
  Messages: number
  Delivered: number
  Redelivered: number
  DeadLetterTo: string
  DeadLetterQueues: string[]
  MaxLength: number
  Overflow: string
}

describe.runIf(server)('a real RabbitMQ', { timeout: 120_000 }, () => {
  let host: RabbitHost
  let store: TestStore
  let leave = (): void => {}

  beforeAll(async () => {
    store = await openTestStore()
    host = await RabbitHost.create(server?.url ?? '', 'faultline-live')
    leave = await stage(host)
  })
  afterAll(async () => {
    leave()
    await host?.remove()
    await store?.close()
    await server?.stop()
  })

  /** Reads an address, and gives what was refused instead of throwing it. */
  async function read(address: string, forSeconds = 0): Promise<UnreadableEvidence | undefined> {
    await store.clear()
    try {
      await readServer(address, store.sink, { ...gentle, forSeconds })
      return undefined
    } catch (error) {
      return error as UnreadableEvidence
    }
  }

  const states = async (): Promise<QueueState[]> =>
    (
      await store.rows<Record<string, unknown>>(
        `SELECT *, dense_rank() OVER (ORDER BY AtMs) AS look FROM broker_queues WHERE Kind = 'queue' ORDER BY Name, AtMs`,
      )
    ).map((row) => {
      const numbers = ['look', 'Consumers', 'Messages', 'Delivered', 'Redelivered', 'MaxLength']
      return Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value]),
      ) as unknown as QueueState
    })

  it('tells dead letters, backlogs, poison and limits, and asks nothing but what is allowed', async () => {
    const proxy = await openHttpProxy({ host: '127.0.0.1', port: host.managementPort })
    expect(await read(host.address({ port: proxy.port.toString() }), 11)).toBeUndefined()
    proxy.die()
    for (const each of proxy.asked) {
      expect(each.startsWith('GET '), each).toBe(true)
      expect(
        allowed.some((path) => path.test(each.slice(4))),
        each,
      ).toBe(true)
    }
    const all = await states()
    const of = (name: string): QueueState[] => all.filter((state) => state.Name === name)
    const last = (name: string): QueueState => of(name).at(-1) as QueueState
    expect(of('orders').map((state) => state.look)).toEqual([1, 2, 3])

    expect(last('orders')).toMatchObject({ DeadLetterTo: 'dead', DeadLetterQueues: ['orders.dead'], Consumers: 1 })
    expect(last('orders.dead')).toMatchObject({ Messages: 12, Consumers: 0 })
    expect(last('parcels')).toMatchObject({ DeadLetterTo: '', DeadLetterQueues: [], MaxLength: -1, Consumers: 1 })

    const views = of('views').map((state) => state.Messages)
    expect(views).toEqual(views.toSorted((one, other) => one - other))
    expect(views[2]).toBeGreaterThan((views[0] ?? 0) + 50)
    const letters = of('letters').map((state) => state.Messages)
    expect(letters[2]).toBeLessThan((letters[0] ?? 0) - 50)

    // One message goes round and round; nothing else is in that queue.
    const poison = last('poison')
    expect(poison.Messages).toBe(1)
    expect(poison.Redelivered).toBeGreaterThan(20)
    expect(poison.Redelivered / poison.Delivered).toBeGreaterThan(0.9)

    expect(last('bounded')).toMatchObject({ MaxLength: 500, Overflow: 'reject-publish' })
    const bindings = await store.rows('SELECT Exchange, ExchangeKind, RoutingKey, Queue, Kind FROM broker_bindings')
    expect(bindings).toEqual([
      { Exchange: 'dead', ExchangeKind: 'direct', RoutingKey: 'orders', Queue: 'orders.dead', Kind: 'queue' },
    ])
    expect(store.losses).toEqual({})
  })

  it('keeps what was learnt when the server dies midway', async () => {
    const proxy = await openHttpProxy({ host: '127.0.0.1', port: host.managementPort }, (asked, own) => {
      // The first look asks for consumers at its end; the second look meets a closed door.
      if (asked.filter((each) => each.includes('/api/consumers/')).length > 1) own.die()
    })
    expect(await read(host.address({ port: proxy.port.toString() }), 2)).toBeUndefined()
    expect(store.losses).toEqual({ 'partial-server': 1 })
    expect(new Set((await states()).map((state) => state.look))).toEqual(new Set([1]))
  })

  it('needs a tag and access, and no right', async () => {
    const watcher = await host.user('watcher', 'monitoring', true)
    expect(await read(host.address({ user: watcher, password: 'paper' }))).toBeUndefined()
    expect((await states()).length).toBeGreaterThan(5)
  })

  it('says what is wrong, and never the password', async () => {
    const outsider = await host.user('outsider', 'monitoring', false)
    const tagless = await host.user('tagless', '', true)
    const { hostname, port } = new URL(server?.url ?? '')
    const at = `${hostname}:${port}`
    const cases: [address: string, message: RegExp, remedy: RegExp][] = [
      [host.address({ password: 'wrong-secret' }), /refuses these credentials/, /user and password/],
      [host.address({ user: tagless, password: 'paper' }), /use the management API/, /set_user_tags USER monitoring/],
      [host.address({ user: outsider, password: 'paper' }), /see the virtual host/, /set_permissions/],
      [`${host.address()}-of-old`, /has no virtual host faultline-live.*-of-old/, /list_vhosts/],
      [host.address({ port: (await host.amqpPort()).toString() }), /does not speak HTTP/, /rabbitmq-plugins enable/],
      [
        host.address({ port: '9' }).replace(':9/', `:${await closedPort()}/`),
        /refuses connections/,
        /rabbitmq-plugins enable/,
      ],
      [`amqp+https://guest:guest@${at}/`, /does not speak TLS/, /amqp\+http:/],
      [`amqp+http://guest:guest@nowhere.invalid/`, /name server|looked up/, /name/],
      [`amqp+http://guest:pa/ss@${at}/`, /is no address/, /%2F/],
    ]
    for (const [address, message, remedy] of cases) {
      const error = await read(address)
      expect(error?.message, address).toMatch(message)
      expect(error?.remedy, address).toMatch(remedy)
      expect(`${error?.source} ${error?.message} ${error?.remedy}`).not.toMatch(/wrong-secret|paper|pa\/ss/)
    }
  })

  it('stops at once when the user gives up', async () => {
    const stopping = new AbortController()
    const reading = readServer(host.address(), store.sink, { ...gentle, forSeconds: 600, signal: stopping.signal })
    setTimeout(() => stopping.abort(), 500)
    await expect(reading).rejects.toThrow(/abort/i)
  })
})

describe('a management API that misbehaves', () => {
  it('is given up when it never answers', async () => {
    const silent = createTcpServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const management = openManagement(origin, 'guest', 'guest', new AbortController().signal, 200)
    await expect(management.get(requests.overview())).rejects.toThrow('does not answer')
    silent.close()
  })
})

async function closedPort(): Promise<number> {
  const holder = createTcpServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const { port } = holder.address() as AddressInfo
  await new Promise((resolve) => holder.close(resolve))
  return port
}

/** A real NATS with JetStream: what its streams and consumers do over some seconds, and what is told when it cannot be asked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gentle, readServer } from '../../../src/importers/live/index.js'
import { allowed } from '../../../src/importers/live/nats/allowed.js'
import type { UnreadableEvidence } from '../../../src/model/importer.js'
import { findServer, startServer, type TestServer } from '../../servers/servers.js'
import { openTestStore, type TestStore } from '../test-sink.js'
import { stage, type NatsStage } from './nats-stage.js'

const server = await findServer('nats', 'streams and consumers as JetStream tells them')

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

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

describe.runIf(server)('a real NATS', { timeout: 60_000 }, () => {
  let life: NatsStage
  beforeAll(async () => {
    life = await stage(server?.url ?? '')
  })
  afterAll(async () => {
    await life.leave()
    await server?.stop()
  })

  it('tells limits, backlogs, poison, and who hears of messages that were given up', async () => {
    const asked: string[] = []
    const tap = life.connection.subscribe('$JS.API.>', { callback: (_, message) => void asked.push(message.subject) })
    await life.connection.flush()
    expect(await read(server?.url ?? '', 6)).toBeUndefined()
    tap.unsubscribe()
    // Others ask the same server: the stage itself takes messages.
    const own = asked.filter((subject) => !subject.startsWith('$JS.API.CONSUMER.MSG.NEXT.'))
    expect(own.length).toBeGreaterThan(4)
    const listed = allowed.map((subject) => subject.replace('.*', ''))
    for (const subject of own)
      expect(
        listed.some((each) => subject.startsWith(each)),
        subject,
      ).toBe(true)

    const rows = await store.rows(
      `SELECT Kind, Name, Parent, groupArray(toInt64(Messages)) AS messages, argMax(Redelivered, AtMs) AS redelivered, argMax(Delivered, AtMs) AS delivered,
         any(DeadLetterQueues) AS heard, any(DeliveryLimit) AS deliveries, any(MaxLength) AS length, any(MaxBytes) AS bytes, any(MessageTtlMs) AS ttl
       FROM (SELECT * FROM broker_queues WHERE Name LIKE '${life.of('%')}' OR Parent LIKE '${life.of('%')}' ORDER BY AtMs)
       GROUP BY Kind, Name, Parent`,
    )
    const of = (kind: string, name: string): Record<string, unknown> =>
      rows.find((row) => row['Kind'] === kind && row['Name'] === name) ?? {}
    expect(of('stream', life.of('orders'))).toMatchObject({ length: '1000', bytes: '1000000', ttl: '3600000' })
    expect(of('stream', life.of('views'))).toMatchObject({ length: '-1', bytes: '-1', ttl: '-1' })
    expect(of('consumer', 'gives-up')).toMatchObject({ deliveries: '5', heard: [life.of('given-up')] })
    expect(of('consumer', 'slow')).toMatchObject({ deliveries: '3', heard: [] })
    const poison = of('consumer', 'never-gives-up')
    expect(poison).toMatchObject({ deliveries: '-1' })
    expect(Number(poison['redelivered'])).toBeGreaterThan(15)
    expect(Number(poison['redelivered']) / Number(poison['delivered'])).toBeGreaterThan(0.9)
    const backlog = (name: string): number[] => (of('consumer', name)['messages'] as string[]).map(Number)
    const [viewsBefore = 0, viewsAfter = 0] = backlog('slow')
    expect(viewsAfter).toBeGreaterThan(viewsBefore + 100)
    const [lettersBefore = 0, lettersAfter = 0] = backlog('quick')
    expect(lettersAfter).toBeLessThan(lettersBefore - 50)
    expect(
      await store.rows(`SELECT ExchangeKind, RoutingKey FROM broker_bindings WHERE Queue = '${life.of('views')}'`),
    ).toEqual([{ ExchangeKind: 'subject', RoutingKey: `${life.of('views')}.>` }])
    expect(store.losses).toEqual({})
  })
})

describe('a NATS with accounts', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-nats-accounts-'))
  const configuration = join(folder, 'accounts.conf')
  const permissions = (...subjects: string[]): string => `{publish: ${JSON.stringify(subjects)}, subscribe: "_INBOX.>"}`
  writeFileSync(
    configuration,
    `accounts {
       SHOP { jetstream: enabled, users: [
         {user: boss, password: paper}, {user: watcher, password: paper, permissions: ${permissions(...allowed)}},
         {user: half, password: paper, permissions: ${permissions(...allowed.slice(0, 2), '$JS.API.CONSUMER.LIST.letters')}},
         {user: blind, password: paper, permissions: ${permissions('nothing')}} ] }
       PLAIN { users: [{user: plain, password: paper}] }
     }`,
  )
  const guarded = await startServer('nats', 'rights of users of NATS', { args: ['-c', configuration] })
  // It was read when the server started.
  rmSync(folder, { recursive: true, force: true })
  const at = (user: string, password = 'paper'): string => (guarded?.url ?? '').replace('//', `//${user}:${password}@`)
  afterAll(() => guarded?.stop())

  it.runIf(guarded)('needs no right but the three requests', async () => {
    const { connect } = await import('@nats-io/transport-node')
    const { jetstreamManager } = await import('@nats-io/jetstream')
    const boss = await connect({ servers: new URL(guarded?.url ?? '').host, user: 'boss', pass: 'paper' })
    const manager = await jetstreamManager(boss)
    for (const name of ['letters', 'orders']) {
      await manager.streams.add({ name, subjects: [name] })
      await manager.consumers.add(name, { durable_name: 'printer' })
    }
    await boss.close()
    expect(await read(at('watcher'))).toBeUndefined()
    expect(await store.rows('SELECT Kind, Name, Parent FROM broker_queues ORDER BY Kind, Parent, Name')).toEqual([
      { Kind: 'consumer', Name: 'printer', Parent: 'letters' },
      { Kind: 'consumer', Name: 'printer', Parent: 'orders' },
      { Kind: 'stream', Name: 'letters', Parent: '' },
      { Kind: 'stream', Name: 'orders', Parent: '' },
    ])
    expect(await read(at('half'))).toBeUndefined()
    expect(await store.rows("SELECT Parent FROM broker_queues WHERE Kind = 'consumer'")).toEqual([
      { Parent: 'letters' },
    ])
    expect(store.losses).toEqual({ 'refused-question': 1 })
  })

  it.runIf(guarded)('says what is wrong, and never the password', async () => {
    const http = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const { port } = http.address() as AddressInfo
    const cases: [address: string, message: RegExp, remedy: RegExp][] = [
      [guarded?.url ?? '', /refuses these credentials/, /user and password/],
      [at('boss', 'wrong-secret'), /refuses these credentials/, /user and password/],
      [at('blind'), /does not let this user ask that/, /\$JS\.API\.STREAM\.LIST/],
      [at('plain'), /no JetStream for this account/, /enable it for the account/],
      [at('boss').replace('nats:', 'nats+tls:'), /does not speak TLS/, /nats:\/\//],
      [`nats://127.0.0.1:${port}`, /closed the connection|does not answer as NATS/, /port|TLS/],
      ['nats://127.0.0.1:9', /refuses connections/, /port/],
      ['nats://nowhere.invalid', /name server|looked up/, /name/],
      ['nats://boss:pa/ss@localhost', /is no address/, /%2F/],
    ]
    for (const [address, message, remedy] of cases) {
      const error = await read(address)
      expect(error?.message, address).toMatch(message)
      expect(error?.remedy, address).toMatch(remedy)
      expect(`${error?.source} ${error?.message} ${error?.remedy}`).not.toMatch(/wrong-secret|paper|pa\/ss/)
    }
    http.close()
  })

  it.runIf(guarded)('stops at once when the user gives up', async () => {
    const stopping = new AbortController()
    const reading = readServer(at('watcher'), store.sink, { ...gentle, forSeconds: 600, signal: stopping.signal })
    setTimeout(() => stopping.abort(), 300)
    await expect(reading).rejects.toThrow(/abort/i)
  })
})

describe('a NATS that is lost or lacks JetStream', { timeout: 60_000 }, async () => {
  const doomed: TestServer | undefined = await startServer('nats', 'a NATS that dies midway')

  it.runIf(doomed)('keeps what was learnt when the server dies midway', async () => {
    const { connect } = await import('@nats-io/transport-node')
    const { jetstreamManager } = await import('@nats-io/jetstream')
    const connection = await connect({ servers: new URL(doomed?.url ?? '').host })
    await (await jetstreamManager(connection)).streams.add({ name: 'letters', subjects: ['letters'] })
    await connection.close()
    setTimeout(() => void doomed?.stop(), 1000)
    expect(await read(doomed?.url ?? '', 4)).toBeUndefined()
    expect(store.losses).toEqual({ 'partial-server': 1 })
    expect(await store.rows('SELECT Name FROM broker_queues')).toEqual([{ Name: 'letters' }])
  })
})

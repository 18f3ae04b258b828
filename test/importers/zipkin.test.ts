/** Zipkin JSON into rows of otel_traces: shared spans, endpoints, tags, losses, damage, and public files where they are given. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { zipkin } from '../../src/importers/zipkin.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { countedFiles } from './evidence-counts.js'
import { openTestStore } from './test-sink.js'

const store = await openTestStore()
beforeEach(() => store.clear())
afterAll(() => store.close())

async function read(content: string | Buffer | object): Promise<number> {
  const path = join(store.folder, 'evidence.json')
  writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
  const bytes = readFileSync(path)
  await zipkin.read(
    { name: 'evidence.json', path, sizeBytes: bytes.length, head: bytes.subarray(0, 65_536), truncated: false },
    store.sink,
  )
  return store.count()
}

interface Row {
  TraceId: string
  SpanId: string
  ParentSpanId: string
  SpanKind: string
  ServiceName: string
  SpanName: string
  SpanAttributes: Record<string, string>
  StatusCode: string
  StatusMessage: string
  events: string[]
}

const rows = (): Promise<Row[]> =>
  store.rows<Row>(`SELECT TraceId, SpanId, ParentSpanId, SpanKind, ServiceName, SpanName, SpanAttributes, StatusCode, StatusMessage, Events.Name AS events
    FROM otel_traces ORDER BY Timestamp, SpanKind, SpanId`)

const sample = (name: string): Buffer => readFileSync(new URL(`../../samples/zipkin/2.24/${name}`, import.meta.url))
const span = (id: string, more: object = {}): object => ({
  traceId: 'abc',
  id,
  name: 'buy',
  timestamp: 1_760_000_000_000_000,
  duration: 10,
  localEndpoint: { serviceName: 'orders' },
  ...more,
})

describe('shared spans', () => {
  it('become a client and a server, each with its own children', async () => {
    expect(await read(sample('brave-shared-order.json'))).toBe(6)
    expect(store.losses).toEqual({})
    const byName = new Map((await rows()).map((row) => [row.SpanName, row]))
    const client = byName.get('put')
    const server = byName.get('put /reservations')
    expect(client).toMatchObject({
      SpanId: 'bd7a977555f6b982',
      ParentSpanId: '80f1da5e10147517',
      SpanKind: 'Client',
      ServiceName: 'orders',
    })
    expect(server).toMatchObject({
      ParentSpanId: 'bd7a977555f6b982',
      SpanKind: 'Server',
      ServiceName: 'stock',
      events: ['lock acquired'],
    })
    expect(server?.SpanId).toMatch(/^[0-9a-f]{16}$/)
    expect(server?.SpanId).not.toBe(client?.SpanId)
    expect(byName.get('update')?.ParentSpanId).toBe(server?.SpanId)
    expect(byName.get('encode request')?.ParentSpanId).toBe(client?.SpanId)
    expect(byName.get('charge')).toMatchObject({ StatusCode: 'Error', StatusMessage: 'no answer in 20 ms' })
  })

  it('get the same ids every time', async () => {
    await read(sample('brave-shared-order.json'))
    const first = await rows()
    await store.clear()
    await read(JSON.stringify((JSON.parse(sample('brave-shared-order.json').toString()) as object[]).toReversed()))
    expect(await rows()).toEqual(first)
  })

  it('keep their id where the client did not report', async () => {
    await read([
      span('a', { kind: 'SERVER', shared: true }),
      span('b', { parentId: 'a', timestamp: 1_760_000_000_000_001 }),
    ])
    expect((await rows()).map((row) => [row.SpanId, row.ParentSpanId])).toEqual([
      ['000000000000000a', ''],
      ['000000000000000b', '000000000000000a'],
    ])
  })

  it('give children of a service that is on neither side to the server', async () => {
    await read([
      span('a', { kind: 'CLIENT' }),
      span('a', { kind: 'SERVER', localEndpoint: { serviceName: 'stock' } }),
      span('b', { parentId: 'a', localEndpoint: {} }),
    ])
    const all = await rows()
    const server = all.find((row) => row.SpanKind === 'Server')
    expect(all.find((row) => row.SpanKind === 'Internal')?.ParentSpanId).toBe(server?.SpanId)
  })

  it('leave out fragments of what is whole', async () => {
    const fragment = { traceId: 'abc', id: 'a', name: 'buy' }
    expect(await read([span('a', { kind: 'CLIENT' }), fragment, span('a', { kind: 'SERVER', shared: true })])).toBe(2)
    expect(store.losses).toMatchObject({ 'partial-span': 1 })
  })
})

it('reads messages, databases and missing durations', async () => {
  expect(await read(sample('brave-messages.json'))).toBe(5)
  expect(store.losses).toEqual({ 'missing-duration': 1 })
  const [send, poll, work, next, find] = await rows()
  expect(send?.SpanAttributes).toMatchObject({
    'messaging.system': 'kafka',
    'messaging.destination': 'orders.placed',
    'messaging.kafka.message.key': 'order-17',
    'peer.service': 'kafka',
  })
  expect(poll).toMatchObject({
    SpanKind: 'Consumer',
    ParentSpanId: '6b221d5bc9e6496c',
    TraceId: '00000000000000006b221d5bc9e6496c',
  })
  expect(work?.SpanKind).toBe('Internal')
  expect(next?.SpanAttributes).toMatchObject({ 'messaging.system': 'rabbitmq', 'messaging.destination': 'invoices' })
  expect(find?.SpanAttributes).toMatchObject({
    'db.system': 'cassandra',
    'db.name': 'billing',
    'db.statement': 'SELECT * FROM invoices WHERE id = ?',
    'network.peer.address': '10.1.0.12',
    'net.peer.port': '9042',
  })
})

it('takes columns, resources and links out of tags', async () => {
  const tags = {
    'otel.library.name': 'net/http',
    'otel.status_code': 'OK',
    'service.version': '1.4',
    'service.peer.name': 'stock',
    'otlp.link.0': '0af7651916cd43dd8448eb211c80319c|b7ad6b7169203331|shop=1|{"shelf":"a|b"}|0',
    __proto__: null,
    isbn: 978,
  }
  await read([span('a', { tags })])
  expect(
    await store.rows(
      'SELECT ScopeName, StatusCode, ResourceAttributes, SpanAttributes, Links.TraceId AS ids, Links.Attributes AS attributes FROM otel_traces',
    ),
  ).toEqual([
    {
      ScopeName: 'net/http',
      StatusCode: 'Ok',
      ResourceAttributes: { 'service.version': '1.4', 'service.name': 'orders' },
      SpanAttributes: { 'service.peer.name': 'stock', isbn: '978' },
      ids: ['0af7651916cd43dd8448eb211c80319c'],
      attributes: [{ shelf: 'a|b' }],
    },
  ])
})

it('counts each flaw', async () => {
  expect(
    await read([
      span('a', { duration: undefined }),
      span('b', { timestamp: undefined }),
      span('', {}),
      span('shelf-1'),
      span('c'),
    ]),
  ).toBe(4)
  expect(store.losses).toEqual({ 'missing-duration': 1, 'invalid-time': 1, 'missing-ids': 1, 'invalid-id': 1 })
})

it.each([
  ['one span', JSON.stringify(span('a')), 1, {}],
  ['lines of spans', `${JSON.stringify(span('a'))}\n${JSON.stringify(span('b'))}\n`, 2, {}],
  ['arrays of arrays', JSON.stringify([[span('a')], [span('b')]]), 2, {}],
  ['a cut', JSON.stringify([span('a'), span('b')]).slice(0, -30), 1, { truncated: 1 }],
  ['a wrong type', JSON.stringify([span('a'), span('b', { annotations: 'none' })]), 1, { 'bad-row': 1 }],
])('reads %s', async (_, content, count, losses) => {
  expect(zipkin.sniff(Buffer.from(content), '')).toBe(1)
  expect(await read(content)).toBe(count)
  expect(store.losses).toEqual(losses)
})

it('never fails on changed or cut bytes', async () => {
  const whole = Buffer.from(JSON.stringify(JSON.parse(sample('brave-shared-order.json').toString())))
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length),
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 }),
      async (cut, changes) => {
        const bytes = Buffer.from(whole.subarray(0, cut))
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
        await store.clear()
        try {
          expect(await read(bytes)).toBeLessThanOrEqual(6)
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableEvidence)
        }
      },
    ),
    { numRuns: 20, seed: 3 },
  )
}, 120_000)

const files = countedFiles(/zipkin/i)
describe.skipIf(files.length === 0)('public evidence (FAULTLINE_EVIDENCE)', () => {
  it.each(files.map((each) => [each.file, each] as const))('%s', async (_, { path, spans }) => {
    const content = readFileSync(path)
    expect(zipkin.sniff(content.subarray(0, 65_536), path)).toBe(1)
    // The table counts JSON objects. Each is one row, shared halves too; only fragments of whole spans are left out, and counted.
    expect((await read(content)) + (store.losses['partial-span'] ?? 0)).toBe(spans)
  })
})

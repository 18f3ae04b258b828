/** Jaeger JSON into rows of otel_traces: forms, references, tags, ids, losses, damage, and public files where they are given. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { jaeger } from '../../src/importers/jaeger.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { countedFiles } from './evidence-counts.js'
import { openTestStore } from './test-sink.js'

const store = await openTestStore()
beforeEach(() => store.clear())
afterAll(() => store.close())

async function read(content: string | Buffer): Promise<number> {
  const path = join(store.folder, 'evidence.json')
  writeFileSync(path, content)
  const bytes = readFileSync(path)
  await jaeger.read(
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
  SpanAttributes: Record<string, string>
  ResourceAttributes: Record<string, string>
  StatusCode: string
  StatusMessage: string
  duration: number
  events: [string, Record<string, string>][]
  links: [string, string][]
}

const rows = (): Promise<Row[]> =>
  store.rows<Row>(`SELECT TraceId, SpanId, ParentSpanId, SpanKind, ServiceName, SpanAttributes, ResourceAttributes, StatusCode, StatusMessage,
    toFloat64(Duration) AS duration, arrayZip(Events.Name, Events.Attributes) AS events, arrayZip(Links.TraceId, Links.SpanId) AS links
    FROM otel_traces ORDER BY Timestamp, SpanId`)

const sample = (name: string): Buffer => readFileSync(new URL(`../../samples/jaeger/${name}`, import.meta.url))
const processes = { p1: { serviceName: 'orders', tags: [] } }
const span = (id: string, more: object = {}): object => ({
  traceID: 'abc',
  spanID: id,
  operationName: 'buy',
  references: [],
  startTime: 1_760_000_000_000_000,
  duration: 10,
  tags: [],
  logs: [],
  processID: 'p1',
  ...more,
})
const trace = (...spans: object[]): string => JSON.stringify({ traceID: 'abc', spans, processes })
const reference = (refType: string, spanID: string, traceID = 'abc'): object => ({ refType, traceID, spanID })

describe('samples', () => {
  it('maps OpenTracing onto OpenTelemetry', async () => {
    expect(await read(sample('1.21/opentracing-order.json'))).toBe(7)
    expect(store.losses).toEqual({})
    const all = await rows()
    expect(
      all.map((row) => `${row.ParentSpanId} ${row.SpanId} ${row.SpanKind} ${row.ServiceName} ${row.StatusCode}`),
    ).toEqual([
      ' 5b2c9d1e00a7f3c4 Server orders Unset',
      '5b2c9d1e00a7f3c4 00000000000001a0 Client orders Unset',
      '00000000000001a0 00000000000001a1 Server stock Unset',
      '00000000000001a1 00000000000001a2 Client stock Unset',
      '5b2c9d1e00a7f3c4 00000000000001a3 Client orders Error',
      '5b2c9d1e00a7f3c4 00000000000001a4 Producer orders Unset',
      '00000000000001a4 00000000000001a5 Consumer mailer Unset',
    ])
    expect(new Set(all.map((row) => row.TraceId))).toEqual(new Set(['00000000000000005b2c9d1e00a7f3c4']))
    expect(all[1]?.SpanAttributes).toMatchObject({
      'net.peer.name': 'stock',
      'net.peer.port': '8080',
      'peer.hostname': 'stock',
    })
    expect(all[2]?.SpanAttributes).toMatchObject({ 'network.peer.address': '10.1.0.7' })
    expect(all[2]?.SpanAttributes).not.toHaveProperty('net.peer.name')
    expect(all[2]?.events).toEqual([['lock acquired', { shelf: 'B-7', waited_ms: '2.5' }]])
    expect(all[3]?.SpanAttributes).toMatchObject({
      'db.system': 'mysql',
      'db.name': 'stock',
      'net.peer.name': 'stock-db',
      'net.peer.port': '3306',
      'db.type': 'sql',
    })
    expect(all[3]?.duration).toBe(9_000_000)
    expect(all[5]?.SpanAttributes).toMatchObject({
      'messaging.destination': 'orders.placed',
      'messaging.system': 'kafka',
    })
    expect(all[6]?.links).toEqual([['00000000000000005b2c9d1e00a7f3c4', '00000000000001a4']])
    expect(all[0]?.ResourceAttributes).toMatchObject({ 'service.name': 'orders', hostname: 'orders-0' })
  })

  it('takes columns of OpenTelemetry out of its tags', async () => {
    expect(await read(sample('2.6/opentelemetry-views.json'))).toBe(3)
    const [, query, view] = await rows()
    expect(query).toMatchObject({ StatusCode: 'Error', StatusMessage: 'deadlock detected' })
    expect(
      Object.keys(query?.SpanAttributes ?? {}).filter((key) => key.startsWith('otel.') || key === 'span.kind'),
    ).toEqual([])
    expect(view).toMatchObject({
      ParentSpanId: '',
      StatusCode: 'Ok',
      links: [['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']],
    })
    expect(await store.rows('SELECT ScopeName, ScopeVersion, TraceState FROM otel_traces ORDER BY Timestamp')).toEqual([
      { ScopeName: 'net/http', ScopeVersion: '0.58.0', TraceState: '' },
      { ScopeName: 'otelsql', ScopeVersion: '', TraceState: '' },
      { ScopeName: 'sarama', ScopeVersion: '', TraceState: 'shop=1' },
    ])
  })
})

describe('references', () => {
  it.each([
    [
      'the first CHILD_OF of the trace',
      { references: [reference('FOLLOWS_FROM', 'c'), reference('CHILD_OF', 'd', 'fff'), reference('CHILD_OF', 'b')] },
      'b',
      ['c', 'd'],
    ],
    ['a FOLLOWS_FROM where there is no CHILD_OF', { references: [reference('FOLLOWS_FROM', 'b')] }, 'b', ['b']],
    ['none of another trace', { references: [reference('FOLLOWS_FROM', 'b', 'fff')] }, '', ['b']],
    ['the old parentSpanID', { parentSpanID: 'b' }, 'b', []],
    ['no zero', { parentSpanID: '0' }, '', []],
    ['no span itself', { references: [reference('CHILD_OF', 'a')] }, '', ['a']],
  ])('parent: %s', async (_, more, parent, linked) => {
    await read(trace(span('a', more)))
    const pad = (id: string): string => (id === '' ? '' : id.padStart(16, '0'))
    const [row] = await rows()
    expect(row?.ParentSpanId).toBe(pad(parent))
    expect(row?.links.map(([, id]) => id)).toEqual(linked.map(pad))
  })
})

describe('tags', () => {
  const tagged = async (...tags: [string, unknown][]): Promise<Record<string, string>> => {
    await read(trace(span('a', { tags: tags.map(([key, value]) => ({ key, value })) })))
    return (await rows())[0]?.SpanAttributes ?? {}
  }

  it('never writes over what the source has', async () => {
    const tags = await tagged(
      ['peer.hostname', 'stock'],
      ['server.address', 'stock.shop'],
      ['db.instance', 'books'],
      ['db.name', 'shop'],
    )
    expect(tags).toEqual({
      'peer.hostname': 'stock',
      'server.address': 'stock.shop',
      'db.instance': 'books',
      'db.name': 'shop',
    })
  })

  it('does not take `sql` for a system', async () => {
    expect(await tagged(['db.type', 'sql'])).toEqual({ 'db.type': 'sql' })
  })

  it.each([
    ['10.0.0.9:5432', { 'network.peer.address': '10.0.0.9', 'net.peer.port': '5432' }],
    ['[::1]:80', { 'network.peer.address': '::1', 'net.peer.port': '80' }],
    ['stock', { 'net.peer.name': 'stock' }],
    ['http://stock:80/books?x=1', { 'net.peer.name': 'stock', 'net.peer.port': '80' }],
  ])('peer.address %s', async (address, expected) => {
    expect(await tagged(['peer.address', address])).toEqual({ 'peer.address': address, ...expected })
  })

  it('keeps hostile names and every kind of value as text', async () => {
    const tags = await tagged(
      ['__proto__', 'x'],
      ['n', 9_007_199_254_740_991],
      ['f', 1.5],
      ['b', false],
      ['list', [1, 'a']],
      ['none', null],
      ["'; DROP TABLE", '<b>\u202e'],
    )
    expect(tags).toMatchObject({
      n: '9007199254740991',
      f: '1.5',
      b: 'false',
      list: '[1,"a"]',
      none: '',
      "'; DROP TABLE": '<b>\u202e',
    })
    expect(Object.keys(tags)).toHaveLength(7)
    expect(await store.rows(`SELECT SpanAttributes['__proto__'] AS value FROM otel_traces`)).toEqual([{ value: 'x' }])
  })
})

describe('losses', () => {
  it('counts each flaw', async () => {
    const spans = [
      span('a', { processID: 'p9' }),
      span('b', { duration: -3 }),
      span('c', { startTime: 0 }),
      span('', {}),
      span('shelf-1', {}),
      span('d'),
    ]
    expect(await read(JSON.stringify({ data: [JSON.parse(trace(...spans))] }))).toBe(5)
    expect(store.losses).toEqual({
      'missing-process': 1,
      'negative-duration': 1,
      'invalid-time': 1,
      'missing-ids': 1,
      'invalid-id': 1,
    })
  })

  it('keeps whole spans before a cut', async () => {
    const document = JSON.stringify({
      data: [JSON.parse(trace(span('a'), span('b'))), JSON.parse(trace(span('c'), span('d')))],
    })
    expect(await read(document.slice(0, document.lastIndexOf('"d"')))).toBe(3)
    expect(store.losses).toEqual({ truncated: 1, 'missing-process': 1 })
  })

  it('leaves out what the engine cannot read', async () => {
    expect(
      await read(
        `{"data":[${trace(span('a'))},${trace(span('b', { tags: 'none', references: 7 }))},${trace(span('c')).replace('"buy"', '"b\\xy"')},${trace(span('d'))}]}`,
      ),
    ).toBe(2)
    expect(store.losses).toEqual({ 'bad-row': 2 })
  })

  it('says when nothing can be read', async () => {
    await expect(read('{"data":[{"traceID":"abc","spans":[{"traceID":')).rejects.toThrow(UnreadableEvidence)
    expect(await read('{"data":[],"total":0,"limit":0,"offset":0,"errors":null}')).toBe(0)
  })
})

it('never fails on changed or cut bytes', async () => {
  const whole = Buffer.from(JSON.stringify(JSON.parse(sample('1.21/opentracing-order.json').toString())))
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length),
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 }),
      async (cut, changes) => {
        const bytes = Buffer.from(whole.subarray(0, cut))
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
        await store.clear()
        try {
          expect(await read(bytes)).toBeLessThanOrEqual(7)
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableEvidence)
        }
      },
    ),
    { numRuns: 15, seed: 3 },
  )
}, 120_000)

const files = countedFiles(/^jaeger/)
describe.skipIf(files.length === 0)('public evidence (FAULTLINE_EVIDENCE)', () => {
  it.each(files.map((each) => [each.file, each] as const))('%s', async (_, { path, form, spans }) => {
    const content = readFileSync(path)
    expect(jaeger.sniff(content.subarray(0, 65_536), path)).toBe(1)
    // The state of Jaeger's UI holds a whole trace of four spans, which the table does not count.
    expect(await read(content)).toBe(form.includes('UI state') ? 4 : spans)
  })
})

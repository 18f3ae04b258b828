/** The builder itself: if it lies, every test on top of it lies. */
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from 'chdb'
import { afterAll, describe, expect, it } from 'vitest'
import {
  fromOtlpProtobuf,
  sketch,
  toJaegerJson,
  toOtlpJson,
  toOtlpJsonLines,
  toOtlpProtobuf,
  toRows,
  toZipkinJson,
  type System,
} from './sketch.js'

function bookshop(): System {
  return sketch('bookshop').repeat(3, (trace, i) => {
    trace.server('storefront', 'POST /orders', { ms: 80 }, (s) => {
      s.call('catalogue', 'GET /books/{id}', { ms: 20 }, (c) =>
        c.query('postgresql://pg:5432/shop', 'SELECT * FROM books', { ms: 5 }),
      )
      s.parallel((p) => p.call('stock', 'shop.Stock/Reserve', { ms: 9 }).call('prices', 'GET /prices', { ms: 30 }))
      s.retry('payments', 'POST /charges', { attempts: 3, backoffMs: 5, ms: 10, lastSucceeds: true })
      s.call('mail', 'POST /letters', { timeoutMs: 100, ms: 300 })
      s.publish('rabbitmq://broker/orders.placed', { messageId: `m${i}` }).consume('shipping', { ms: 20 })
    })
  })
}

const named = (system: System, name: string, kind: string) => {
  const span = system.spans.find((candidate) => candidate.name === name && candidate.kind === kind)
  if (!span) throw new Error(`no ${kind} span ${name}`)
  return span
}

describe('the sketch of a system', () => {
  it('is the same each time', () => {
    expect(toOtlpJson(bookshop().spans)).toBe(toOtlpJson(bookshop().spans))
  })

  it('lets the caller wait for the network and the callee', () => {
    const shop = bookshop()
    const server = named(shop, 'GET /books/{id}', 'server')
    const client = shop.spans.find((span) => span.spanId === server.parentSpanId)
    expect(server.durationNs).toBe(20_000_000n)
    expect(client?.durationNs).toBe(20_400_000n)
    expect(server.startNs - (client?.startNs ?? 0n)).toBe(200_000n)
  })

  it('starts parallel calls at once and sequential ones after each other', () => {
    const shop = bookshop()
    const [stock, prices] = ['shop.Stock/Reserve', 'GET /prices'].map((name) => named(shop, name, 'server'))
    const charge = named(shop, 'POST /charges', 'server')
    expect(stock?.startNs).toBe(prices?.startNs)
    expect(charge.startNs).toBeGreaterThan((prices?.startNs ?? 0n) + (prices?.durationNs ?? 0n))
  })

  it('lets a caller give up while the callee works on', () => {
    const shop = bookshop()
    const server = named(shop, 'POST /letters', 'server')
    const client = shop.spans.find((span) => span.spanId === server.parentSpanId)
    expect(client?.durationNs).toBe(100_000_000n)
    expect(client?.attributes.get('error.type')).toBe('timeout')
    expect(server.startNs + server.durationNs).toBeGreaterThan((client?.startNs ?? 0n) + (client?.durationNs ?? 0n))
  })

  it('fails each attempt but the last', () => {
    const attempts = bookshop().spans.filter((span) => span.name === 'POST /charges' && span.kind === 'server')
    expect(attempts.slice(0, 3).map((span) => span.status.code)).toEqual(['Error', 'Error', 'Unset'])
  })

  it('links a consumer to its producer, in a trace of its own', () => {
    const shop = bookshop()
    const producer = named(shop, 'publish orders.placed', 'producer')
    const consumer = named(shop, 'process orders.placed', 'consumer')
    expect(consumer.traceId).not.toBe(producer.traceId)
    expect(consumer.links).toMatchObject([{ traceId: producer.traceId, spanId: producer.spanId }])
  })

  it('moves the clock of one service alone', () => {
    const build = (skewMs: number) =>
      sketch('skewed')
        .service('catalogue', { skewMs })
        .trace((t) => t.server('storefront', 'GET /', {}, (s) => s.call('catalogue', 'GET /books')))
    const [true_, ahead] = [build(0), build(12)]
    expect(named(ahead, 'GET /books', 'server').startNs - named(true_, 'GET /books', 'server').startNs).toBe(
      12_000_000n,
    )
    expect(named(ahead, 'GET /', 'server').startNs).toBe(named(true_, 'GET /', 'server').startNs)
  })

  it('writes old names where they are asked for', () => {
    const old = sketch('old', { conventions: 'old' }).trace((t) =>
      t.server('storefront', 'GET /books/{id}', {}, (s) => s.query('postgresql://pg/shop', 'SELECT 1')),
    )
    expect([...named(old, 'SELECT shop', 'client').attributes.keys()]).toContain('db.statement')
    expect(named(old, 'GET /books/{id}', 'server').attributes.get('http.target')).toBe('/books/1')
  })

  it('leaves out what it is told to leave out', () => {
    const shop = sketch('bare').trace((t) =>
      t.as('cron', (s) => s.query('mysql://db/shop', 'SELECT 1', { without: ['db.*'], orphan: true })),
    )
    expect([...(shop.spans[0]?.attributes.keys() ?? [])]).toEqual(['server.address', 'server.port'])
    expect(shop.spans[0]?.parentSpanId).toMatch(/^[0-9a-f]{16}$/)
  })
})

describe('the encoders', () => {
  const spans = bookshop().spans
  const folder = mkdtempSync(join(tmpdir(), 'sketch-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('write OTLP protobuf with the content of OTLP/JSON', () => {
    const decoded = JSON.stringify(fromOtlpProtobuf(toOtlpProtobuf(spans)))
    const { startTimeUnixNano } = JSON.parse(toOtlpJson(spans)).resourceSpans[0].scopeSpans[0].spans[0]
    expect(decoded.match(/"startTimeUnixNano"/g)).toHaveLength(spans.length)
    expect(decoded).toContain(startTimeUnixNano)
  })

  it('frame several messages', () => {
    const framed = toOtlpProtobuf(spans, 'framed', 10)
    let messages = 0
    for (let at = 0; at < framed.length; at += 4 + framed.readUInt32BE(at)) messages++
    expect(messages).toBe(Math.ceil(spans.length / 10))
    expect(toOtlpJsonLines(spans, 10).trimEnd().split('\n')).toHaveLength(messages)
  })

  it('write every span as Jaeger and as Zipkin, shared or not', () => {
    const jaeger: { data: { spans: object[] }[] } = JSON.parse(toJaegerJson(spans))
    expect(jaeger.data.flatMap((trace) => trace.spans)).toHaveLength(spans.length)
    const zipkin: { id: string; shared?: boolean }[] = JSON.parse(toZipkinJson(spans, { shared: true }))
    expect(zipkin).toHaveLength(spans.length)
    for (const half of zipkin.filter((span) => span.shared))
      expect(zipkin.filter((span) => span.id === half.id)).toHaveLength(2)
  })

  it('keep hostile keys', () => {
    const hostile = sketch('hostile').trace((t) =>
      t.server('<b>shop</b>', 'GET /', { attributes: { ['__proto__x']: '1', constructor: '2' } }),
    )
    hostile.spans[0]?.attributes.set('__proto__', 'kept')
    expect(toRows(hostile.spans)).toContain('"__proto__":"kept"')
    expect(toZipkinJson(hostile.spans)).toContain('"__proto__":"kept"')
  })

  it('write rows that the engine reads into otel_traces', () => {
    const file = join(folder, 'rows.jsonl')
    writeFileSync(file, toRows(spans))
    const session = new Session(join(folder, 'data'))
    session.query(
      readFileSync(new URL('../src/store/schema/otel_traces.sql', import.meta.url), 'utf8').replace(/^--.*$/gm, ''),
    )
    session.query(`INSERT INTO otel_traces SELECT * FROM file('${file}', JSONEachRow)`)
    const [count, links, first] = session
      .query(
        'SELECT count(), sum(length(Links.TraceId)), toUnixTimestamp64Nano(min(Timestamp)) FROM otel_traces FORMAT TSV',
      )
      .trim()
      .split('\t')
    expect(Number(count)).toBe(spans.length)
    expect(Number(links)).toBe(3)
    expect(first).toBe(String(spans[0]?.startNs))
    session.close()
  })
})

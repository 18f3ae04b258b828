/** OTLP in every shape: all samples of the bookshop hold the same six spans, whatever the encoding, and damage loses only what it hits. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { otlpProto } from '../../src/importers/common/otlp-proto.js'
import { losses } from '../../src/importers/losses.js'
import { readInto, samples, spanRows } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

const same = [
  'otlp-json/collector-file.jsonl',
  'otlp-json/requests-array.json',
  'otlp-json/tempo-batches.json',
  'otlp-json/tempo-trace.json',
  'otlp-json/numbers.json',
  'otlp-protobuf/request.pb',
  'otlp-protobuf/delimited.pb',
  'otlp-protobuf/file-exporter.pb',
]

describe('sound OTLP', () => {
  it('reads one request', async () => {
    expect(await readInto(store, join(samples, 'otlp-json/request.json'))).toMatchObject({ importer: 'otlp-json' })
    expect(store.losses).toEqual({})
    const rows = await spanRows(store)
    expect(rows).toHaveLength(6)
    expect(rows[0]).toMatchObject({
      Timestamp: '2026-01-01 10:00:00.000000000',
      TraceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      SpanId: '00f067aa0ba902b7',
      ParentSpanId: '',
      SpanName: 'GET /books/{isbn}',
      SpanKind: 'Server',
      ServiceName: 'storefront',
      ScopeName: 'bookshop-tracing',
      ScopeVersion: '2.1.0',
      StatusCode: 'Unset',
      ResourceAttributes: { 'service.name': 'storefront', 'process.command_args': '["node","server.js"]' },
      SpanAttributes: {
        'bookshop.cache.hit': 'false',
        'bookshop.discount': '0.15',
        'http.response.status_code': '200',
      },
    })
    expect(Number(rows[0]?.['Duration'])).toBe(120_000_000)
    const [failed, query, consumer] = rows.slice(3)
    expect(failed).toMatchObject({
      StatusCode: 'Error',
      StatusMessage: 'out of print',
      'Events.Timestamp': ['2026-01-01 10:00:00.080000000'],
      'Events.Name': ['exception'],
      'Events.Attributes': [{ 'exception.type': 'OutOfPrint', 'exception.message': 'no copies left' }],
    })
    expect(query).toMatchObject({ SpanAttributes: { 'otel.dropped_attributes_count': '2' } })
    expect(consumer).toMatchObject({
      SpanKind: 'Consumer',
      'Links.TraceId': ['4bf92f3577b34da6a3ce929d0e0e4736'],
      'Links.SpanId': ['00f067aa0ba902b9'],
      'Links.TraceState': ['shop=1'],
      'Links.Attributes': [{ 'messaging.offset': '7' }],
    })
  })

  it.each(same)('%s gives the same rows', async (sample) => {
    await readInto(store, join(samples, 'otlp-json/request.json'))
    const expected = await spanRows(store)
    await readInto(store, join(samples, sample))
    expect(store.losses).toEqual({})
    const rows = await spanRows(store)
    // The protobuf samples were written with the address of a schema, the others without.
    for (const row of rows) delete (row.ResourceAttributes as Record<string, string>)['otel.resource.schema_url']
    expect(rows).toEqual(expected)
  })
})

it('reading protobuf leaves nothing where the program runs', async () => {
  await readInto(store, join(samples, 'otlp-protobuf/request.pb'))
  expect(readdirSync(process.cwd())).not.toContain('__cache__')
})

describe('fields without a column', () => {
  const nested = (depth: number): object =>
    depth === 0 ? { stringValue: 'shelf' } : { arrayValue: { values: [nested(depth - 1)] } }
  const span = {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b9',
    name: 'GET /books',
    startTimeUnixNano: '1767261600000000000',
    endTimeUnixNano: '1767261600001000000',
    flags: 259,
    attributes: [{ key: 'shelves', value: nested(3) }],
  }
  const request = {
    resourceSpans: [
      {
        schemaUrl: 'https://bookshop.example/resource',
        scopeSpans: [
          {
            schemaUrl: 'https://bookshop.example/scope',
            scope: { name: 'till', attributes: [{ key: 'aisle', value: { stringValue: 'poetry' } }] },
            spans: [span],
          },
        ],
      },
    ],
  }
  const kept = {
    ResourceAttributes: { 'otel.resource.schema_url': 'https://bookshop.example/resource' },
    SpanAttributes: {
      'otel.scope.aisle': 'poetry',
      'otel.scope.schema_url': 'https://bookshop.example/scope',
      'otel.span.flags': '259',
    },
  }

  it('are attributes, from JSON', async () => {
    const path = join(store.folder, 'kept.json')
    writeFileSync(path, JSON.stringify(request))
    await readInto(store, path)
    expect(store.losses).toEqual({})
    expect((await spanRows(store))[0]).toMatchObject({
      ...kept,
      SpanAttributes: { ...kept.SpanAttributes, shelves: '[[["shelf"]]]' },
    })
  })

  it('are attributes, from protobuf, and what is nested too deep is a loss', async () => {
    const type = protobuf.parse(otlpProto, { keepCase: true }).root.lookupType('Request')
    const deepest = protobuf
      .parse('syntax = "proto3"; message Any { string s = 1; } message List { repeated Any values = 1; }')
      .root.lookupType('List')
      .encode({ values: [{ s: 'shelf' }] })
      .finish()
    const value = { arrayValue: { values: [{ arrayValue: { values: [{ arrayValue: deepest }] } }] } }
    const path = join(store.folder, 'kept.pb')
    const binary = { ...span, traceId: Buffer.from(span.traceId, 'hex'), spanId: Buffer.from(span.spanId, 'hex') }
    const copy = structuredClone(request) as unknown as { resourceSpans: { scopeSpans: { spans: object[] }[] }[] }
    const scopeSpans = copy.resourceSpans[0]?.scopeSpans[0] as { spans: object[] }
    scopeSpans.spans = [{ ...binary, attributes: [{ key: 'shelves', value }] }]
    writeFileSync(path, type.encode(type.fromObject(copy)).finish())
    await readInto(store, path)
    expect(store.losses).toEqual({ 'nested-too-deep': 1 })
    expect((await spanRows(store))[0]).toMatchObject(kept)
  })
})

describe('odd OTLP', () => {
  it('keeps what it can, and counts the rest', async () => {
    await readInto(store, join(samples, 'otlp-json/odd.json'))
    expect(store.losses).toEqual({
      'missing-ids': 2,
      'negative-duration': 1,
      'invalid-time': 1,
      'invalid-id': 1,
    })
    const rows = await spanRows(store)
    expect(rows.map((row) => row['SpanName'])).toEqual([
      expect.stringContaining('<img'),
      'ends before it starts',
      'milliseconds',
      'home-made ids',
    ])
    expect(rows[0]?.['SpanAttributes']).toEqual({
      list: '["quoted \\"text\\" {with} [brackets]",1,2.5,true,null,["inner",{"deep":{"deeper":"still"}}]]',
      map: '{"k":1,"key } \\"odd\\"":[]}',
      empty: '',
      nothing: '',
      bytes: 'AAEC',
      'empty list': '[]',
    })
    expect(Number(rows[1]?.['Duration'])).toBe(0)
    expect(rows[3]).toMatchObject({ TraceId: 'order-731', SpanKind: 'Unspecified', StatusCode: 'Unset' })
  })
})

describe('damaged OTLP', () => {
  it('leaves out bad lines alone', async () => {
    await readInto(store, join(samples, 'otlp-json/bad-line.jsonl'))
    expect(await store.count()).toBe(6)
    expect(store.losses['bad-row']).toBeGreaterThan(0)
  })

  it.each([
    ['otlp-json/cut.jsonl', 5],
    ['otlp-protobuf/cut.pb', 5],
  ])('reads %s up to the cut', async (sample, spans) => {
    await readInto(store, join(samples, sample))
    expect(await store.count()).toBe(spans)
    expect(store.losses).toEqual({ truncated: 1 })
  })

  const damaged = [
    'otlp-json/request.json',
    'otlp-json/collector-file.jsonl',
    'otlp-protobuf/file-exporter.pb',
    'otlp-protobuf/request.pb',
  ]
  const known = new Set(losses.map((loss) => loss.id))

  async function survives(bytes: Uint8Array): Promise<void> {
    const path = join(store.folder, 'damaged')
    writeFileSync(path, bytes)
    try {
      await readInto(store, path)
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableEvidence)
    }
    expect(await store.count()).toBeLessThanOrEqual(6)
    for (const id of Object.keys(store.losses)) expect(known).toContain(id)
  }

  it.each(damaged)('survives %s cut anywhere', async (sample) => {
    const whole = readFileSync(join(samples, sample))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length - 2 }), async (length) => {
        await survives(whole.subarray(0, length))
        const spans = await store.count()
        if (spans > 0 && spans < 6) expect(Object.keys(store.losses)).not.toEqual([])
      }),
      { seed: 731, numRuns: 15 },
    )
  })

  it.each(damaged)('survives %s with any bytes changed', async (sample) => {
    const whole = readFileSync(join(samples, sample))
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(whole)
        for (const { at, byte } of changes) bytes[at] = byte
        await survives(bytes)
      }),
      { seed: 731, numRuns: 15 },
    )
  })
})

/** Unknown fields of every JSON format become attributes, wherever they stand, and spans with half a surrogate are read. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readInto } from './read-sample.js'
import { openTestStore } from './test-sink.js'

const store = await openTestStore()
afterAll(() => store.close())

interface Row {
  span: Record<string, string>
  resource: Record<string, string>
  events: Record<string, string>[]
  links: Record<string, string>[]
  name: string
}

async function read(evidence: unknown): Promise<Row> {
  const path = join(store.folder, 'evidence.json')
  writeFileSync(path, typeof evidence === 'string' ? evidence : JSON.stringify(evidence))
  await readInto(store, path)
  expect(store.losses).toEqual({})
  const [row] = await store.rows<Row>(
    'SELECT SpanAttributes AS span, ResourceAttributes AS resource, Events.Attributes AS events, Links.Attributes AS links, SpanName AS name FROM otel_traces',
  )
  if (!row) throw new Error('no span was read')
  return row
}

const time = 1_760_000_000_000_000

it('keeps the unknown fields of OTLP/JSON where they stood', async () => {
  const dropped = { droppedAttributesCount: 2 }
  const row = await read({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }], ...dropped, rack: 7 },
        shelf: 'north',
        scopeSpans: [
          {
            scope: { name: 'shop', ...dropped, edition: 'second' },
            spans: [
              {
                traceId: '0af7651916cd43dd8448eb211c80319c',
                spanId: 'b7ad6b7169203331',
                name: 'buy \ud800 book',
                startTimeUnixNano: `${time}000`,
                endTimeUnixNano: `${time}900`,
                copies: { left: [1, 2.5, true] },
                status: { reason: 'sold' },
                events: [{ timeUnixNano: `${time}100`, name: 'paid', attributes: [], ...dropped, till: 'a' }],
                links: [
                  { traceId: '1'.repeat(32), spanId: '2'.repeat(16), flags: 1024, ...dropped, why: null, by: 'x' },
                ],
              },
            ],
          },
        ],
      },
    ],
  })
  expect(row.span).toEqual({
    'otlp.copies': '{"left":[1,2.5,true]}',
    'otlp.status.reason': 'sold',
    'otel.scope.otlp.edition': 'second',
    'otel.scope.dropped_attributes_count': '2',
  })
  expect(row.resource).toEqual({
    'service.name': 'orders',
    'otlp.resource.rack': '7',
    'otlp.resource_spans.shelf': 'north',
    'otel.resource.dropped_attributes_count': '2',
  })
  expect(row.events).toEqual([{ 'otlp.event.till': 'a', 'otel.dropped_attributes_count': '2' }])
  expect(row.links).toEqual([{ 'otlp.link.by': 'x', 'otel.dropped_attributes_count': '2', 'otel.link.flags': '1024' }])
  expect(row.name).toBe('buy \ufffd book')
})

it('keeps the unknown fields of Jaeger where they stood', async () => {
  const row = await read({
    data: [
      {
        traceID: 'abc',
        archived: true,
        spans: [
          {
            traceID: 'abc',
            spanID: 'def',
            operationName: 'buy',
            startTime: time,
            duration: 5,
            flags: 3,
            warnings: ['clock skew'],
            depth: 2,
            references: [{ refType: 'CHILD_OF', traceID: 'abc', spanID: '12', note: 'old' }],
            tags: [{ key: 'shop', type: 'string', value: 'north' }],
            logs: [{ timestamp: time, fields: [], level: 'low' }],
            processID: 'p1',
          },
        ],
        processes: { p1: { serviceName: 'orders', tags: [], host: { name: 'a' } } },
      },
    ],
  })
  expect(row.span).toEqual({
    shop: 'north',
    'jaeger.flags': '3',
    'jaeger.warnings': '["clock skew"]',
    'jaeger.depth': '2',
    'jaeger.reference.note': 'old',
    'jaeger.trace.archived': 'true',
  })
  expect(row.resource).toEqual({ 'service.name': 'orders', 'jaeger.process.host': '{"name":"a"}' })
  expect(row.events).toEqual([{ 'jaeger.log.level': 'low' }])
})

it('keeps the unknown fields of Zipkin, and what it says of debugging', async () => {
  const row = await read([
    {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      id: 'b7ad6b7169203331',
      name: 'buy',
      timestamp: time,
      duration: 5,
      debug: true,
      copies: 3,
      localEndpoint: { serviceName: 'orders', zone: 'b' },
      annotations: [{ timestamp: time, value: 'paid', till: 3 }],
      tags: { shop: 'north' },
    },
  ])
  expect(row.span).toEqual({
    shop: 'north',
    'zipkin.debug': 'true',
    'zipkin.local_endpoint.zone': 'b',
    'zipkin.annotation.till': '3',
    'zipkin.copies': '3',
  })
})

it('keeps every digit of the numbers in what it keeps, and of those that it knows', async () => {
  const row =
    await read(`[{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"b7ad6b7169203331","name":"buy","timestamp":${time},"duration":5,
    "isbn": 12345678901234567890, "prices": {"exact": [1.50, 1e21, -0, 9007199254740993], "plain": [1, -2.5], "text": ["1.50", ",1.50,"]},
    "tags": {"order": 12345678901234567891}}]`)
  expect(row.span).toEqual({
    order: '12345678901234567891',
    'zipkin.isbn': '12345678901234567890',
    'zipkin.prices': '{"exact":[1.50,1e21,-0,9007199254740993],"plain":[1,-2.5],"text":["1.50",",1.50,"]}',
  })
})

it('keeps the unknown members of pairs, and an arm of a value that is unknown', async () => {
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'buy',
    startTimeUnixNano: `${time}000`,
    endTimeUnixNano: `${time}900`,
    attributes: [
      { key: 'copies', value: { uintValue: '3' } },
      { key: 'shop', value: { stringValue: 'north' }, unit: 'compass' },
    ],
  }
  const otlp = await read({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
  expect(otlp.span).toEqual({ copies: '3', shop: 'north', 'otlp.attribute.unit': 'compass' })
  const jaeger = await read({
    traceID: 'abc',
    spans: [
      {
        traceID: 'abc',
        spanID: 'def',
        operationName: 'buy',
        startTime: time,
        duration: 5,
        tags: [{ key: 'shop', type: 'string', value: 'north', unit: 'compass' }],
        processID: 'p1',
      },
    ],
    processes: { p1: { serviceName: 'orders' } },
  })
  expect(jaeger.span).toEqual({ shop: 'north', 'jaeger.tag.unit': 'compass' })
})

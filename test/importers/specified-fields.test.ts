/** Every field that a specification names is read the quick way, by one insert, and what was said of a resource or a trace is kept. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import protobuf from 'protobufjs'
import { afterAll, expect, it } from 'vitest'
import { importFile } from '../../src/importers/index.js'
import { fileOf } from './read-sample.js'
import { openTestStore } from './test-sink.js'

const store = await openTestStore()
afterAll(() => store.close())

interface Row {
  span: Record<string, string>
  resource: Record<string, string>
}

/** Reads one span, and fails where the engine had to be asked twice. */
async function readOnce(evidence: string | Uint8Array): Promise<Row> {
  const path = join(store.folder, 'evidence')
  writeFileSync(path, evidence)
  await store.clear()
  let inserts = 0
  await importFile(fileOf(path), {
    ...store.sink,
    insertSelect(...given) {
      inserts++
      return store.sink.insertSelect(...given)
    },
  })
  expect(inserts).toBe(1)
  expect(store.losses).toEqual({})
  const rows = await store.rows<Row>('SELECT SpanAttributes AS span, ResourceAttributes AS resource FROM otel_traces')
  expect(rows).toHaveLength(1)
  return rows[0] as Row
}

const time = 1_760_000_000_000_000
const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'
const key = { key: 'shop', value: { stringValue: 'north' } }
const entityRef = { schemaUrl: '', type: 'service', idKeys: ['service.name'], descriptionKeys: [] }
const entityText = '[{"schemaUrl":"","type":"service","idKeys":["service.name"],"descriptionKeys":[]}]'

const resourceSpans = {
  resource: { attributes: [key], droppedAttributesCount: 1, entityRefs: [entityRef] },
  schemaUrl: 'https://bookshop.example/schema',
  scopeSpans: [
    {
      scope: { name: 'shop', version: '1', attributes: [key], droppedAttributesCount: 1 },
      schemaUrl: 'https://bookshop.example/schema',
      spans: [
        {
          traceId,
          spanId,
          parentSpanId: '',
          traceState: '',
          flags: 257,
          name: 'buy',
          kind: 2,
          startTimeUnixNano: `${time}000`,
          endTimeUnixNano: `${time}900`,
          attributes: [
            key,
            { key: 'copies', value: { intValue: '2' } },
            { key: 'price', value: { doubleValue: 2.5 } },
            { key: 'gift', value: { boolValue: true } },
            { key: 'cover', value: { bytesValue: 'AAE=' } },
            { key: 'shelves', value: { arrayValue: { values: [{ stringValue: 'a' }] } } },
            { key: 'buyer', value: { kvlistValue: { values: [key] } } },
          ],
          droppedAttributesCount: 1,
          events: [{ timeUnixNano: `${time}100`, name: 'paid', attributes: [key], droppedAttributesCount: 1 }],
          droppedEventsCount: 1,
          links: [{ traceId, spanId, traceState: '', attributes: [key], droppedAttributesCount: 1, flags: 1 }],
          droppedLinksCount: 1,
          status: { code: 1, message: 'sold' },
        },
      ],
    },
  ],
}

it('reads all of OTLP/JSON at once', async () => {
  const row = await readOnce(JSON.stringify({ resourceSpans: [resourceSpans] }))
  expect(row.resource['otel.resource.entity_refs']).toBe(entityText)
})

it("reads all of Tempo's answer at once", async () => {
  const answer = { metrics: { inspectedBytes: '52' }, status: 'COMPLETE', message: '' }
  const row = await readOnce(JSON.stringify({ trace: { resourceSpans: [resourceSpans] }, ...answer }))
  expect(row.resource['shop']).toBe('north')
})

it('reads references to entities from protobuf as from JSON', async () => {
  const { root } = protobuf.parse(`syntax = "proto3";
    message EntityRef { string schema_url = 1; string type = 2; repeated string id_keys = 3; repeated string description_keys = 4; }
    message Resource { repeated EntityRef entity_refs = 3; }
    message Span { bytes trace_id = 1; bytes span_id = 2; string name = 5; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; }
    message ScopeSpans { repeated Span spans = 2; }
    message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
    message Request { repeated ResourceSpans resource_spans = 1; }`)
  const message = root.lookupType('Request')
  const span = {
    traceId: Buffer.from(traceId, 'hex'),
    spanId: Buffer.from(spanId, 'hex'),
    name: 'buy',
    startTimeUnixNano: `${time}000`,
    endTimeUnixNano: `${time}900`,
  }
  const request = { resourceSpans: [{ resource: { entityRefs: [entityRef] }, scopeSpans: [{ spans: [span] }] }] }
  const row = await readOnce(message.encode(message.fromObject(request)).finish())
  expect(row.resource).toEqual({ 'otel.resource.entity_refs': entityText })
})

it("reads all of the answer of Jaeger's query API at once", async () => {
  const tag = { key: 'shop', type: 'string', value: 'north' }
  const process = { serviceName: 'orders', tags: [tag] }
  const span = {
    traceID: traceId,
    spanID: spanId,
    parentSpanID: '',
    flags: 1,
    operationName: 'buy',
    references: [{ refType: 'CHILD_OF', traceID: traceId, spanID: '12', span: { operationName: 'browse' } }],
    startTime: time,
    duration: 5,
    tags: [tag],
    logs: [{ timestamp: time, fields: [tag] }],
    processID: 'p1',
    process,
    warnings: null,
  }
  const answer = (warnings: string[] | null): string =>
    JSON.stringify({
      data: [{ traceID: traceId, spans: [span], processes: { p1: process }, warnings }],
      total: 0,
      limit: 0,
      offset: 0,
      errors: null,
    })
  expect((await readOnce(answer(null))).span).toEqual({ shop: 'north' })
  expect((await readOnce(answer(['a span is missing']))).span).toEqual({
    shop: 'north',
    'jaeger.trace.warnings': '["a span is missing"]',
  })
})

it('reads all of Zipkin at once', async () => {
  const endpoint = { serviceName: 'orders', ipv4: '10.0.0.1', ipv6: '::1', port: 80 }
  const span = {
    traceId,
    id: spanId,
    parentId: '12',
    kind: 'SERVER',
    name: 'buy',
    timestamp: time,
    duration: 5,
    debug: true,
    shared: false,
    localEndpoint: endpoint,
    remoteEndpoint: endpoint,
    annotations: [{ timestamp: time, value: 'paid' }],
    tags: { shop: 'north' },
  }
  expect((await readOnce(JSON.stringify([span]))).span['shop']).toBe('north')
})

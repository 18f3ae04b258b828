/**
 * Sketched spans as OTLP: a JSON document, JSON lines as the Collector's file exporter writes them, and protobuf in three framings.
 * OTLP/JSON gives ids in hex and 64-bit numbers as text; protobuf gives ids as bytes.
 */
import protobuf from 'protobufjs'
import { groupByResource, type Resource, type AttributeValue, type SketchSpan } from './span.js'

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']
const codes = ['Unset', 'Ok', 'Error']

function anyValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  return { arrayValue: { values: value.map(anyValue) } }
}

function keyValues(attributes: Resource): object[] {
  return [...attributes].map(([key, value]) => ({ key, value: anyValue(value) }))
}

function otlpSpan(span: SketchSpan): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: kinds.indexOf(span.kind),
    startTimeUnixNano: String(span.startNs),
    endTimeUnixNano: String(span.startNs + span.durationNs),
    attributes: keyValues(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: String(event.atNs),
      attributes: keyValues(event.attributes),
    })),
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      attributes: keyValues(link.attributes),
    })),
    status: { code: codes.indexOf(span.status.code), message: span.status.message },
  }
}

/** One export request, in the JSON mapping. */
export function otlpRequest(spans: readonly SketchSpan[]): { resourceSpans: object[] } {
  return {
    resourceSpans: groupByResource(spans).map((ofResource) => {
      const scopes = new Map<string, SketchSpan[]>()
      for (const span of ofResource) scopes.set(span.scope.name, [...(scopes.get(span.scope.name) ?? []), span])
      return {
        resource: { attributes: keyValues(ofResource[0]?.resource ?? new Map()) },
        scopeSpans: [...scopes.values()].map((ofScope) => ({ scope: ofScope[0]?.scope, spans: ofScope.map(otlpSpan) })),
      }
    }),
  }
}

function batches(spans: readonly SketchSpan[], size: number): SketchSpan[][] {
  const parts: SketchSpan[][] = []
  for (let from = 0; from < spans.length; from += size) parts.push(spans.slice(from, from + size))
  return parts
}

export function toOtlpJson(spans: readonly SketchSpan[]): string {
  return JSON.stringify(otlpRequest(spans))
}

export function toOtlpJsonLines(spans: readonly SketchSpan[], spansPerLine = 200): string {
  return batches(spans, spansPerLine)
    .map((batch) => `${toOtlpJson(batch)}\n`)
    .join('')
}

const schema = `syntax = "proto3";
message AnyValue { oneof value { string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4; ArrayValue arrayValue = 5; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; }
message Status { string message = 2; int32 code = 3; }
message Event { fixed64 timeUnixNano = 1; string name = 2; repeated KeyValue attributes = 3; }
message Link { bytes traceId = 1; bytes spanId = 2; string traceState = 3; repeated KeyValue attributes = 4; }
message Span { bytes traceId = 1; bytes spanId = 2; string traceState = 3; bytes parentSpanId = 4; string name = 5; int32 kind = 6;
  fixed64 startTimeUnixNano = 7; fixed64 endTimeUnixNano = 8; repeated KeyValue attributes = 9; repeated Event events = 11; repeated Link links = 13; Status status = 15; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; }
message Request { repeated ResourceSpans resourceSpans = 1; }`

const requestType = protobuf.parse(schema, { keepCase: true }).root.lookupType('Request')

const idKeys = new Set(['traceId', 'spanId', 'parentSpanId'])
const int64Keys = new Set(['startTimeUnixNano', 'endTimeUnixNano', 'timeUnixNano', 'intValue'])

/** From the JSON mapping to what protobufjs encodes: ids as bytes, 64-bit text as two halves. */
function binary(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && idKeys.has(key)) return Buffer.from(value, 'hex')
  if (typeof value === 'string' && int64Keys.has(key)) {
    const whole = BigInt.asUintN(64, BigInt(value))
    return { low: Number(whole & 0xffffffffn) | 0, high: Number(whole >> 32n) | 0, unsigned: key !== 'intValue' }
  }
  if (Array.isArray(value)) return value.map((item) => binary(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, binary(inner, name)]))
}

export type Framing = 'single' | 'delimited' | 'framed'

/** `single`: one message. `delimited`: varint lengths. `framed`: 4-byte big-endian lengths, as the Collector's file exporter writes. */
export function toOtlpProtobuf(
  spans: readonly SketchSpan[],
  framing: Framing = 'single',
  spansPerMessage = 200,
): Buffer {
  const messages = framing === 'single' ? [spans] : batches(spans, spansPerMessage)
  const parts = messages.map((batch) => {
    const message = binary(otlpRequest(batch)) as Record<string, unknown>
    if (framing === 'delimited') return requestType.encodeDelimited(message).finish()
    const bytes = requestType.encode(message).finish()
    if (framing === 'single') return bytes
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  })
  return Buffer.concat(parts)
}

/** Reads back what `toOtlpProtobuf(…, 'single')` wrote. */
export function fromOtlpProtobuf(bytes: Uint8Array): Record<string, unknown> {
  return requestType.toObject(requestType.decode(bytes), { longs: String, bytes: String })
}

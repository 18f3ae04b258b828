/**
 * The floor under every import: the engine parses a file into columns, counts spans, and does nothing else.
 * Arguments: format, path. Prints `{ms, spans}`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from 'chdb'

const [format = '', path = ''] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'bench-'))
const quoted = `'${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const value = 'Tuple(stringValue String, intValue String, doubleValue String, boolValue String)'
const pairs = `Array(Tuple(key String, value ${value}))`
const otlpSpan = `Tuple(traceId String, spanId String, parentSpanId String, name String, kind UInt8, startTimeUnixNano UInt64, endTimeUnixNano UInt64,
  attributes ${pairs}, links Array(Tuple(traceId String, spanId String)), status Tuple(code UInt8, message String))`
const otlp = `resourceSpans Array(Tuple(resource Tuple(attributes ${pairs}), scopeSpans Array(Tuple(scope Tuple(name String, version String), spans Array(${otlpSpan})))))`
const jaegerTags = 'Array(Tuple(key String, type String, value String))'
const jaegerSpan = `Tuple(traceID String, spanID String, operationName String, references Array(Tuple(refType String, traceID String, spanID String)),
  startTime UInt64, duration UInt64, tags ${jaegerTags}, processID String)`
const jaeger = `data Array(Tuple(spans Array(${jaegerSpan}), processes Map(String, Tuple(serviceName String, tags ${jaegerTags}))))`
const zipkin = `traceId String, id String, parentId String, kind String, name String, timestamp UInt64, duration UInt64,
  localEndpoint Tuple(serviceName String), remoteEndpoint Tuple(serviceName String, port UInt16), tags Map(String, String)`

const proto = `syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; }
message Status { string message = 2; int32 code = 3; }
message Link { bytes trace_id = 1; bytes span_id = 2; }
message Span { bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6; fixed64 start_time_unix_nano = 7;
  fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; repeated Link links = 13; Status status = 15; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Request { repeated ResourceSpans resource_spans = 1; }
`
const protoPairs =
  'Array(Tuple(key String, value Tuple(string_value Nullable(String), int_value Nullable(Int64), double_value Nullable(Float64), bool_value Nullable(Bool))))'
const protoSpan = `Tuple(trace_id String, span_id String, parent_span_id String, name String, kind Int32, start_time_unix_nano UInt64, end_time_unix_nano UInt64,
  attributes ${protoPairs}, links Array(Tuple(trace_id String, span_id String)), status Tuple(code Int32, message String))`
const protobuf = `resource_spans Array(Tuple(resource Tuple(attributes ${protoPairs}), scope_spans Array(Tuple(scope Tuple(name String, version String), spans Array(${protoSpan})))))`

const json = `input_format_skip_unknown_fields = 1, input_format_json_read_numbers_as_strings = 1, input_format_json_read_bools_as_strings = 1`
const otlpCount = (spans: string, scopes: string) =>
  `sum(arraySum(r -> arraySum(s -> length(s.spans), r.${scopes}), ${spans}))`
const protoFile = join(folder, 'otlp.proto')
writeFileSync(protoFile, proto)

const queries: Record<string, string> = {
  'otlp-json': `SELECT ${otlpCount('resourceSpans', 'scopeSpans')} FROM file(${quoted}, JSONEachRow, '${otlp}') SETTINGS ${json}`,
  'otlp-protobuf': `SELECT ${otlpCount('resource_spans', 'scope_spans')} FROM file(${quoted}, Protobuf, '${protobuf}') SETTINGS format_schema = '${protoFile}:Request'`,
  jaeger: `SELECT sum(arraySum(t -> length(t.spans), data)) FROM file(${quoted}, JSONEachRow, '${jaeger}') SETTINGS ${json}, input_format_parallel_parsing = 0`,
  zipkin: `SELECT count(), sum(length(tags)), sum(length(name)), sum(duration) FROM file(${quoted}, JSONEachRow, '${zipkin}') SETTINGS ${json}`,
}

const session = new Session(join(folder, 'data'))
try {
  const query = queries[format]
  if (query === undefined) throw new Error(`no bare parse for ${format}`)
  const start = performance.now()
  const spans = Number(session.query(`${query} FORMAT TSV`).split('\t')[0])
  process.stdout.write(JSON.stringify({ ms: performance.now() - start, spans }))
} finally {
  session.close()
  rmSync(folder, { recursive: true, force: true })
}

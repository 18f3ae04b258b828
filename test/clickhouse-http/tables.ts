/**
 * Tables in which servers keep spans, as those who write them create them, and the same spans in each.
 * What is easily got wrong: what cannot be told apart in a table cannot be told apart in a report; tests say which columns a kind lacks.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSink } from '../../src/engine/sink.js'
import { importEvidence } from '../../src/importers/index.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { tableDefinition } from '../../src/store/schema.js'
import type { TestServer } from './start.js'

const common = `
    Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    ParentSpanId String CODEC(ZSTD(1)),
    TraceState String CODEC(ZSTD(1)),
    SpanName LowCardinality(String) CODEC(ZSTD(1)),
    SpanKind LowCardinality(String) CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    ScopeName String CODEC(ZSTD(1)),
    ScopeVersion String CODEC(ZSTD(1)),
    Duration UInt64 CODEC(ZSTD(1)),
    StatusCode LowCardinality(String) CODEC(ZSTD(1)),
    StatusMessage String CODEC(ZSTD(1)),`
const order = 'PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toUnixTimestamp(Timestamp), TraceId)'
const map = 'Map(LowCardinality(String), String)'

/** Columns and order key by kind of table. */
export const spanSchemas = {
  exporter: `(${common}
    ResourceAttributes ${map}, SpanAttributes ${map},
    Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes ${map}),
    Links Nested (TraceId String, SpanId String, TraceState String, Attributes ${map}),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1
  ) ENGINE = MergeTree ${order}`,
  json: `(${common}
    ResourceAttributes JSON, SpanAttributes JSON,
    Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes JSON),
    Links Nested (TraceId String, SpanId String, TraceState String, Attributes JSON)
  ) ENGINE = MergeTree ${order}`,
  /** Of old: enum names, no scope, durations signed, no Events and Links. */
  older: `(${common.replace(/ {4}Scope.*\n/g, '').replace('Duration UInt64', 'Duration Int64')}
    ResourceAttributes ${map}, SpanAttributes ${map}
  ) ENGINE = MergeTree ${order}`,
  signoz: `(
    ts_bucket_start UInt64, resource_fingerprint String, timestamp DateTime64(9), trace_id FixedString(32), span_id String,
    trace_state String, parent_span_id String, flags UInt32, name LowCardinality(String), kind Int8, kind_string String,
    duration_nano UInt64, status_code Int16, status_message String, status_code_string String,
    attributes_string Map(LowCardinality(String), String), attributes_number Map(LowCardinality(String), Float64),
    attributes_bool Map(LowCardinality(String), Bool), resources_string Map(LowCardinality(String), String),
    events Array(String), links String,
    \`resource_string_service$$name\` LowCardinality(String) DEFAULT resources_string['service.name']
  ) ENGINE = MergeTree PARTITION BY toDate(timestamp) ORDER BY (ts_bucket_start, resource_fingerprint, name, timestamp)`,
  /** Logs lie in it too. */
  hyperdx: `(
    id UUID DEFAULT generateUUIDv4(), type Enum8('log' = 1, 'span' = 2) DEFAULT 'log', timestamp DateTime64(9, 'UTC'),
    observed_timestamp DateTime64(9, 'UTC'), end_timestamp DateTime64(9, 'UTC'), trace_id String, span_name String, span_id String,
    parent_span_id String, severity_number UInt8, severity_text String, \`string.names\` Array(String), \`string.values\` Array(String),
    \`number.names\` Array(String), \`number.values\` Array(Float64), \`bool.names\` Array(String), \`bool.values\` Array(UInt8),
    _string_attributes Map(LowCardinality(String), String) MATERIALIZED CAST((string.names, string.values), 'Map(String, String)'),
    _number_attributes Map(LowCardinality(String), Float64) MATERIALIZED CAST((number.names, number.values), 'Map(String, Float64)'),
    _bool_attributes Map(LowCardinality(String), UInt8) MATERIALIZED CAST((bool.names, bool.values), 'Map(String, UInt8)'),
    _created_at DateTime64(9, 'UTC') DEFAULT toDateTime64(now(), 9), _namespace LowCardinality(String), _platform LowCardinality(String),
    _host String, _service LowCardinality(String), _source String,
    _timestamp_sort_key Int64 MATERIALIZED toUnixTimestamp64Nano(coalesce(timestamp, observed_timestamp, _created_at)),
    _duration Float64 MATERIALIZED (toUnixTimestamp64Nano(end_timestamp) - toUnixTimestamp64Nano(timestamp)) / 1000000
  ) ENGINE = MergeTree ORDER BY _timestamp_sort_key`,
} as const
export type SpanSchema = keyof typeof spanSchemas

/** All spans of a file as rows of otel_traces, in JSON lines: what the exporter would have written. */
export async function rowsOf(evidence: string): Promise<string> {
  const store = openEmbeddedStore()
  try {
    await store.command(tableDefinition('otel_traces'))
    await importEvidence([evidence], () => createSink(store, store.folder, () => {}))
    const rows = await store.query<object>('SELECT * FROM otel_traces')
    return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  } finally {
    await store.close()
  }
}

/** Writes text into a file for as long as `use` takes. */
export async function withFile<Result>(
  name: string,
  text: string,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-spans-'))
  try {
    const path = join(folder, name)
    writeFileSync(path, text)
    return await use(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const isNumber = `match(value, '^[0-9]{1,9}$') AND NOT match(value, '^0[0-9]')`
const isBoolean = `value IN ('true', 'false')`
/** Tags of a span and, under process.tag, of its process, as the Collector writes them for Jaeger. */
const tags = `mapConcat(CAST(SpanAttributes AS Map(String, String)),
    CAST(mapApply((key, value) -> (concat('process.tag.', key), value), ResourceAttributes) AS Map(String, String)),
    CAST(mapFilter((key, value) -> value != '', map('span.kind', lower(SpanKind), 'otel.status_code', if(StatusCode = 'Unset', '', upper(StatusCode)),
      'otel.status_description', StatusMessage, 'otel.scope.name', ScopeName, 'w3c.tracestate', TraceState, 'process.serviceName', toString(ServiceName), '_hdx_body', SpanName,
      '__events', if(empty(Events.Name), '', concat('[', arrayStringConcat(arrayMap((time, name, attributes) -> concat('{"timestamp":', toString(toUnixTimestamp64Micro(time)), ',"fields":[',
        arrayStringConcat(arrayMap((key, value) -> concat('{"key":', toJSONString(key), ',"type":"string","value":', toJSONString(value), '}'), arrayConcat(['event'], mapKeys(attributes)), arrayConcat([toString(name)], mapValues(attributes))), ','), ']}'), Events.Timestamp, Events.Name, Events.Attributes), ','), ']')))) AS Map(String, String)))`

/** SELECT of the columns of a kind of table from one of the exporter's. */
const conversions: Readonly<Record<SpanSchema, string>> = {
  exporter: '*',
  json: `* REPLACE (toJSONString(ResourceAttributes)::JSON AS ResourceAttributes, toJSONString(SpanAttributes)::JSON AS SpanAttributes,
    arrayMap(item -> toJSONString(item)::JSON, Events.Attributes) AS \`Events.Attributes\`,
    arrayMap(item -> toJSONString(item)::JSON, Links.Attributes) AS \`Links.Attributes\`)`,
  older: `Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, concat('SPAN_KIND_', upper(SpanKind)) AS SpanKind, ServiceName, Duration,
    concat('STATUS_CODE_', upper(StatusCode)) AS StatusCode, StatusMessage, ResourceAttributes, SpanAttributes`,
  signoz: `intDiv(toUnixTimestamp(Timestamp), 1800) * 1800 AS ts_bucket_start, ServiceName AS resource_fingerprint, Timestamp AS timestamp, TraceId AS trace_id,
    SpanId AS span_id, TraceState AS trace_state, ParentSpanId AS parent_span_id, 0 AS flags, SpanName AS name, 0 AS kind, SpanKind AS kind_string,
    Duration AS duration_nano, 0 AS status_code, StatusMessage AS status_message, StatusCode AS status_code_string,
    mapFilter((key, value) -> NOT match(value, '^([0-9]{1,9}|true|false)$') OR match(value, '^0[0-9]'), SpanAttributes) AS attributes_string,
    CAST(mapApply((key, value) -> (key, toFloat64OrZero(value)), mapFilter((key, value) -> match(value, '^[0-9]{1,9}$') AND NOT match(value, '^0[0-9]'), SpanAttributes)) AS Map(LowCardinality(String), Float64)) AS attributes_number,
    CAST(mapApply((key, value) -> (key, value = 'true'), mapFilter((key, value) -> value IN ('true', 'false'), SpanAttributes)) AS Map(LowCardinality(String), Bool)) AS attributes_bool,
    mapUpdate(ResourceAttributes, if(ServiceName = '', CAST(map() AS ${map}), CAST(map('service.name', toString(ServiceName)) AS ${map}))) AS resources_string,
    arrayMap((time, name, attributes) -> concat('{"name":', toJSONString(toString(name)), ',"timeUnixNano":', toString(toUnixTimestamp64Nano(time)), ',"attributeMap":', toJSONString(attributes), '}'), Events.Timestamp, Events.Name, Events.Attributes) AS events,
    concat('[', arrayStringConcat(arrayConcat(
      if(ParentSpanId = '', [], [concat('{"traceId":"', TraceId, '","spanId":"', ParentSpanId, '","refType":"CHILD_OF"}')]),
      arrayMap((trace, span) -> concat('{"traceId":"', trace, '","spanId":"', span, '","refType":"FOLLOWS_FROM"}'), Links.TraceId, Links.SpanId)), ','), ']') AS links`,
  hyperdx: `'span' AS type, Timestamp AS timestamp, Timestamp AS observed_timestamp, fromUnixTimestamp64Nano(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 'UTC') AS end_timestamp, TraceId AS trace_id, SpanName AS span_name,
    SpanId AS span_id, ParentSpanId AS parent_span_id, 0 AS severity_number, 'ok' AS severity_text, '' AS _namespace, 'otel-traces' AS _platform, '' AS _host, ServiceName AS _service,
    ${tags} AS all_tags, mapFilter((key, value) -> ${isNumber}, all_tags) AS numbers, mapFilter((key, value) -> ${isBoolean}, all_tags) AS booleans,
    mapFilter((key, value) -> NOT (${isNumber}) AND NOT ${isBoolean}, all_tags) AS strings,
    mapKeys(strings) AS \`string.names\`, mapValues(strings) AS \`string.values\`, mapKeys(numbers) AS \`number.names\`, arrayMap(value -> toFloat64OrZero(value), mapValues(numbers)) AS \`number.values\`,
    arrayConcat(mapKeys(booleans), if(StatusCode = 'Error', ['error'], [])) AS \`bool.names\`, arrayConcat(arrayMap(value -> value = 'true', mapValues(booleans)), if(StatusCode = 'Error', [1], [])) AS \`bool.values\`,
    concat('{"references":[', arrayStringConcat(arrayConcat(
      if(ParentSpanId = '', [], [concat('{"refType":"CHILD_OF","traceID":"', TraceId, '","spanID":"', ParentSpanId, '"}')]),
      arrayMap((trace, span) -> concat('{"refType":"FOLLOWS_FROM","traceID":"', trace, '","spanID":"', span, '"}'), Links.TraceId, Links.SpanId)), ','), ']}') AS _source`,
}

/** Creates `database.table` of a kind, and fills it with the rows (JSON lines of otel_traces). */
export async function createSpans(server: TestServer, table: string, schema: SpanSchema, rows: string): Promise<void> {
  await server.sql(`CREATE DATABASE IF NOT EXISTS ${table.split('.')[0]}`)
  await server.sql(`DROP TABLE IF EXISTS ${table}_rows`)
  await server.sql(`DROP TABLE IF EXISTS ${table}`)
  await server.sql(`CREATE TABLE ${table}_rows ${spanSchemas.exporter}`)
  await server.sql(`INSERT INTO ${table}_rows FORMAT JSONEachRow`, rows)
  await server.sql(`CREATE TABLE ${table} ${spanSchemas[schema]}`)
  const described = await server.sql(`DESCRIBE TABLE ${table} FORMAT TSV`)
  const columns = described.split('\n').map((line) => line.split('\t'))
  const names = columns
    .filter(
      ([name = '', , kind]) => kind === '' || (kind === 'DEFAULT' && conversions[schema].includes(` AS ${name},`)),
    )
    .map(([name]) => `\`${name}\``)
    .join(', ')
  await server.sql(
    `INSERT INTO ${table} (${names}) SELECT ${names} FROM (SELECT ${conversions[schema]} FROM ${table}_rows)`,
  )
  await server.sql(`DROP TABLE ${table}_rows`)
}

/**
 * The table of HyperDX 1, log_stream: spans and logs in one, as Jaeger's tags by way of the Collector. HyperDX 2 keeps otel_traces.
 * What is easily got wrong: tags of the process lie among those of the span, under process.tag; a number or a boolean lies in a map of its own;
 * events are JSON in a tag, and links only in the span as it came, `_source`. Its order key is _timestamp_sort_key, so a window on the time
 * alone would read everything. Starts are whole milliseconds: that is how its ingestor took them.
 */
import { columnTags, quoted, statusOf } from '../common/opentracing.js'
import { quotedColumn, type SpanTable } from './span-table.js'

const text = 'Map(String, String)'
const c = quotedColumn
const tag = (name: string): string => `${c('_string_attributes')}['${name}']`
const either = (...names: string[]): string =>
  `coalesce(${names.map((name) => `nullIf(${tag(name)}, '')`).join(', ')}, '')`

/** What HyperDX adds to the tags, and what columns hold. */
const hidden = [...columnTags, '__events', '_hdx_body', 'process.serviceName']

const events = `JSONExtractArrayRaw(${tag('__events')})`
const fields = `JSONExtract(item, 'fields', 'Array(Tuple(key String, value String))')`
const link = (field: string): string =>
  `arrayMap(item -> lower(JSONExtractString(item, '${field}')), arrayFilter(item -> JSONExtractString(item, 'refType') != 'CHILD_OF' AND JSONExtractString(item, 'spanID') != '', JSONExtractArrayRaw(${c('_source')}, 'references')))`

export const hyperdxV1: SpanTable = {
  id: 'clickhouse-hyperdx-v1',
  title: 'log_stream (HyperDX 1)',
  required: [
    'type',
    'timestamp',
    'end_timestamp',
    'trace_id',
    'span_id',
    'parent_span_id',
    'span_name',
    '_service',
    '_string_attributes',
    '_timestamp_sort_key',
  ],
  time: 'timestamp',
  traceId: 'trace_id',
  spanId: 'span_id',
  service: '_service',
  optional: ['Links.SpanId'],
  only: `${c('type')} = 'span'`,
  narrower: (from, to) =>
    `_timestamp_sort_key >= ${from.toString()}000000000 AND _timestamp_sort_key <= ${to.toString()}000000000`,
  columns(found) {
    const has = (name: string): boolean => found.some((column) => column.name === name)
    const maps = [`CAST(${c('_string_attributes')} AS ${text})`]
    // A whole number is written without its fraction, as it came.
    if (has('_number_attributes'))
      maps.push(
        `CAST(mapApply((key, value) -> (toString(key), toString(value)), ${c('_number_attributes')}) AS ${text})`,
      )
    if (has('_bool_attributes'))
      maps.push(
        `CAST(mapApply((key, value) -> (toString(key), if(value != 0, 'true', 'false')), ${c('_bool_attributes')}) AS ${text})`,
      )
    const tags = maps.length === 1 ? (maps[0] ?? '') : `mapConcat(${maps.join(', ')})`
    const failed = has('_bool_attributes') ? `${c('_bool_attributes')}['error'] != 0` : '0'
    const time = (of: string): string => `toDateTime64(${of}, 9, 'UTC')`
    return {
      Timestamp: time(c('timestamp')),
      TraceId: `lower(${c('trace_id')})`,
      SpanId: `lower(${c('span_id')})`,
      ParentSpanId: `if(match(${c('parent_span_id')}, '[^0]'), lower(${c('parent_span_id')}), '')`,
      TraceState: tag('w3c.tracestate'),
      SpanName: c('span_name'),
      SpanKind: tag('span.kind'),
      ServiceName: `toString(${c('_service')})`,
      ResourceAttributes: `mapUpdate(CAST(mapApply((key, value) -> (substring(key, length('process.tag.') + 1), value), mapFilter((key, value) -> startsWith(key, 'process.tag.'), ${tags})) AS ${text}),
        if(${c('_service')} = '', CAST(map() AS ${text}), CAST(map('service.name', toString(${c('_service')})) AS ${text})))`,
      ScopeName: either('otel.scope.name', 'otel.library.name'),
      ScopeVersion: either('otel.scope.version', 'otel.library.version'),
      SpanAttributes: `mapFilter((key, value) -> NOT startsWith(key, 'process.tag.') AND NOT has(${quoted(hidden)}, key), ${tags})`,
      Duration: `toUInt64(greatest(0, toUnixTimestamp64Nano(${time(c('end_timestamp'))}) - toUnixTimestamp64Nano(${time(c('timestamp'))})))`,
      StatusCode: statusOf(tag('otel.status_code'), failed),
      StatusMessage: tag('otel.status_description'),
      'Events.Timestamp': `arrayMap(item -> fromUnixTimestamp64Nano(JSONExtractInt(item, 'timestamp') * 1000, 'UTC'), ${events})`,
      'Events.Name': `arrayMap(item -> arrayFirst(field -> field.1 = 'event', ${fields}).2, ${events})`,
      'Events.Attributes': `arrayMap(item -> CAST(arrayFilter(field -> field.1 != 'event', ${fields}) AS ${text}), ${events})`,
      ...(has('_source') && {
        'Links.TraceId': link('traceID'),
        'Links.SpanId': link('spanID'),
        'Links.TraceState': `arrayMap(item -> '', ${link('spanID')})`,
        'Links.Attributes': `arrayMap(item -> CAST(map() AS ${text}), ${link('spanID')})`,
      }),
    }
  },
}

/**
 * The table of SigNoz: signoz_index_v3 of one shard, distributed_signoz_index_v3 of a cluster.
 * What is easily got wrong: attributes lie in three maps by type; events and links are JSON text; a link of the kind CHILD_OF is the parent.
 * Its order key begins with ts_bucket_start, so a window on the time alone would read everything.
 */
import { quotedColumn, type SpanTable } from './span-table.js'

const text = 'Map(String, String)'
const event = (field: string, type: string): string =>
  `arrayMap(item -> JSONExtract(item, '${field}', '${type}'), ${quotedColumn('events')})`
const link = (field: string): string =>
  `arrayMap(item -> lower(JSONExtractString(item, '${field}')), arrayFilter(item -> JSONExtractString(item, 'refType') != 'CHILD_OF' AND JSONExtractString(item, 'spanId') != '', JSONExtractArrayRaw(${quotedColumn('links')})))`

export const signoz: SpanTable = {
  id: 'clickhouse-signoz',
  title: 'signoz_index_v3 (SigNoz)',
  required: [
    'timestamp',
    'trace_id',
    'span_id',
    'parent_span_id',
    'name',
    'duration_nano',
    'kind_string',
    'attributes_string',
    'resources_string',
  ],
  time: 'timestamp',
  traceId: 'trace_id',
  spanId: 'span_id',
  service: 'resource_string_service$$name',
  optional: ['TraceState', 'StatusCode', 'StatusMessage', 'Events.Name', 'Links.SpanId'],
  // Buckets are half an hour wide.
  narrower: (from, to) => `ts_bucket_start >= ${(from - 1_800).toString()} AND ts_bucket_start <= ${to.toString()}`,
  columns(found) {
    const has = (name: string): boolean => found.some((column) => column.name === name)
    const c = (name: string): string => quotedColumn(name)
    const maps = [`CAST(${c('attributes_string')} AS ${text})`]
    // A whole number is written without its fraction, as it came.
    if (has('attributes_number'))
      maps.push(
        `CAST(mapApply((key, value) -> (toString(key), toString(value)), ${c('attributes_number')}) AS ${text})`,
      )
    if (has('attributes_bool'))
      maps.push(
        `CAST(mapApply((key, value) -> (toString(key), if(value, 'true', 'false')), ${c('attributes_bool')}) AS ${text})`,
      )
    return {
      Timestamp: `toDateTime64(${c('timestamp')}, 9, 'UTC')`,
      TraceId: `lower(toString(${c('trace_id')}))`,
      SpanId: `lower(${c('span_id')})`,
      ParentSpanId: `if(match(${c('parent_span_id')}, '[^0]'), lower(${c('parent_span_id')}), '')`,
      SpanName: `toString(${c('name')})`,
      SpanKind: `toString(${c('kind_string')})`,
      ServiceName: `toString(${c('resources_string')}['service.name'])`,
      ResourceAttributes: `CAST(${c('resources_string')} AS ${text})`,
      SpanAttributes: maps.length === 1 ? (maps[0] ?? '') : `mapConcat(${maps.join(', ')})`,
      Duration: `toUInt64(${c('duration_nano')})`,
      ...(has('trace_state') && { TraceState: c('trace_state') }),
      ...(has('status_code_string') && { StatusCode: c('status_code_string') }),
      ...(has('status_message') && { StatusMessage: c('status_message') }),
      ...(has('events') && {
        'Events.Timestamp': `arrayMap(item -> fromUnixTimestamp64Nano(JSONExtractInt(item, 'timeUnixNano'), 'UTC'), ${c('events')})`,
        'Events.Name': event('name', 'String'),
        'Events.Attributes': event('attributeMap', text),
      }),
      ...(has('links') && {
        'Links.TraceId': link('traceId'),
        'Links.SpanId': link('spanId'),
        'Links.TraceState': `arrayMap(item -> '', ${link('spanId')})`,
        'Links.Attributes': `arrayMap(item -> CAST(map() AS ${text}), ${link('spanId')})`,
      }),
    }
  },
}

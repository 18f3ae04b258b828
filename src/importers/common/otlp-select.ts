/**
 * The one SELECT that turns OTLP, as JSON or as protobuf, into rows of otel_traces. Both encodings are read by the engine into the same
 * nested columns (lowerCamelCase, as in OTLP/JSON); a dialect says how each of them writes ids, times, enums and values.
 * What is easily got wrong: the SELECT repairs silently (negative durations, impossible times), so it runs only under `flaggedInsert`.
 */
import type { Sink } from '../../model/importer.js'
import { flaggedInsert } from './flagged-insert.js'
import { isBlankId } from './hex-id.js'
import { jsonReading } from './json-rows.js'
import { flawColumns, flawLosses, latest } from './span-flaws.js'

export interface OtlpDialect {
  /** Table expression that yields the requests, with `{placeholders}` bound by `params`. */
  from: string
  params: Record<string, unknown>
  settings: Record<string, string | number>
  /** Column of `from` with the number of a row's file, where it holds several. */
  file?: string
  /** Array of ResourceSpans in one row of `from`. */
  resourceSpans: string
  /** Array of ScopeSpans of one ResourceSpans. */
  scopeSpans(resourceSpans: string): string
  /** Lower-case hexadecimal text of an id field; ids of another shape are kept as they stand. */
  id(field: string): string
  /** UInt64 nanoseconds of a time field. */
  nanoseconds(field: string): string
  /** UInt64 of a counter field. */
  counter(field: string): string
  /** Number of an enum field, given the names in order of their numbers. */
  number(field: string, names: readonly string[]): string
  /** Text of the AnyValue at `field`. */
  text(field: string): string
  /** Array of the attributes of the scope of one ScopeSpans. */
  scopeAttributes(scopeSpans: string): string
  /** UInt64 of how many attributes of the scope of one ScopeSpans were dropped. */
  scopeDropped(scopeSpans: string): string
  /** Condition: one of these attributes is nested deeper than can be read. */
  tooDeep(attributes: string): string
  /** Name or version of the instrumentation scope of one ScopeSpans. */
  scope(scopeSpans: string, field: 'name' | 'version'): string
}

/** Settings that every dialect needs: memory that stays flat however long the file is, and no time spent where there is nothing to gain. */
export const otlpSettings: Readonly<Record<string, string | number>> = {
  // Mapped files would count as memory of the process.
  storage_file_read_method: 'pread',
  ...jsonReading,
  // This SELECT has thousands of expressions, each of which is begun anew for a block, so larger blocks are quicker; more than these gain nothing.
  input_format_max_block_size_bytes: 16_000_000,
  max_block_size: 8192,
  max_insert_block_size: 65_536,
  min_insert_block_size_rows: 65_536,
  min_insert_block_size_bytes: 64 * 1024 * 1024,
  // The SELECT is one pass over one file: there is nothing to optimise, and looking for it takes half a second.
  query_plan_enable_optimizations: 0,
  // Nested values are rare, and rewriting them is dear: only where there is one.
  short_circuit_function_evaluation: 'enable',
  output_format_json_escape_forward_slashes: 0,
  output_format_json_quote_64bit_integers: 0,
}

const kinds = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer']
const statuses = ['Unset', 'Ok', 'Error']
const kindNames = kinds.map((kind) => `SPAN_KIND_${kind.toUpperCase()}`)
const statusNames = statuses.map((status) => `STATUS_CODE_${status.toUpperCase()}`)

/** Column type of the references of a resource to what it stands for. */
export const entityRefs =
  'Array(Tuple(schemaUrl String, type String, idKeys Array(String), descriptionKeys Array(String)))'

const quoted = (words: readonly string[]): string => `[${words.map((word) => `'${word}'`).join(', ')}]`

/** The attributes at a field as a map; of a key given twice the first counts, as readers of a map expect. */
function mapOf(dialect: OtlpDialect, attributes: string): string {
  return `mapFromArrays(arrayMap(pair -> pair.key, ${attributes}), arrayMap(pair -> ${dialect.text('pair.value')}, ${attributes}))`
}

/** One row a span, with the columns that both the insert and the count of losses need. */
function spansOf(dialect: OtlpDialect): string {
  const { id, nanoseconds } = dialect
  const scopeKept = `arrayConcat(
        arrayMap(pair -> (concat('otel.scope.', pair.key), ${dialect.text('pair.value')}), ${dialect.scopeAttributes('scope_spans')}),
        if(scope_spans.schemaUrl = '', [], [('otel.scope.schema_url', scope_spans.schemaUrl)]),
        if(${dialect.scopeDropped('scope_spans')} = 0, [], [('otel.scope.dropped_attributes_count', toString(${dialect.scopeDropped('scope_spans')}))]))`
  const resourceDropped = dialect.counter('resource_spans.resource.droppedAttributesCount')
  const entities = 'resource_spans.resource.entityRefs'
  const resourceMap = mapOf(dialect, 'resource_spans.resource.attributes')
  return `SELECT file, span, resource_map, scope_name, scope_version, scope_kept,
      ${id('span.traceId')} AS trace_id, ${id('span.spanId')} AS span_id, ${id('span.parentSpanId')} AS parent_id,
      ${nanoseconds('span.startTimeUnixNano')} AS started, ${nanoseconds('span.endTimeUnixNano')} AS ended,
      ${flawColumns},
      ${dialect.tooDeep('span.attributes')} AS too_deep
    FROM (SELECT file, resource_map, ${scopeKept} AS scope_kept, ${dialect.scope('scope_spans', 'name')} AS scope_name, ${dialect.scope('scope_spans', 'version')} AS scope_version,
        arrayJoin(scope_spans.spans) AS span
      FROM (SELECT file, resource_map, arrayJoin(${dialect.scopeSpans('resource_spans')}) AS scope_spans
        FROM (SELECT file, resource_spans, if(resource_spans.schemaUrl = '' AND ${resourceDropped} = 0 AND empty(${entities}), ${resourceMap} AS plain_map, mapConcat(plain_map,
            CAST(arrayFilter(pair -> pair.2 NOT IN ('', '0', '[]'), [('otel.resource.schema_url', resource_spans.schemaUrl), ('otel.resource.dropped_attributes_count', toString(${resourceDropped})),
              ('otel.resource.entity_refs', toJSONString(${entities}))]) AS Map(String, String)))) AS resource_map
          FROM (SELECT ${dialect.file ?? '0'} AS file, arrayJoin(${dialect.resourceSpans}) AS resource_spans FROM ${dialect.from}))))`
}

/** The columns of otel_traces over `spansOf`. */
function columnsOf(dialect: OtlpDialect): string {
  const { id, nanoseconds, counter, number } = dialect
  const map = (attributes: string): string => mapOf(dialect, attributes)
  const time = (value: string): string => `fromUnixTimestamp64Nano(toInt64(least(${value}, ${latest})))`
  const name = (names: readonly string[], index: string): string =>
    `${quoted(names)}[if(${index} < ${names.length}, ${index}, 0) + 1]`
  // Counters of what an SDK threw away are attributes under the names that OpenTelemetry gives them in formats that have no field for them.
  const dropped = (['attributes', 'events', 'links'] as const).map((what) => ({
    key: `otel.dropped_${what}_count`,
    count: counter(`span.dropped${what[0]?.toUpperCase()}${what.slice(1)}Count`),
  }))
  // Sampled (1) and remote parent (768) say what the trace itself says.
  const odd = (flags: string): string => `bitAnd(${flags}, 4294966526) > 0`
  const flags = counter('span.flags')
  const oddFlags = odd(flags)
  const eventDropped = counter('event.droppedAttributesCount')
  const linkDropped = counter('link.droppedAttributesCount')
  const linkFlags = counter('link.flags')
  const withCounters = (attributes: string, plain: string, counters: readonly (readonly [string, string])[]): string =>
    `if(${plain}, ${map(attributes)}, mapConcat(${map(attributes)}, CAST(arrayFilter(pair -> pair.2 != '0', [${counters.map(([key, count]) => `('${key}', toString(${count}))`).join(', ')}]) AS Map(String, String))))`
  const pairs = [...dropped, { key: 'otel.span.flags', count: `if(${oddFlags}, ${flags}, 0)` }]
  const keptCounters = `arrayConcat(scope_kept, arrayFilter(pair -> pair.2 != '0', [${pairs.map(({ key, count }) => `('${key}', toString(${count}))`).join(', ')}]))`
  const anyDropped = [...dropped.map(({ count }) => `${count} > 0`), oddFlags, 'notEmpty(scope_kept)'].join(' OR ')
  return `${time('started')}, trace_id, span_id, if(${isBlankId('parent_id')}, '', parent_id), span.traceState, span.name,
    ${name(kinds, number('span.kind', kindNames))},
    resource_map['service.name'], resource_map, scope_name, scope_version,
    if(${anyDropped}, mapConcat(${map('span.attributes')} AS span_map, CAST(${keptCounters} AS Map(String, String))), span_map),
    if(ends_early, 0, ended - started),
    ${name(statuses, number('span.status.code', statusNames))}, span.status.message,
    arrayMap(event -> ${time(nanoseconds('event.timeUnixNano'))}, span.events), arrayMap(event -> event.name, span.events),
    arrayMap(event -> ${withCounters('event.attributes', `${eventDropped} = 0`, [['otel.dropped_attributes_count', eventDropped]])}, span.events),
    arrayMap(link -> ${id('link.traceId')}, span.links), arrayMap(link -> ${id('link.spanId')}, span.links),
    arrayMap(link -> link.traceState, span.links), arrayMap(link -> ${withCounters(
      'link.attributes',
      `${linkDropped} = 0 AND NOT ${odd(linkFlags)}`,
      [
        ['otel.dropped_attributes_count', linkDropped],
        ['otel.link.flags', `if(${odd(linkFlags)}, ${linkFlags}, 0)`],
      ],
    )}, span.links)`
}

/** Inserts every span of the dialect's source and counts what had to be left out or repaired; reports rows, not losses. */
export function otlpInsert(
  dialect: OtlpDialect,
  ...sinks: [Sink, ...Sink[]]
): Promise<{ inserted: number; leftOut: number }> {
  const { params, settings } = dialect
  return flaggedInsert(
    {
      columns: columnsOf(dialect),
      from: spansOf(dialect),
      params,
      settings,
      flaws: { ...flawLosses, too_deep: 'nested-too-deep' },
      file: 'file',
    },
    ...sinks,
  )
}

/**
 * The one SELECT that turns OTLP, as JSON or as protobuf, into rows of otel_traces. Both encodings are read by the engine into the same
 * nested columns (lowerCamelCase, as in OTLP/JSON); a dialect says how each of them writes ids, times, enums and values.
 * What is easily got wrong: the SELECT repairs silently (negative durations, impossible times), so it must never run alone.
 * `otlpInsert` first runs it with a guard that fails on the first span to repair, and counts the losses only when there are any.
 */
import type { Sink } from '../../model/importer.js'

export interface OtlpDialect {
  /** Table expression that yields the requests, with `{placeholders}` bound by `params`. */
  from: string
  params: Record<string, unknown>
  settings: Record<string, string | number>
  /** Array of ResourceSpans in one row of `from`. */
  resourceSpans: string
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
  /** Name or version of the instrumentation scope of one ScopeSpans. */
  scope(scopeSpans: string, field: 'name' | 'version'): string
}

const kinds = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer']
const statuses = ['Unset', 'Ok', 'Error']
const kindNames = kinds.map((kind) => `SPAN_KIND_${kind.toUpperCase()}`)
const statusNames = statuses.map((status) => `STATUS_CODE_${status.toUpperCase()}`)

/** The message of the guard; looked for in the engine's error. */
const guard = 'faultline: spans to repair'

/** Earlier starts (milliseconds taken for nanoseconds, zero) are no time at which a system ran: 2000-01-01. */
const earliest = '946684800000000000'
/** The last nanosecond of DateTime64(9). */
const latest = '9223372036854775807'

const quoted = (words: readonly string[]): string => `[${words.map((word) => `'${word}'`).join(', ')}]`

/** The attributes at a field as a map; of a key given twice the first counts, as readers of a map expect. */
function mapOf(dialect: OtlpDialect, attributes: string): string {
  return `mapFromArrays(arrayMap(pair -> pair.key, ${attributes}), arrayMap(pair -> ${dialect.text('pair.value')}, ${attributes}))`
}

/** One row a span, with the columns that both the insert and the count of losses need. */
function spansOf(dialect: OtlpDialect): string {
  const { id, nanoseconds } = dialect
  return `(SELECT span, resource_map, scope_name, scope_version,
      ${id('span.traceId')} AS trace_id, ${id('span.spanId')} AS span_id, ${id('span.parentSpanId')} AS parent_id,
      ${nanoseconds('span.startTimeUnixNano')} AS started, ${nanoseconds('span.endTimeUnixNano')} AS ended,
      NOT match(trace_id, '[^0]') OR NOT match(span_id, '[^0]') AS without_ids,
      ended < started AS ends_early,
      started < ${earliest} OR started > ${latest} AS out_of_time,
      NOT (length(trace_id) IN (16, 32) AND length(span_id) = 16 AND length(parent_id) IN (0, 16)
        AND match(concat(trace_id, span_id, parent_id), '^[0-9a-f]+$')) AS odd_id
    FROM (SELECT resource_map, ${dialect.scope('scope_spans', 'name')} AS scope_name, ${dialect.scope('scope_spans', 'version')} AS scope_version,
        arrayJoin(scope_spans.spans) AS span
      FROM (SELECT resource_map, arrayJoin(arrayConcat(resource_spans.scopeSpans, resource_spans.instrumentationLibrarySpans)) AS scope_spans
        FROM (SELECT resource_spans, ${mapOf(dialect, 'resource_spans.resource.attributes')} AS resource_map
          FROM (SELECT arrayJoin(${dialect.resourceSpans}) AS resource_spans FROM ${dialect.from})))))`
}

function otlpSelect(dialect: OtlpDialect, guarded: boolean): string {
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
  const keptCounters = `arrayFilter(pair -> pair.2 != '0', [${dropped.map(({ key, count }) => `('${key}', toString(${count}))`).join(', ')}])`
  const anyDropped = dropped.map(({ count }) => `${count} > 0`).join(' OR ')
  const flaws = 'without_ids OR ends_early OR out_of_time OR odd_id'
  return `SELECT
    ${time('started')}, trace_id, span_id, if(match(parent_id, '[^0]'), parent_id, ''), span.traceState, span.name,
    ${name(kinds, number('span.kind', kindNames))},
    resource_map['service.name'], resource_map, scope_name, scope_version,
    if(${anyDropped}, mapConcat(${map('span.attributes')} AS span_map, CAST(${keptCounters} AS Map(String, String))), span_map),
    if(ends_early, 0, ended - started),
    ${name(statuses, number('span.status.code', statusNames))}, span.status.message,
    arrayMap(event -> ${time(nanoseconds('event.timeUnixNano'))}, span.events), arrayMap(event -> event.name, span.events),
    arrayMap(event -> ${map('event.attributes')}, span.events),
    arrayMap(link -> ${id('link.traceId')}, span.links), arrayMap(link -> ${id('link.spanId')}, span.links),
    arrayMap(link -> link.traceState, span.links), arrayMap(link -> ${map('link.attributes')}, span.links)
  FROM ${spansOf(dialect)}
  WHERE ${guarded ? `throwIf(${flaws}, '${guard}') = 0` : 'NOT without_ids'}`
}

interface Flaws {
  missing: string
  early: string
  untimely: string
  odd: string
}

/** Inserts every span of the dialect's source and counts what had to be left out or repaired; reports rows, not losses. */
export async function otlpInsert(dialect: OtlpDialect, sink: Sink): Promise<{ inserted: number; withoutIds: number }> {
  try {
    const inserted = await sink.insertSelect(otlpSelect(dialect, true), dialect.params, dialect.settings)
    sink.progress({ rows: inserted })
    return { inserted, withoutIds: 0 }
  } catch (error) {
    if (!String(error).includes(guard)) throw error
  }
  const [flaws] = await sink.query<Flaws>(
    `SELECT countIf(without_ids) AS missing, countIf(ends_early AND NOT without_ids) AS early,
      countIf(out_of_time AND NOT without_ids) AS untimely, countIf(odd_id AND NOT without_ids) AS odd FROM ${spansOf(dialect)}`,
    dialect.params,
    dialect.settings,
  )
  const inserted = await sink.insertSelect(otlpSelect(dialect, false), dialect.params, dialect.settings)
  const counted: [string, string | undefined][] = [
    ['missing-ids', flaws?.missing],
    ['negative-duration', flaws?.early],
    ['invalid-time', flaws?.untimely],
    ['invalid-id', flaws?.odd],
  ]
  for (const [loss, count] of counted) if (Number(count) > 0) sink.lose(loss, Number(count))
  sink.progress({ rows: inserted })
  return { inserted, withoutIds: Number(flaws?.missing ?? 0) }
}

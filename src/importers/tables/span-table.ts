/**
 * A kind of table in which a ClickHouse server keeps spans, and how each column of otel_traces is made from it. One kind, one file.
 * What is easily got wrong: times and ids are compared as the table stores them, before any conversion, or its indexes are of no use.
 */
import { UnreadableEvidence } from '../../model/importer.js'
import { expectedColumns, type TableColumn } from '../common/otel-traces-columns.js'

export interface SpanTable {
  /** kebab-case; stands in reports as the importer. */
  id: string
  title: string
  /** Names that a table of this kind must have, as it writes them. */
  required: readonly string[]
  /** Columns whose values are compared. */
  time: string
  traceId: string
  spanId: string
  service: string
  /** Columns of otel_traces whose lack is a loss. */
  optional: readonly string[]
  /** Which rows are spans, where a table has others too. */
  only?: string
  /** Further conditions that follow from the window and let the server skip data; seconds since 1970. */
  narrower?(fromSeconds: number, toSeconds: number): string
  /** SQL of each column of otel_traces, by its name; columns left out are blank. */
  columns(found: readonly TableColumn[]): Record<string, string>
}

/** Which part of a table is audited. */
export interface Selection {
  /** Milliseconds since 1970: from inclusive, to exclusive. */
  fromMs: number
  toMs: number
  /** Whole traces that one of these services took part in; empty: all. */
  services: readonly string[]
  /** One trace in so many, by the hash of its id; 1: all. */
  sample: number
}

const quotedText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
export const quotedColumn = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``

const instant = (ms: number): string => `fromUnixTimestamp64Milli(toInt64(${Math.round(ms).toString()}), 'UTC')`

/** Conditions on the user's table: window, services, sample. `from` is the table, quoted; `isShard`: what one shard has of whole traces. */
export function selectionSql(
  table: SpanTable,
  from: string,
  { fromMs, toMs, services, sample }: Selection,
  isShard = false,
): string {
  const time = quotedColumn(table.time)
  const traceId = quotedColumn(table.traceId)
  const narrower = table.narrower?.(Math.floor(fromMs / 1000), Math.ceil(toMs / 1000))
  const window = [
    `${time} >= ${instant(fromMs)}`,
    `${time} < ${instant(toMs)}`,
    ...(narrower ? [narrower] : []),
    ...(table.only === undefined ? [] : [table.only]),
  ]
  const conditions = [...window]
  // Not the bare hash of the id: shards and buckets go by that, and a sample would be one of them.
  if (sample > 1) conditions.push(`cityHash64('sample', toString(${traceId})) % ${sample.toString()} = 0`)
  if (services.length > 0) {
    const named = `${quotedColumn(table.service)} IN (${services.map(quotedText).join(', ')})`
    conditions.push(
      `${traceId} ${isShard ? 'IN' : 'GLOBAL IN'} (SELECT ${traceId} FROM ${from} WHERE ${[...window, named].join(' AND ')})`,
    )
  }
  return conditions.join(' AND ')
}

/** SELECT of all columns of otel_traces from the user's table, spans without ids left out. */
export function sourceSelect(
  table: SpanTable,
  found: readonly TableColumn[],
  from: string,
  selection: Selection,
  isShard = false,
): string {
  const columns = table.columns(found)
  const used = found.filter(({ name }) => Object.values(columns).some((sql) => sql.includes(quotedColumn(name))))
  const converted = expectedColumns.map(
    ({ name, type }) => `${columns[name] ?? `defaultValueOfTypeName('${type}')`} AS ${quotedColumn(name)}`,
  )
  // Two levels, for an alias would hide the column of the same name from the conditions.
  return `SELECT\n    ${converted.join(',\n    ')}
FROM (SELECT ${used.map(({ name }) => quotedColumn(name)).join(', ')} FROM ${from} WHERE ${selectionSql(table, from, selection, isShard)})
WHERE match(${quotedColumn('TraceId')}, '[^0]') AND match(${quotedColumn('SpanId')}, '[^0]')`
}

/** The kind of a table with these columns; `shown` is its address. Throws when there is none. */
export function kindOf(kinds: readonly SpanTable[], found: readonly TableColumn[], shown: string): SpanTable {
  const names = new Set(found.map(({ name }) => name))
  const kind = kinds.find(({ required }) => required.every((name) => names.has(name)))
  if (kind) return kind
  const nearest = kinds
    .map((each) => ({ each, missing: each.required.filter((name) => !names.has(name)) }))
    .sort((a, b) => a.missing.length - b.missing.length)[0]
  throw new UnreadableEvidence(
    shown,
    `is no table of spans that Faultline knows: of ${nearest?.each.title ?? ''} it lacks ${nearest?.missing.slice(0, 8).join(', ') ?? ''}`,
    `Known are ${kinds.map(({ title }) => title).join(', ')}. Check the table in the address.`,
  )
}

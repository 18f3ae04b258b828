/**
 * The table of the OpenTelemetry Collector's ClickHouse exporter, in all its ages; ClickStack (HyperDX) keeps spans in the same one.
 * What is easily got wrong: attributes are maps in most tables and JSON in newer ones, where a dot in a key became a level of nesting;
 * Events and Links may be missing, and columns that a vendor adds beside these hold nothing new.
 */
import { columnSql, expectedColumns, type TableColumn } from '../common/otel-traces-columns.js'
import { quotedColumn, type SpanTable } from './span-table.js'

/** Types that are taken as they are: converting a map of strings into itself would cost more than all the rest. */
const asTheyAre = new Set([
  'Map(LowCardinality(String), String)',
  'Map(String, String)',
  'Array(Map(LowCardinality(String), String))',
  'Array(Map(String, String))',
])

/**
 * A JSON column as a map of paths to texts. The text of a value is as the exporter writes it into maps: strings bare, all else as JSON.
 * Lists are the exception, whose elements the engine quotes as its own.
 */
const jsonMap = (column: string): string =>
  `CAST(mapFromArrays(JSONAllPaths(${column}), arrayMap(text -> ifNull(text, ''), JSONAllValues(${column}))) AS Map(String, String))`

function sqlOf(name: string, found: TableColumn, expected: (typeof expectedColumns)[number]): string {
  const column = quotedColumn(found.name)
  if (asTheyAre.has(found.type)) return column
  if (/^JSON\b|^Object\(/.test(found.type)) return jsonMap(column)
  if (/^Array\((?:JSON\b|Object\()/.test(found.type)) return `arrayMap(item -> ${jsonMap('item')}, ${column})`
  if (name === 'ParentSpanId') return `if(match(${column}, '[^0]'), ${columnSql(expected, found)}, '')`
  return columnSql(expected, found)
}

export const otelExporter: SpanTable = {
  id: 'clickhouse-otel',
  title: 'otel_traces (the OpenTelemetry exporter, ClickStack)',
  required: expectedColumns.filter(({ required }) => required).map(({ name }) => name),
  time: 'Timestamp',
  traceId: 'TraceId',
  spanId: 'SpanId',
  service: 'ServiceName',
  optional: expectedColumns.filter(({ required }) => !required).map(({ name }) => name),
  columns(found) {
    const columns: Record<string, string> = {}
    for (const expected of expectedColumns) {
      const column = found.find(({ name }) => name === expected.name)
      if (column) columns[expected.name] = sqlOf(expected.name, column, expected)
    }
    // An attribute list without its events, or the other way round, cannot be read together.
    for (const group of ['Events', 'Links']) {
      const own = expectedColumns.filter(({ name }) => name.startsWith(`${group}.`))
      const needed = group === 'Events' ? 'Events.Name' : 'Links.SpanId'
      if (columns[needed] === undefined) for (const { name } of own) delete columns[name]
    }
    return columns
  },
}

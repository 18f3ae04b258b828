/**
 * The columns of otel_traces and how each is made from a column of a table that may be of another type.
 * What is easily got wrong: exports differ. Times come as DateTime64, integers or text, maps as maps or JSON text, nested columns with or
 * without their dot, ids as text or bytes, and everything may be nullable.
 */
export interface TableColumn {
  name: string
  /** ClickHouse type. */
  type: string
}

export interface ExpectedColumn extends TableColumn {
  required: boolean
}

const map = 'Map(String, String)'

/** All columns in order. The required ones are those without which a row is no span. */
export const expectedColumns: readonly ExpectedColumn[] = [
  { name: 'Timestamp', type: 'DateTime64(9)', required: true },
  { name: 'TraceId', type: 'String', required: true },
  { name: 'SpanId', type: 'String', required: true },
  { name: 'ParentSpanId', type: 'String', required: true },
  { name: 'TraceState', type: 'String', required: false },
  { name: 'SpanName', type: 'String', required: true },
  { name: 'SpanKind', type: 'String', required: false },
  { name: 'ServiceName', type: 'String', required: true },
  { name: 'ResourceAttributes', type: map, required: false },
  { name: 'ScopeName', type: 'String', required: false },
  { name: 'ScopeVersion', type: 'String', required: false },
  { name: 'SpanAttributes', type: map, required: false },
  { name: 'Duration', type: 'UInt64', required: true },
  { name: 'StatusCode', type: 'String', required: false },
  { name: 'StatusMessage', type: 'String', required: false },
  { name: 'Events.Timestamp', type: 'Array(DateTime64(9))', required: false },
  { name: 'Events.Name', type: 'Array(String)', required: false },
  { name: 'Events.Attributes', type: `Array(${map})`, required: false },
  { name: 'Links.TraceId', type: 'Array(String)', required: false },
  { name: 'Links.SpanId', type: 'Array(String)', required: false },
  { name: 'Links.TraceState', type: 'Array(String)', required: false },
  { name: 'Links.Attributes', type: `Array(${map})`, required: false },
]

/** Columns that are ids: their bytes or upper-case digits become lower-case digits. */
const ids = new Set(['TraceId', 'SpanId', 'ParentSpanId', 'Links.TraceId', 'Links.SpanId'])

const plain = (name: string): string => name.toLowerCase().replaceAll(/[._]/g, '')

/** The column of the table that an expected column is made from: the same name but for case, dots and underscores. */
export function findColumn(expected: string, columns: readonly TableColumn[]): TableColumn | undefined {
  return columns.find(({ name }) => name === expected) ?? columns.find(({ name }) => plain(name) === plain(expected))
}

/** SQL of the expected column, made from `found`, or its blank value without one. */
export function columnSql(expected: ExpectedColumn, found: TableColumn | undefined): string {
  if (!found) return `defaultValueOfTypeName('${expected.type}')`
  const column = '`' + found.name.replaceAll('\\', '\\\\').replaceAll('`', '\\`') + '`'
  // What has the type already is taken as it is, in a dictionary or not.
  if (
    found.type.replaceAll('LowCardinality(String)', 'String') === expected.type &&
    expected.type !== 'UInt64' &&
    !ids.has(expected.name)
  )
    return column
  const element = /^Array\((.*)\)$/.exec(expected.type)
  if (!element) return convert(column, found.type, expected.type, ids.has(expected.name))
  const foundElement = /^Array\((.*)\)$/.exec(withoutWrappers(found.type))
  if (!foundElement) return `CAST([] AS ${expected.type})`
  return `CAST(arrayMap(item -> ${convert('item', foundElement[1] ?? '', element[1] ?? '', ids.has(expected.name))}, ${column}) AS ${expected.type})`
}

function withoutWrappers(type: string): string {
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)
  return inner?.[1] === undefined ? type : withoutWrappers(inner[1])
}

function convert(value: string, from: string, to: string, isId: boolean): string {
  const type = withoutWrappers(from)
  if (to.startsWith('Map')) {
    if (type.startsWith('Map'))
      return `CAST(mapApply((key, value) -> (toString(key), ifNull(toString(value), '')), ${value}) AS ${to})`
    if (type.startsWith('Array(Tuple'))
      return `CAST(mapFromArrays(arrayMap(pair -> toString(pair.1), ${value}), arrayMap(pair -> ifNull(toString(pair.2), ''), ${value})) AS ${to})`
    // JSON columns and JSON text alike.
    return `JSONExtract(ifNull(toString(${value}), ''), '${to}')`
  }
  if (to.startsWith('DateTime64')) {
    if (/^U?Int/.test(type)) return `fromUnixTimestamp64Nano(toInt64(ifNull(${value}, 0)), 'UTC')`
    if (type.startsWith('Date')) return `toDateTime64(ifNull(${value}, toDateTime64(0, 9, 'UTC')), 9, 'UTC')`
    return `parseDateTime64BestEffortOrZero(ifNull(toString(${value}), ''), 9, 'UTC')`
  }
  // The sign is needed to tell a span that ends before it starts; UInt64 is made of it later.
  if (to === 'UInt64') return `ifNull(accurateCastOrNull(${value}, 'Int64'), 0)`
  if (!isId) return `ifNull(toString(${value}), '')`
  return type.startsWith('FixedString') ? `lower(hex(ifNull(${value}, '')))` : `lower(ifNull(toString(${value}), ''))`
}

const quotedText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** SQL of the span's attributes with further columns among them, where these hold something; nested values become JSON text. */
export function furtherAttributes(attributes: string, further: readonly TableColumn[]): string {
  // States of aggregates have no text.
  const legible = further.filter(({ type }) => !type.includes('AggregateFunction'))
  const pairs = legible.map(({ name, type }) => {
    const column = '`' + name.replaceAll('\\', '\\\\').replaceAll('`', '\\`') + '`'
    const json = `toJSONString(${column})`
    const isList = /^(?:Array|Map)\(/.test(type)
    const isNested = /^(?:Tuple|Nested)\(/.test(withoutWrappers(type))
    const text = isList ? `if(empty(${column}), '', ${json})` : isNested ? json : `ifNull(toString(${column}), '')`
    return `(${quotedText(`otel_traces.${name}`)}, ${text})`
  })
  if (pairs.length === 0) return attributes
  return `mapConcat(CAST(arrayFilter(pair -> pair.2 != '', [${pairs.join(', ')}]) AS ${map}), CAST(${attributes} AS ${map}))`
}

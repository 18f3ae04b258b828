/**
 * Tables in the columns of otel_traces, as exported from ClickHouse: Parquet, Arrow (file and stream), Native and TSV.
 * What is easily got wrong: formats that end in an index (Parquet, Arrow files) cannot be read at all once they are cut,
 * while the others give every row before the cut.
 */
import { UnreadableEvidence, type Importer, type Sink, type Source } from '../model/importer.js'
import { isMemoryError, isParseError } from './common/engine-error.js'
import { flaggedInsert } from './common/flagged-insert.js'
import { isBlankId } from './common/hex-id.js'
import { flawColumns, flawLosses } from './common/span-flaws.js'
import {
  columnSql,
  expectedColumns,
  findColumn,
  furtherAttributes,
  type TableColumn,
} from './common/otel-traces-columns.js'
import { tableFormatOf, type TableFormat } from './common/table-format.js'

const spec = 'https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/clickhouseexporter'

interface Table {
  path: string
  format: TableFormat
  columns: TableColumn[]
  /** Columns of a TSV file; its types cannot be learnt from it. */
  structure?: string
}

const settings = {
  storage_file_read_method: 'pread',
  schema_inference_make_columns_nullable: 0,
  input_format_null_as_default: 1,
  input_format_skip_unknown_fields: 1,
  query_plan_enable_optimizations: 0,
  short_circuit_function_evaluation: 'enable',
  max_block_size: 65_536,
  max_insert_block_size: 65_536,
  // Larger than what is read, for each block becomes a part, and moving a part takes ten milliseconds.
  min_insert_block_size_rows: 131_072,
  min_insert_block_size_bytes: 128 * 1024 * 1024,
  // Parquet is read by several groups of rows and columns at once, as many as fit in here: four gigabytes if it were not said.
  input_format_parquet_memory_high_watermark: 400_000_000,
  // A broken file may announce columns of any size; the engine must not believe it.
  max_memory_usage: 2_000_000_000,
}

export const otelTracesTable: Importer = {
  id: 'otel-traces-table',
  title: 'tables of otel_traces (Parquet, Arrow, Native, TSV)',
  spec,
  gives: ['spans'],
  sniff: (head) => tableFormatOf(head)?.sure ?? 0,
  async read(source: Source, sink: Sink) {
    const table = await describe(source, sink)
    const missing = expectedColumns.filter(({ name }) => !findColumn(name, table.columns))
    if (missing.some(({ required }) => required)) throw wrongShape(source, table)
    if (missing.length > 0) sink.lose('missing-columns', missing.length)
    try {
      await insert(table, sink, {})
    } catch (error) {
      if (!isBroken(error)) throw error
      try {
        await insertPart(table, source, sink)
      } catch (again) {
        throw isBroken(again) ? brokenTable(source, table.format) : again
      }
    }
    if (source.truncated) sink.lose('truncated', 1)
    sink.progress({ bytes: source.sizeBytes })
  },
}

async function describe(source: Source, sink: Sink): Promise<Table> {
  const format = tableFormatOf(source.head)?.format ?? 'Parquet'
  const head = Buffer.from(source.head.buffer, source.head.byteOffset, source.head.length).toString()
  const names = (head.split('\n', 1)[0] ?? '').replace(/\r$/, '').split('\t')
  if (format === 'TabSeparated' || format === 'TabSeparatedWithNames') {
    const found = format === 'TabSeparated' ? expectedColumns.map(({ name }) => name) : names
    // Numbers and times are read as text, so that any way of writing them will do; the rest has one way only.
    const columns = found.map((name) => {
      const expected = expectedColumns.find((column) => findColumn(column.name, [{ name, type: '' }]))
      const written = expected === undefined || /^(DateTime64|UInt64)/.test(expected.type)
      return { name, type: written ? 'String' : expected.type.replace('DateTime64(9)', 'String') }
    })
    return {
      path: source.path,
      format,
      columns,
      structure: columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', '),
    }
  }
  try {
    const columns = await sink.query<TableColumn>(
      `DESCRIBE TABLE file({path:String}, '${format}')`,
      { path: source.path },
      settings,
    )
    return { path: source.path, format, columns }
  } catch (error) {
    throw isBroken(error) ? brokenTable(source, format) : error
  }
}

const quoted = (name: string): string => '`' + name.replaceAll('\\', '\\\\').replaceAll('`', '\\`') + '`'

/** Inserts the table, or its first `rows`. */
function insert(
  table: Table,
  sink: Sink,
  part: { rows?: number; settings?: Record<string, number> },
): Promise<{ inserted: number; leftOut: number }> {
  const file = `file({path:String}, '${table.format}'${table.structure === undefined ? '' : ', {structure:String}'})`
  const columns = expectedColumns.map((column) => ({
    ...column,
    sql: columnSql(column, findColumn(column.name, table.columns)),
  }))
  const isUsed = (found: TableColumn): boolean =>
    expectedColumns.some(({ name }) => findColumn(name, table.columns) === found)
  const used = table.columns.filter(isUsed)
  // A name of broken bytes cannot be asked for.
  const further = table.columns.filter((found) => !isUsed(found) && !found.name.includes('\ufffd'))
  const converted = columns
    .map(({ name, sql }) => `${name === 'SpanAttributes' ? furtherAttributes(sql, further) : sql} AS ${quoted(name)}`)
    .join(',\n      ')
  const limit = part.rows === undefined ? '' : ` LIMIT ${part.rows}`
  const spans = `SELECT *, \`Timestamp\` AS time, TraceId AS trace_id, SpanId AS span_id, if(${isBlankId('ParentSpanId')}, '', ParentSpanId) AS parent_id,
      toUInt64(greatest(toUnixTimestamp64Nano(\`Timestamp\`), 0)) AS started, started + toUInt64(greatest(Duration, 0)) - toUInt64(Duration < 0) AS ended,
      ${flawColumns}
    FROM (SELECT ${converted} FROM (SELECT ${[...used, ...further].map(({ name }) => quoted(name)).join(', ')} FROM ${file}${limit}))`
  const kept: Record<string, string> = {
    ParentSpanId: 'parent_id',
    Duration: 'toUInt64(greatest(Duration, 0))',
    // Newer exporters write the bare names, older ones the names of the enum.
    SpanKind: "initcap(lower(replaceOne(toLowCardinality(SpanKind), 'SPAN_KIND_', '')))",
    StatusCode: "initcap(lower(replaceOne(toLowCardinality(StatusCode), 'STATUS_CODE_', '')))",
  }
  // Nested columns must be of one length, even when an export leaves one of them out.
  for (const { name, type } of expectedColumns) {
    const [group, field] = name.split('.')
    const first = group === 'Events' ? 'Events.Timestamp' : 'Links.SpanId'
    if (field !== undefined && name !== first)
      kept[name] = `CAST(arrayResize(${quoted(name)}, length(${quoted(first)})) AS ${type})`
  }
  const select = columns.map(({ name }) => kept[name] ?? quoted(name)).join(', ')
  return flaggedInsert(
    {
      columns: select,
      from: spans,
      flaws: flawLosses,
      params: { path: table.path, ...(table.structure !== undefined && { structure: table.structure }) },
      settings: {
        ...settings,
        ...part.settings,
        ...(part.rows !== undefined && { max_threads: 1, input_format_parallel_parsing: 0 }),
      },
    },
    sink,
  )
}

/** A broken table may announce columns of any size, so that it looks like a lack of memory. */
const isBroken = (error: unknown): boolean => isParseError(error) || isMemoryError(error)

/** What can be had of a table that the engine refused as a whole. */
async function insertPart(table: Table, source: Source, sink: Sink): Promise<void> {
  if (table.format.startsWith('TabSeparated')) {
    const [count] = await sink.query<{ lines: number | string }>(
      `SELECT count() AS lines FROM file({path:String}, 'LineAsString')`,
      { path: table.path },
      settings,
    )
    const headers =
      { TabSeparated: 0, TabSeparatedWithNames: 1, TabSeparatedWithNamesAndTypes: 2 }[table.format as string] ?? 0
    const { inserted, leftOut } = await insert(table, sink, { settings: { input_format_allow_errors_ratio: 1 } })
    const refused = Number(count?.lines ?? 0) - headers - inserted - leftOut
    if (inserted === 0) throw brokenTable(source, table.format)
    if (refused > 0) sink.lose('bad-row', refused)
    return
  }
  const rows = table.format === 'Native' || table.format === 'ArrowStream' ? await rowsBeforeCut(table, sink) : 0
  if (rows === 0) throw brokenTable(source, table.format)
  await insert(table, sink, { rows })
  if (!source.truncated) sink.lose('truncated', 1)
}

/** How many rows the engine can read before it meets the cut: the largest LIMIT that succeeds. */
async function rowsBeforeCut(table: Table, sink: Sink): Promise<number> {
  const column = quoted(findColumn('SpanId', table.columns)?.name ?? 'SpanId')
  const readable = async (rows: number): Promise<number> => {
    try {
      const [count] = await sink.query<{ rows: number | string }>(
        `SELECT count() AS rows FROM (SELECT ${column} FROM file({path:String}, '${table.format}') LIMIT ${rows})`,
        { path: table.path },
        { ...settings, max_threads: 1, input_format_parallel_parsing: 0, optimize_count_from_files: 0 },
      )
      return Number(count?.rows ?? 0)
    } catch {
      return -1
    }
  }
  let good = 0
  let bad = 1
  for (let read = await readable(bad); read === bad; read = await readable(bad)) {
    good = bad
    bad *= 2
  }
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if ((await readable(middle)) === middle) good = middle
    else bad = middle
  }
  return good
}

const titles = {
  Parquet: 'a Parquet file',
  Arrow: 'an Arrow file',
  ArrowStream: 'an Arrow stream',
  Native: 'a file in ClickHouse’s Native format',
}

function brokenTable(source: Source, format: TableFormat): UnreadableEvidence {
  const title = format in titles ? titles[format as keyof typeof titles] : 'a table separated by tabs'
  return new UnreadableEvidence(
    source.name,
    `begins like ${title}, but is cut or broken`,
    'Check that it was copied whole and in binary, and export it again.',
  )
}

function wrongShape(source: Source, table: Table): UnreadableEvidence {
  const list = (names: string[]): string =>
    names
      .slice(0, 40)
      .map((name) => name.replaceAll(/[^\w.: -]/g, '?').slice(0, 60))
      .join(', ')
  return new UnreadableEvidence(
    source.name,
    `is a table, but not of spans: it has the columns ${list(table.columns.map(({ name }) => name))}`,
    `Export the table otel_traces. It needs at least ${list(expectedColumns.filter(({ required }) => required).map(({ name }) => name))}.`,
  )
}

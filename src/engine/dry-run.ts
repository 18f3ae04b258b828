/**
 * What an audit on a server would ask, without asking it: every query, and what the server expects to read for those over the user's table.
 * What is easily got wrong: derived tables do not exist yet, so what is read of them is told in rows per span of the window, not estimated.
 */
import { audits } from '../audits/index.js'
import { blankCharterRows } from '../model/charter.js'
import { parseClickHouseAddress } from '../store/clickhouse/address.js'
import { withoutViews } from '../store/clickhouse/work-tables.js'
import { openClickHouseStore } from '../store/cluster.js'
import type { Store } from '../store/store.js'
import { prepare } from '../survey/prepare.js'
import { relationSql, type RelationName } from '../survey/survey.js'
import { nameOf } from './query-names.js'
import { toolVersion } from './report-parts.js'
import type { InPlaceOptions } from './run-in-place.js'
import { untoldBySample } from './sampling.js'
import { sourceOf } from './source.js'
import { systemNeeds } from './system.js'

interface Query {
  name: string
  sql: string
  params: Record<string, unknown> | undefined
}

/** A script of all queries with comments; the server is asked for its version, columns and estimates only. */
export async function dryRun(
  inPlace: InPlaceOptions,
  hostAliases: Readonly<Record<string, string>> = {},
): Promise<string> {
  const address = parseClickHouseAddress(inPlace.address)
  const { selection } = inPlace
  const store = openClickHouseStore({ address, password: inPlace.password, version: toolVersion(), nameOf })
  try {
    const { kind, found, select: source, from, where, placed } = await sourceOf(store, selection)
    const [window] = await store.look<{ n: number }>(`SELECT count() AS n FROM ${from} WHERE ${where}`)
    const spans = window?.n ?? 0
    const sizes = await columnSizes(
      store,
      found.map(({ name }) => name),
    )
    const queries = [...(await preparing(spans, hostAliases)), ...surveying(selection.sample)]
    const lines = [
      `-- faultline ${toolVersion()} would ask ${await store.engine()} at ${address.shown}`,
      `-- kind of table: ${kind.title}, ${placed}; spans of the window: ${spans.toLocaleString('en')}`,
      `-- derived tables: ${inPlace.workDatabase ?? 'a database faultline_<run>, or temporary tables where none may be made'}; dropped at the end`,
      `-- each query: at most ${bytesText(address.maxMemoryUsage)} of memory and ${address.maxExecutionTime} s`,
      '',
      '-- otel_traces',
      `CREATE VIEW otel_traces AS ${source};`,
    ]
    let [rows, bytes] = [0, 0]
    for (const { name, sql, params } of queries) {
      lines.push('')
      if (/\b(?:FROM|JOIN)\s+otel_traces\b/.test(sql)) {
        const select = withoutViews(sql.replace(/^\s*INSERT INTO [^]*?\) SELECT/, 'SELECT'), source)
        // A table without rows of its own cannot be estimated: all of the window is read.
        const estimate = (await estimated(store, select, params)) || spans
        const each = sizes.bytesPerRow(columnsIn(select))
        rows += estimate
        bytes += estimate * each
        lines.push(
          `-- ${name}: reads about ${estimate.toLocaleString('en')} rows, ${bytesText(estimate * each)} of ${address.table}`,
        )
      } else lines.push(`-- ${name}: reads derived tables`)
      lines.push(`${sql.trim()};`)
    }
    lines.splice(
      4,
      0,
      `-- read of ${address.table} in all: about ${rows.toLocaleString('en')} rows, ${bytesText(bytes)} (compressed ${bytesText(bytes * sizes.compression)})`,
    )
    return `${lines.join('\n')}\n`
  } finally {
    await store.close()
  }
}

/** The statements of the preparation, as a store that only writes down would get them for so many spans. */
async function preparing(spans: number, hostAliases: Readonly<Record<string, string>>): Promise<Query[]> {
  const queries: Query[] = []
  const note = (sql: string, params?: Record<string, unknown>): void => {
    queries.push({ name: nameOf(sql), sql, params })
  }
  const recorder: Store = {
    async query<Row>(sql: string, params?: Record<string, unknown>) {
      note(sql, params)
      // Lists are empty; counts are those of the window, no id repeats, and no chain of messages goes on.
      if (/\b(?:ORDER|LIMIT|GROUP) BY\b/.test(sql)) return []
      const n = /- uniqExact|max\(Hop\)/.test(sql) ? 0 : spans
      return [
        { n, rows: spans, spans, carriers: spans, distinct: spans, messages: spans, traces: spans, operations: 1 },
      ] as Row[]
    },
    command: async (sql, params) => note(sql, params),
    insert: async (table) => note(`INSERT INTO ${table} FORMAT JSONEachRow`),
    engine: async () => '',
    close: async () => undefined,
  }
  await prepare(recorder, hostAliases, { growing: true })
  return queries
}

function surveying(sample: number): Query[] {
  const names = new Set<RelationName>(systemNeeds)
  for (const audit of audits)
    for (const need of audit.needs) if (!(need in blankCharterRows)) names.add(need as RelationName)
  if (sample > 1) for (const name of untoldBySample.keys()) names.delete(name)
  return [...names].map((name) => ({ name, sql: relationSql(name), params: undefined }))
}

/** Rows that the server expects to read. A table that it cannot estimate, such as a distributed one, is read as the window says. */
async function estimated(
  store: ReturnType<typeof openClickHouseStore>,
  select: string,
  params: Record<string, unknown> | undefined,
): Promise<number> {
  const rows = await store.look<{ rows: number }>(`EXPLAIN ESTIMATE ${select}`, params)
  return rows.reduce((sum, row) => sum + Number(row.rows), 0)
}

const columnsIn = (sql: string): Set<string> => new Set([...sql.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))

async function columnSizes(
  store: ReturnType<typeof openClickHouseStore>,
  names: readonly string[],
): Promise<{ bytesPerRow(columns: ReadonlySet<string>): number; compression: number }> {
  const place = { database: store.address.database, table: store.address.table }
  const where = 'database = {database:String} AND table = {table:String}'
  const columns = await store.look<{ name: string; plain: number; packed: number }>(
    `SELECT name, data_uncompressed_bytes AS plain, data_compressed_bytes AS packed FROM system.columns WHERE ${where}`,
    place,
  )
  const [total] = await store.look<{ n: number }>(
    `SELECT toUInt64(ifNull(total_rows, 0)) AS n FROM system.tables WHERE ${where}`,
    place,
  )
  const rows = Math.max(1, total?.n ?? 0)
  const known = columns.filter(({ name }) => names.includes(name))
  const sum = (of: readonly { plain: number; packed: number }[], key: 'plain' | 'packed'): number =>
    of.reduce((bytes, column) => bytes + column[key], 0)
  return {
    bytesPerRow: (wanted) =>
      sum(
        known.filter(({ name }) => wanted.has(name)),
        'plain',
      ) / rows,
    compression: sum(known, 'packed') / Math.max(1, sum(known, 'plain')),
  }
}

function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value).toString()} ${units[unit] ?? ''}`
}

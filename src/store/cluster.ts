/**
 * ClickHouse on a server or a cluster, over the table in which spans already lie. The user's table is only ever read; what is derived goes
 * to a database of the run, or to temporary tables of its session, and is gone at the end.
 * What is easily got wrong: the same SQL runs here and embedded, so tables have the same names; only `otel_traces` is a view, over the user's table.
 */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { UnreadableEvidence } from '../model/importer.js'
import type { ClickHouseAddress } from './clickhouse/address.js'
import { readClocks, type Clocks } from './clickhouse/clocks.js'
import { clusterOf } from './clickhouse/placement.js'
import { openServer, type Server } from './clickhouse/server.js'
import { openUserTable, type UserTable } from './clickhouse/user-table.js'
import { watchQueries } from './clickhouse/watch.js'
import { stamp } from './clickhouse/work-database.js'
import { createWorkspace, type OnShards } from './clickhouse/workspace.js'
import { quotedName, quotedText } from './clickhouse/work-tables.js'
import type { Settings, Store } from './store.js'

export type { SourceColumn } from './clickhouse/user-table.js'

/** As for the embedded engine, and what a profile of the server could have changed. */
const standing: Settings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_named_tuples_as_objects: 1,
  short_circuit_function_evaluation: 'disable',
  join_use_nulls: 0,
  max_bytes_before_external_group_by: 800_000_000,
  max_bytes_before_external_sort: 800_000_000,
  optimize_aggregation_in_order: 1,
  aggregation_in_order_max_block_bytes: 4_000_000,
  session_timezone: 'UTC',
}

export interface ClickHouseStoreOptions {
  address: ClickHouseAddress
  password: string
  /** Of Faultline, for log_comment. */
  version: string
  /** Database for derived tables; made and dropped. One of the run's own when left out. */
  workDatabase?: string | undefined
  /** What a query is for, for log_comment and errors. */
  nameOf?: (sql: string) => string
  /** Told now and then what has been read since the run began. */
  progress?: (rows: number, bytes: number) => void
}

export interface ClickHouseStore extends Store, UserTable {
  address: ClickHouseAddress
  /** Asks outside the derived tables: reads only. */
  look<Row>(sql: string, params?: Record<string, unknown>): Promise<Row[]>
  /**
   * Makes the derived tables, or empties them. `select` gives the columns of otel_traces from the user's table;
   * `onShards.select` does the same on one shard, from its own part.
   */
  begin(select: string, onShards?: OnShards): Promise<void>
  /** What time it is, by all clocks; asked once, and the same ever after. */
  clocks(): Promise<Clocks>
  /** Id of this run. */
  run: string
  /** A statement in a database that the user has named for what is to stay. */
  keep(sql: string): Promise<void>
  /** Where derived tables are. */
  place(): string
  /** Rows and bytes that queries have read. */
  read(): { rows: number; bytes: number }
  /** Stops all queries of this run, and drops what it made. For Ctrl-C; safe to call at any time, more than once. */
  stop(): Promise<void>
}

export function openClickHouseStore(options: ClickHouseStoreOptions): ClickHouseStore {
  const { address, nameOf = (sql) => sql.slice(0, 40) } = options
  const run = `${stamp(Date.now())}_${randomBytes(4).toString('hex')}`
  const queryPrefix = `faultline-${run}-`
  const total = { rows: 0, bytes: 0 }
  let opened = 0
  const open = (database: string, session?: string): Server =>
    openServer({
      address,
      database,
      password: options.password,
      // Two that count for themselves must not give the same id to queries at the same time.
      queryPrefix: `${queryPrefix}${(++opened).toString()}-`,
      signature: `faultline ${options.version}`,
      ...(session !== undefined && { session }),
      settings: standing,
      read(rows, bytes) {
        total.rows += rows
        total.bytes += bytes
        options.progress?.(total.rows, total.bytes)
      },
    })
  const source = open(address.database)
  const { progress } = options
  const unwatch = progress ? watchQueries(open(address.database), queryPrefix, () => total, progress) : undefined
  const userTable = openUserTable(address, source, (database) => open(database))
  let asked: Promise<Clocks> | undefined
  const clocks = (): Promise<Clocks> =>
    (asked ??= userTable.engineOfTable().then((engine) => readClocks(source, clusterOf(address, engine))))
  const workspace = createWorkspace({
    source,
    shown: address.shown,
    database: address.database,
    workDatabase: options.workDatabase,
    clocks,
    open: (database, inSession) => open(database, inSession ? `${queryPrefix}session` : undefined),
  })
  let stopped = false
  let closed = false

  const working = (): Server => {
    if (stopped) throw new UnreadableEvidence(address.shown, 'was left: the run was stopped', 'Run it again.')
    return workspace.server()
  }

  return {
    ...userTable,
    address,
    look: (sql, params) => source.rows(sql, { name: nameOf(sql), params }),
    run,
    clocks,
    keep: (sql) => source.run(sql, { name: 'keep' }),
    begin: (select, onShards) => workspace.begin(select, onShards),
    place: () => workspace.place(),
    read: () => ({ ...total }),
    query: (sql, params, settings) => working().rows(workspace.read(sql), { name: nameOf(sql), params, settings }),
    command: (sql, params, settings) => working().run(workspace.command(sql), { name: nameOf(sql), params, settings }),
    async insert(table, rows) {
      if (rows.length === 0) return
      const count = `SELECT count() AS n FROM ${table}`
      const [before] = await this.query<{ n: number }>(count)
      const lines = Readable.from(
        rows.map((row) => `${JSON.stringify(row)}\n`),
        { objectMode: false },
      )
      const columns = Object.keys(rows[0] ?? {}).map(quotedName)
      await working().insert(`${table} (${columns.join(', ')})`, lines, 'JSONEachRow', { name: `fill ${table}` })
      const [after] = await this.query<{ n: number }>(count)
      const written = (after?.n ?? 0) - (before?.n ?? 0)
      if (written !== rows.length) throw new Error(`${table} took ${written} of ${rows.length} rows`)
    },
    async engine() {
      const [row] = await source.rows<{ version: string }>('SELECT version() AS version', { name: 'version' })
      return `ClickHouse ${row?.version ?? 'of unknown version'}`
    },
    async close() {
      if (closed) return
      closed = true
      stopped = true
      const unwatched = unwatch?.()
      try {
        await workspace.drop()
      } finally {
        await unwatched
        await workspace.close()
        await source.close()
      }
    },
    async stop() {
      if (stopped) return
      stopped = true
      // Queries of another user's session cannot be seen, and these are this user's own.
      await source
        .run(`KILL QUERY WHERE query_id LIKE ${quotedText(`${queryPrefix}%`)} AND query NOT LIKE 'KILL%' ASYNC`, {
          name: 'stop',
        })
        .catch(() => undefined)
      await workspace.drop().catch(() => undefined)
    },
  }
}

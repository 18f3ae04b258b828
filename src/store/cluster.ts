/**
 * ClickHouse on a server or a cluster, over the table in which spans already lie. The user's table is only ever read; what is derived goes
 * to a database of the run, or to temporary tables of its session, and is gone at the end.
 * What is easily got wrong: the same SQL runs here and embedded, so tables have the same names; only `otel_traces` is a view, over the user's table.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { UnreadableEvidence } from '../model/importer.js'
import type { ClickHouseAddress } from './clickhouse/address.js'
import { isRefusedRight } from './clickhouse/failures.js'
import { openServer, type Server } from './clickhouse/server.js'
import { filledOnShards, type Shards } from './clickhouse/placement.js'
import { watchQueries } from './clickhouse/watch.js'
import { belt, createWorkDatabase, stamp } from './clickhouse/work-database.js'
import {
  derivedTables,
  quotedName,
  quotedText,
  temporaryDefinitions,
  withoutViews,
  workDefinitions,
} from './clickhouse/work-tables.js'
import type { Settings, Store } from './store.js'

/** As for the embedded engine, and what a profile of the server could have changed. */
const standing: Settings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_named_tuples_as_objects: 1,
  short_circuit_function_evaluation: 'disable',
  join_use_nulls: 0,
  max_bytes_before_external_group_by: 800_000_000,
  max_bytes_before_external_sort: 800_000_000,
  optimize_aggregation_in_order: 1,
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

export interface SourceColumn {
  name: string
  type: string
}

export interface ClickHouseStore extends Store {
  address: ClickHouseAddress
  /** The user's table, quoted, with its database. */
  table: string
  /** Columns of the user's table. */
  columns(): Promise<SourceColumn[]>
  /** Asks outside the derived tables: reads only. */
  look<Row>(sql: string, params?: Record<string, unknown>): Promise<Row[]>
  /**
   * Makes the derived tables, or empties them. `select` gives the columns of otel_traces from the user's table;
   * `shards.select` does the same on one shard, from its own part. */
  begin(select: string, shards?: { shards: Shards; select: string }): Promise<void>
  /** The engine of the user's table, as the server tells it. */
  engineOfTable(): Promise<string>
  /** Id of this run, in the order of time. */
  run: string
  /** A statement in a database that the user has named for what is to stay. */
  keep(sql: string): Promise<void>
  /** Where derived tables are. */
  place(): string
  /** Rows and bytes that queries have read. */
  read(): { rows: number; bytes: number }
  /** Adds rows in the Native format to the user's table: for imports only, no audit ever writes there. */
  send(columns: string, rows: Readable, settings: Settings): Promise<void>
  /** Creates the user's table, and its database, as the Collector would. */
  createTable(): Promise<void>
  /** Whether the user's table knows an insert that is sent again. */
  remembersInserts(): Promise<boolean>
  /** Stops all queries of this run, and drops what it made. For Ctrl-C; safe to call at any time, more than once. */
  stop(): Promise<void>
}

export function openClickHouseStore(options: ClickHouseStoreOptions): ClickHouseStore {
  const { address, nameOf = (sql) => sql.slice(0, 40) } = options
  const run = `${stamp(Date.now())}_${randomBytes(4).toString('hex')}`
  const queryPrefix = `faultline-${run}-`
  const workDatabase = options.workDatabase ?? `faultline_${run}`
  const total = { rows: 0, bytes: 0 }
  const open = (database: string, session?: string): Server =>
    openServer({
      address,
      database,
      password: options.password,
      queryPrefix: `${queryPrefix}${session === undefined ? '' : 's'}${database === address.database ? 'q' : 'w'}`,
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
  let work: Server | undefined
  const workspace = createWorkDatabase(source, workDatabase, address.shown)
  let stopped = false
  let closed = false
  let rewritten = (sql: string): string => sql
  let onShard = rewritten

  const working = (): Server => {
    if (stopped) throw new UnreadableEvidence(address.shown, 'was left: the run was stopped', 'Run it again.')
    if (!work) throw new Error('the derived tables were not made yet')
    return work
  }

  async function beginInDatabase(select: string): Promise<void> {
    await workspace.make()
    work = open(workDatabase)
    await work.run(`CREATE VIEW otel_traces AS ${select}`, { name: 'view of the user’s table' })
    for (const definition of workDefinitions({ until: belt }))
      await working().run(definition, { name: 'create tables' })
  }

  async function beginInSession(select: string, cause: unknown): Promise<void> {
    work = open(address.database, `${queryPrefix}session`)
    rewritten = (sql) => withoutViews(sql, select)
    try {
      for (const definition of temporaryDefinitions()) await work.run(definition, { name: 'create temporary tables' })
    } catch (error) {
      if (!isRefusedRight(error) && !(error instanceof UnreadableEvidence)) throw error
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new UnreadableEvidence(
        address.shown,
        `lets this user make neither a database nor temporary tables (${reason})`,
        'Grant CREATE DATABASE, CREATE TABLE, CREATE VIEW, INSERT, SELECT, TRUNCATE and DROP on faultline_*.*; or CREATE TEMPORARY TABLE and readonly = 2.',
      )
    }
  }

  async function beginAnew(select: string): Promise<void> {
    if (workspace.made)
      await working().run(`CREATE OR REPLACE VIEW otel_traces AS ${select}`, { name: 'view of the user’s table' })
    else rewritten = (sql) => withoutViews(sql, select)
    for (const table of derivedTables) await working().run(`TRUNCATE TABLE ${table}`, { name: 'empty tables' })
  }

  return {
    address,
    table: `${quotedName(address.database)}.${quotedName(address.table)}`,
    columns: async () => {
      const rows = await source.rows<SourceColumn>(
        `DESCRIBE TABLE ${quotedName(address.database)}.${quotedName(address.table)}`,
        { name: 'columns of the user’s table' },
      )
      return rows.map(({ name, type }) => ({ name, type }))
    },
    look: (sql, params) => source.rows(sql, { name: nameOf(sql), params }),
    run,
    keep: (sql) => source.run(sql, { name: 'keep' }),
    async begin(select, shards) {
      onShard = (sql) => (shards && filledOnShards(shards.shards, withoutViews(sql, shards.select))) ?? rewritten(sql)
      if (work) return beginAnew(select)
      try {
        await beginInDatabase(select)
      } catch (error) {
        if (workspace.made || !isRefusedRight(error) || options.workDatabase !== undefined) throw error
        await beginInSession(select, error)
      }
    },
    place: () => (workspace.made ? `database ${workDatabase}` : 'temporary tables'),
    read: () => ({ ...total }),
    query: (sql, params, settings) => working().rows(rewritten(sql), { name: nameOf(sql), params, settings }),
    command: (sql, params, settings) => working().run(onShard(sql), { name: nameOf(sql), params, settings }),
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
    send: (columns, rows, settings) =>
      source.insert(`${quotedName(address.table)} (${columns})`, rows, 'Native', {
        name: 'import',
        settings: {
          ...settings,
          // A piece is one block, whatever days it spans.
          max_insert_block_size: 1_000_000,
          min_insert_block_size_rows: 1_000_000,
          max_partitions_per_insert_block: 1_000,
        },
      }),
    async createTable() {
      const make = open('default')
      try {
        await make.run(`CREATE DATABASE IF NOT EXISTS ${quotedName(address.database)}`, { name: 'create the database' })
        const definition = readFileSync(new URL('./clickhouse/otel_traces.sql', import.meta.url), 'utf8')
        await make.run(
          definition.replace('{table}', () => this.table),
          { name: 'create the table' },
        )
      } finally {
        await make.close()
      }
    },
    async engineOfTable() {
      const [row] = await source.rows<{ engine: string }>(
        'SELECT engine_full AS engine FROM system.tables WHERE database = {database:String} AND name = {table:String}',
        { name: 'engine of the table', params: { database: address.database, table: address.table } },
      )
      return row?.engine ?? ''
    },
    async remembersInserts() {
      const engine = await this.engineOfTable()
      // What is replicated, shared or distributed over such remembers by default.
      return (
        !/^(?:\w*)MergeTree/.test(engine) ||
        /^(?:Replicated|Shared)/.test(engine) ||
        /non_replicated_deduplication_window = [1-9]/.test(engine)
      )
    },
    async engine() {
      const [row] = await source.rows<{ version: string }>('SELECT version() AS version', { name: 'version' })
      return `ClickHouse ${row?.version ?? 'of unknown version'}`
    },
    async close() {
      if (closed) return
      closed = true
      stopped = true
      unwatch?.()
      try {
        await workspace.drop()
      } finally {
        await work?.close()
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

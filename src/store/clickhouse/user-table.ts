/**
 * The table of the user: what it is, and how files are loaded into it. Audits only look at it; `send` and `create` are for imports.
 * What is easily got wrong: a table may be named that does not exist yet, so nothing here is asked before it is needed.
 */
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Settings } from '../store.js'
import type { ClickHouseAddress } from './address.js'
import type { Server } from './server.js'
import { quotedName } from './work-tables.js'

export interface SourceColumn {
  name: string
  type: string
}

export interface UserTable {
  /** Quoted, with its database. */
  table: string
  columns(): Promise<SourceColumn[]>
  /** Its engine, as the server tells it. */
  engineOfTable(): Promise<string>
  /** Adds rows in the Native format: for imports only, no audit ever writes there. */
  send(columns: string, rows: Readable, settings: Settings): Promise<void>
  /** Creates the table, and its database, as the Collector would. */
  createTable(): Promise<void>
  /** Whether it knows an insert that is sent again. */
  remembersInserts(): Promise<boolean>
}

/** `open` opens the server with another database. */
export function openUserTable(
  { database, table }: Pick<ClickHouseAddress, 'database' | 'table'>,
  source: Server,
  open: (database: string) => Server,
): UserTable {
  const quoted = `${quotedName(database)}.${quotedName(table)}`

  async function engineOfTable(): Promise<string> {
    const [row] = await source.rows<{ engine: string }>(
      'SELECT engine_full AS engine FROM system.tables WHERE database = {database:String} AND name = {table:String}',
      { name: 'engine of the table', params: { database, table } },
    )
    return row?.engine ?? ''
  }

  return {
    table: quoted,
    async columns() {
      const rows = await source.rows<SourceColumn>(`DESCRIBE TABLE ${quoted}`, { name: 'columns of the user’s table' })
      return rows.map(({ name, type }) => ({ name, type }))
    },
    engineOfTable,
    send: (columns, rows, settings) =>
      source.insert(`${quotedName(table)} (${columns})`, rows, 'Native', {
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
        await make.run(`CREATE DATABASE IF NOT EXISTS ${quotedName(database)}`, { name: 'create the database' })
        const definition = readFileSync(new URL('./otel_traces.sql', import.meta.url), 'utf8')
        await make.run(
          definition.replace('{table}', () => quoted),
          { name: 'create the table' },
        )
      } finally {
        await make.close()
      }
    },
    async remembersInserts() {
      const engine = await engineOfTable()
      // What is replicated, shared or distributed over such remembers by default.
      return (
        !/^(?:\w*)MergeTree/.test(engine) ||
        /^(?:Replicated|Shared)/.test(engine) ||
        /non_replicated_deduplication_window = [1-9]/.test(engine)
      )
    },
  }
}

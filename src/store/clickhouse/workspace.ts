/**
 * Where a run derives its tables: in a database of its own or, for those who may only read, in temporary tables of one session.
 * What is easily got wrong: temporary tables cannot be seen by views, so there a query's text is changed; and what a shard can do for itself
 * is sent to it in either case.
 */
import { UnreadableEvidence } from '../../model/importer.js'
import type { Clocks } from './clocks.js'
import { isRefusedRight } from './failures.js'
import { filledOnShards, type Shards } from './placement.js'
import type { Server } from './server.js'
import { createWorkDatabase, goneAfterMs } from './work-database.js'
import { derivedTables, temporaryDefinitions, withoutViews, workDefinitions } from './work-tables.js'

export interface WorkspaceOptions {
  source: Server
  /** Address without secrets. */
  shown: string
  /** Of the user's table. */
  database: string
  /** Named by the user; made and dropped. One of the run's own when left out. */
  workDatabase: string | undefined
  clocks: () => Promise<Clocks>
  /** Opens the server with a database or, for temporary tables, with a session in it. */
  open: (database: string, inSession: boolean) => Server
}

export interface OnShards {
  shards: Shards
  /** Columns of otel_traces from the part of one shard. */
  select: string
}

export interface Workspace {
  /** Makes the derived tables, or empties them. `select` gives the columns of otel_traces from the user's table. */
  begin(select: string, onShards?: OnShards): Promise<void>
  /** Where derived tables are; throws before there are any. */
  server(): Server
  /** The text of a read, and of a command, as it is to be asked there. */
  read(sql: string): string
  command(sql: string): string
  /** Where derived tables are, in words. */
  place(): string
  drop(): Promise<void>
  close(): Promise<void>
}

export function createWorkspace({ source, shown, database, workDatabase, clocks, open }: WorkspaceOptions): Workspace {
  const own = createWorkDatabase(source, workDatabase, { shown, clocks })
  let work: Server | undefined
  let read = (sql: string): string => sql
  let command = read

  /** What is to be dropped is not added to. */
  let leaving = false

  const server = (): Server => {
    if (!work) throw new Error('the derived tables were not made yet')
    return work
  }

  async function beginInDatabase(select: string): Promise<void> {
    const name = await own.make()
    const { latestMs } = await clocks()
    work = open(name, false)
    await work.run(`CREATE VIEW otel_traces AS ${select}`, { name: 'view of the user’s table' })
    for (const definition of workDefinitions({ goneMs: latestMs + goneAfterMs })) {
      if (leaving) throw new UnreadableEvidence(shown, 'was left: the run was stopped', 'Run it again.')
      await work.run(definition, { name: 'create tables' })
    }
  }

  async function beginInSession(select: string, cause: unknown): Promise<void> {
    work = open(database, true)
    read = (sql) => withoutViews(sql, select)
    try {
      for (const definition of temporaryDefinitions()) await work.run(definition, { name: 'create temporary tables' })
    } catch (error) {
      if (!isRefusedRight(error) && !(error instanceof UnreadableEvidence)) throw error
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new UnreadableEvidence(
        shown,
        `lets this user make neither a database nor temporary tables (${reason})`,
        'Grant CREATE DATABASE, CREATE TABLE, CREATE VIEW, INSERT, SELECT, TRUNCATE and DROP on faultline_*.*; or CREATE TEMPORARY TABLE and readonly = 2.',
      )
    }
  }

  async function beginAnew(select: string): Promise<void> {
    if (own.name === undefined) read = (sql) => withoutViews(sql, select)
    else await server().run(`CREATE OR REPLACE VIEW otel_traces AS ${select}`, { name: 'view of the user’s table' })
    for (const table of derivedTables) await server().run(`TRUNCATE TABLE ${table}`, { name: 'empty tables' })
  }

  return {
    async begin(select, onShards) {
      command = (sql) => (onShards && filledOnShards(onShards.shards, withoutViews(sql, onShards.select))) ?? read(sql)
      if (work) return beginAnew(select)
      try {
        await beginInDatabase(select)
      } catch (error) {
        if (own.name !== undefined || !isRefusedRight(error) || workDatabase !== undefined) throw error
        await beginInSession(select, error)
      }
    },
    server,
    read: (sql) => read(sql),
    command: (sql) => command(sql),
    place: () => (own.name === undefined ? 'temporary tables' : `database ${own.name}`),
    drop() {
      leaving = true
      return own.drop()
    },
    close: async () => work?.close(),
  }
}

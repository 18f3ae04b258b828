/**
 * ClickHouse in this process (chdb), in a data directory of its own that is removed at the end.
 * One process holds one data directory: a second embedded store in the same process must wait until the first is closed.
 */
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { drainPending } from 'chdb'
import { createChdbConnection } from 'chdb/connection'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { smallEvidence } from './schema.js'
import type { Settings, Store } from './store.js'

/** Applied to every query. Rationale: deterministic, exact, bounded, and normalisation several times faster without short circuits. */
const standing: Settings = {
  output_format_json_quote_64bit_integers: 0,
  short_circuit_function_evaluation: 'disable',
  join_use_nulls: 0,
  max_bytes_before_external_group_by: 800_000_000,
  max_bytes_before_external_sort: 800_000_000,
  optimize_aggregation_in_order: 1,
}

/** Plans of queries over small evidence are taken as they are written: the answers are the same, a third of the survey's time is saved. */
const smallSettings: Settings = { optimize_aggregation_in_order: 0, query_plan_enable_optimizations: 0 }

/**
 * Settings of one query, as a statement before it. chdb keeps what a query was given for all that come after it, so whatever
 * any query has ever set (`known`) is put back to its default first.
 */
function settingsBefore(known: Set<string>, sized: Settings, settings: Settings = {}): string {
  const all: Settings = { ...standing, ...sized, ...settings }
  const values = Object.entries(all).map(([name, value]) => {
    known.add(name)
    return `${name} = ${typeof value === 'number' ? value.toString() : `'${value.replaceAll(/['\\]/g, '\\$&')}'`}`
  })
  const defaults = [...known].filter((name) => !(name in all)).map((name) => `${name} = DEFAULT`)
  return `SET ${[...defaults, ...values].join(', ')}`
}

export interface EmbeddedStore extends Store {
  /** Folder for spool files; lives and dies with the store. */
  readonly folder: string
  /** Tells how many spans the queries to come go over, so that they can be planned for that. */
  expect(spans: number): void
  /** Removes the folder at once, for signal handlers; the store is unusable afterwards. */
  abandon(): void
}

/**
 * The engine's threads cannot be stopped, and make their folders anew until the process is gone. So what can be removed is removed
 * now, and a small process that outlives this one removes what they have made since.
 */
function removeUnderWriters(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // A file appeared in a folder while that was being emptied.
  }
  const sweep = 'while kill -0 "$1" 2>/dev/null; do sleep 0.05; done; rm -rf -- "$2"'
  spawn('/bin/sh', ['-c', sweep, 'sh', process.pid.toString(), folder], { detached: true, stdio: 'ignore' })
    // Without a shell, the folder stays for the system to sweep.
    .on('error', () => undefined)
    .unref()
}

/** Opens an empty store under the system's temporary folder (or `parent`). */
export function openEmbeddedStore(parent: string = tmpdir()): EmbeddedStore {
  const folder = mkdtempSync(join(parent, 'faultline-'))
  const connection = createChdbConnection({ path: join(folder, 'data') })
  const client: ClickHouseClient = createClient({ connection } as Parameters<typeof createClient>[0])
  const known = new Set<string>()
  let sized: Settings = {}
  return {
    folder,
    expect(spans) {
      sized = spans < smallEvidence ? smallSettings : {}
    },
    async query<Row>(sql: string, params?: Record<string, unknown>, settings?: Settings) {
      const result = await client.query({
        query: `${settingsBefore(known, sized, settings)}; ${sql}`,
        format: 'JSONEachRow',
        ...(params && { query_params: params }),
      })
      return (await result.json()) as Row[]
    },
    async command(sql, params, settings) {
      await client.command({
        query: `${settingsBefore(known, sized, settings)}; ${sql}`,
        ...(params && { query_params: params }),
      })
    },
    async insert(table, rows) {
      if (rows.length === 0) return
      const before = await this.query<{ n: number }>(`SELECT count() AS n FROM ${table}`)
      await client.insert({ table, values: [...rows], format: 'JSONEachRow' })
      const after = await this.query<{ n: number }>(`SELECT count() AS n FROM ${table}`)
      const written = (after[0]?.n ?? 0) - (before[0]?.n ?? 0)
      if (written !== rows.length) throw new Error(`${table} took ${written} of ${rows.length} rows`)
    },
    async engine() {
      const rows = await this.query<{ version: string }>('SELECT version() AS version')
      return `chdb (ClickHouse ${rows[0]?.version ?? 'of unknown version'})`
    },
    async close() {
      await client.close()
      await drainPending()
      await rm(folder, { recursive: true, force: true })
    },
    abandon() {
      removeUnderWriters(folder)
    },
  }
}

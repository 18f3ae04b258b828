/** The tables of a run, one .sql file each with a COMMENT per column. */
import { readFileSync } from 'node:fs'
import type { Store } from './store.js'

export const tables = [
  'otel_traces',
  'normalised',
  'hosts',
  'statements',
  'spans',
  'traces',
  'deliveries',
  'walks',
  'exchanges',
] as const
export type Table = (typeof tables)[number]

/** `CREATE TABLE` of one table, as text. */
export function tableDefinition(table: Table): string {
  return readFileSync(new URL(`./schema/${table}.sql`, import.meta.url), 'utf8')
}

/** Creates every table that does not exist. */
export async function createTables(store: Store): Promise<void> {
  for (const table of tables) await store.command(tableDefinition(table))
}

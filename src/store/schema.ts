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
  'chains',
  'repeats',
  'answers',
  'walks',
  'exchanges',
  'touches',
  'key_patterns',
  'accesses',
  'cache_commands',
  'cache_servers',
  'cache_keys',
  'broker_queues',
  'broker_bindings',
  'contracts',
] as const
export type Table = (typeof tables)[number]

/** `CREATE TABLE` of one table, as text. */
export function tableDefinition(table: Table): string {
  return readFileSync(new URL(`./schema/${table}.sql`, import.meta.url), 'utf8')
}

/**
 * For evidence of fewer spans than this, planning a query costs more than running it, and a table on disk more than one in memory.
 * It is some 150 MB of derived rows at the most.
 */
export const smallEvidence = 200_000

/** Creates those tables that do not exist: on disk, or `inMemory`, which sorts and compresses nothing. */
export async function createTables(
  store: Store,
  which: readonly Table[] = tables,
  { inMemory = false }: { inMemory?: boolean } = {},
): Promise<void> {
  for (const table of which) {
    const definition = tableDefinition(table)
    await store.command(inMemory ? definition.replace(/^ENGINE = MergeTree[^]*$/m, 'ENGINE = Memory') : definition)
  }
}

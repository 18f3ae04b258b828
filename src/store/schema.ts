/** The tables of a run, one .sql file each with a COMMENT per column. */
import { readFileSync } from 'node:fs'
import type { Store } from './store.js'

/** What importers write. */
export const givenTables = [
  'otel_traces',
  'cache_commands',
  'cache_servers',
  'cache_keys',
  'broker_queues',
  'broker_bindings',
  'contracts',
] as const

/** What is made of it. */
export const derivedTables = [
  'normalised',
  'hosts',
  'broker_hosts',
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
] as const

export const tables = [...givenTables, ...derivedTables] as const
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

/**
 * Written by the million rows, and read a few times, or in parts that have few buckets in common (`spans`): merging them would take a fifth
 * of a long run and bring nothing together. Small parts are merged still, so that thousands of small files do not become thousands of parts.
 */
const hardlyMerged: readonly Table[] = [
  'otel_traces',
  'cache_commands',
  'touches',
  'normalised',
  'spans',
  'traces',
  'deliveries',
]
const mostMergedBytes = 16 * 2 ** 20

/**
 * Written and then read as a whole: a part is one file with all columns, not three for each of sixty. Making and removing thousands of files takes
 * as long as writing what is in them. What relations read a few columns of, again and again, is read faster from files of its own.
 */
const partsOfOneFile: readonly Table[] = ['otel_traces', 'normalised', 'traces']

/**
 * Read as a whole, `deliveries` but for one step. In this process that costs less than ordering what is written; a server has many steps, each of
 * which would go over all rows.
 */
const unordered: readonly Table[] = ['otel_traces', 'deliveries']

/** What follows the definition of a table that a run fills and drops. */
export function mergingOf(table: Table): string {
  if (!hardlyMerged.includes(table)) return ''
  return `\nSETTINGS max_bytes_to_merge_at_max_space_in_pool = ${mostMergedBytes.toString()}`
}

/** `CREATE TABLE` of one table for the engine in this process. */
export function embeddedDefinition(table: Table): string {
  const merging = mergingOf(table)
  const separator = merging === '' ? '\nSETTINGS ' : ', '
  const parts = partsOfOneFile.includes(table) ? `${separator}min_bytes_for_wide_part = 1000000000000` : ''
  const definition = tableDefinition(table).trimEnd()
  const ordered = unordered.includes(table) ? definition.replace(/^ORDER BY .*$/m, 'ORDER BY tuple()') : definition
  return ordered + merging + parts
}

/** A definition for rows in memory: no order, and without the words that explain columns, since reading those takes as long as the rest. */
function inMemoryDefinition(table: Table): string {
  return tableDefinition(table)
    .replace(/^ENGINE = MergeTree[^]*$/m, 'ENGINE = Memory')
    .replaceAll(/^\s*--.*$/gm, '')
    .replaceAll(/ COMMENT '(?:[^'\\]|\\.|'')*'/g, '')
}

/** Creates those tables that do not exist: on disk, or `inMemory`, which sorts and compresses nothing and only the embedded store has. */
export async function createTables(
  store: Store,
  which: readonly Table[] = tables,
  { inMemory = false }: { inMemory?: boolean } = {},
): Promise<void> {
  if (inMemory) return store.command(which.map(inMemoryDefinition).join(';\n'))
  for (const table of which) await store.command(embeddedDefinition(table))
}

/** Drops tables, whatever is in them. */
export async function dropTables(store: Store, which: readonly Table[]): Promise<void> {
  for (const table of which) await store.command(`DROP TABLE ${table} SYNC`)
}

/**
 * ClickHouse in this process (chdb), in a data directory of its own that is removed at the end.
 * One process holds one data directory: a second embedded store in the same process must wait until the first is closed.
 * What is easily got wrong: queries asked for at the same time run at the same time, so whatever must come after something else awaits it.
 */
import { drainPending } from 'chdb'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConnection, type Connection } from './connection.js'
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
  // What is made of a block of groups, arrays of events above all, is many times as large as the groups: a twelfth of the default.
  aggregation_in_order_max_block_bytes: 4_000_000,
}

/** What the engine looks for in a query in order to write it anew. Each goes through the whole of it. */
const rewrites = [
  'optimize_and_compare_chain',
  'optimize_arithmetic_operations_in_aggregate_functions',
  'optimize_aggregators_of_group_by_keys',
  'optimize_empty_string_comparisons',
  'optimize_extract_common_expressions',
  'optimize_group_by_constant_keys',
  'optimize_group_by_function_keys',
  'optimize_injective_functions_in_group_by',
  'optimize_injective_functions_in_limit_by',
  'optimize_injective_functions_inside_uniq',
  'optimize_inverse_dictionary_lookup',
  'optimize_limit_by_function_keys',
  'optimize_multiif_to_if',
  'optimize_normalize_count_variants',
  'optimize_or_like_chain',
  'optimize_redundant_comparisons',
  'optimize_redundant_functions_in_order_by',
  'optimize_rewrite_aggregate_function_with_if',
  'optimize_rewrite_array_exists_to_has',
  'optimize_rewrite_has_to_in',
  'optimize_rewrite_like_perfect_affix',
  'optimize_rewrite_regexp_functions',
  'optimize_rewrite_sum_if_to_count_if',
  'optimize_syntax_fuse_functions',
  'optimize_time_filter_with_preimage',
  'optimize_uniq_to_count',
]

/**
 * Queries over small evidence are planned as they are written and not compiled, since that takes longer than they run: the answers are the
 * same, and a third of the survey's time is saved.
 */
const smallSettings: Settings = {
  optimize_aggregation_in_order: 0,
  query_plan_enable_optimizations: 0,
  ...Object.fromEntries(rewrites.map((setting) => [setting, 0])),
  compile_expressions: 0,
  compile_aggregate_expressions: 0,
  compile_sort_description: 0,
  // Blocks as small as these are shared out among threads; one block, as a small table would be, is read by one.
  max_block_size: 16_384,
  min_insert_block_size_rows: 16_384,
}

/**
 * Both processors sort, compress and write, each its own blocks while others are still made: one block of a million rows would be written
 * by one, when all the rest is done. Long rows still end a block by their bytes, which the engine limits itself.
 * Each of the hundreds of expressions that make a derived table costs something for each block that is read, whatever is in it: the engine's own
 * blocks are a megabyte, some 4,000 spans. What only reads has few expressions and large groups, and is left alone.
 */
const largeSettings: Settings = {
  preferred_block_size_bytes: 16_000_000,
  max_insert_threads: 2,
  min_insert_block_size_rows: 262_144,
}

/** What only reads is so short that a second thread costs more than it does: several such queries run side by side instead. */
const smallReading: Settings = { ...smallSettings, max_threads: 1 }

/** One more than processors, because now and then one waits for this thread to take its answer; further ones gain nothing and hold memory. */
const mostConnections = Math.min(4, availableParallelism() + 1)

/**
 * Queries over long evidence run on both processors, but for the time in which they are planned, are put together or wait to be written; another
 * fills it. Those over a long capture have a group for each key, and two at a time would not stay within 1.5 GB.
 */
const mostLarge = Math.min(2, mostConnections)

export interface EmbeddedStore extends Store {
  /** Folder for spool files; lives and dies with the store. */
  readonly folder: string
  /** Tells how many spans and commands of caches the queries to come go over, so that they can be planned for that; returns whether that is little. */
  expect(rows: { spans: number; commands: number }): boolean
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

/** An empty store under the system's temporary folder (or `parent`). */
export function openEmbeddedStore(parent: string = tmpdir()): EmbeddedStore {
  const folder = mkdtempSync(join(parent, 'faultline-'))
  const data = join(folder, 'data')
  // The first is opened when something is asked, which may be after other work has begun: it takes a tenth of a second.
  const connections: Connection[] = []
  const idle: Connection[] = []
  /** What changes tables goes before what only reads: some of those who are yet to ask wait for it. */
  const changing: ((connection: Connection) => void)[] = []
  const reading: ((connection: Connection) => void)[] = []
  let sized: Settings = {}
  let sizedReading: Settings = {}
  let width = mostConnections

  async function connected<Result>(
    queue: ((connection: Connection) => void)[],
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result> {
    const connection = await free(queue)
    try {
      return await work(connection)
    } finally {
      const next = changing.shift() ?? reading.shift()
      if (next) next(connection)
      else idle.push(connection)
    }
  }

  function free(queue: ((connection: Connection) => void)[]): Connection | Promise<Connection> {
    const busy = connections.length - idle.length
    if (busy >= width) return new Promise((resolve) => queue.push(resolve))
    const connection = idle.pop()
    if (connection) return connection
    const opened = openConnection(data)
    connections.push(opened)
    return opened
  }

  const all = (settings?: Settings): Settings => ({ ...standing, ...sized, ...settings })
  const reads = (settings?: Settings): Settings => ({ ...standing, ...sizedReading, ...settings })
  return {
    parallel: true,
    folder,
    expect({ spans, commands }) {
      const small = spans + commands < smallEvidence
      sized = small ? smallSettings : largeSettings
      sizedReading = small ? smallReading : {}
      width = small ? mostConnections : commands < smallEvidence ? mostLarge : 1
      return small
    },
    query: <Row>(sql: string, params?: Record<string, unknown>, settings?: Settings) =>
      connected(reading, (connection) => connection.rows<Row>(sql, params, reads(settings))),
    command: (sql, params, settings) => connected(changing, (connection) => connection.run(sql, params, all(settings))),
    async insert(table, rows) {
      if (rows.length === 0) return
      const written = await connected(changing, (connection) => connection.insert(table, rows, all()))
      if (written !== rows.length) throw new Error(`${table} took ${written} of ${rows.length} rows`)
    },
    async engine() {
      const rows = await this.query<{ version: string }>('SELECT version() AS version')
      return `chdb (ClickHouse ${rows[0]?.version ?? 'of unknown version'})`
    },
    async close() {
      for (const connection of connections) connection.close()
      await drainPending()
      await rm(folder, { recursive: true, force: true })
    },
    abandon() {
      removeUnderWriters(folder)
    },
  }
}

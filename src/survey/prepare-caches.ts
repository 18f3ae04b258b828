/**
 * Fills `accesses` from spans and captures: what touched which key, its pattern, and whether a read found it.
 * Keys of a capture and keys of traces are judged by different SQL, because a capture shows every command and a trace shows why.
 */
import { readFileSync } from 'node:fs'
import { tableDefinition, type Table } from '../store/schema.js'
import type { Settings, Store } from '../store/store.js'
import { learnPatterns, type KeyTemplate } from './learn-patterns.js'

/** Templates beyond these have the first word of their keys as their pattern. */
const mostTemplates = 20_000
/** Commands of a capture replayed at a time. */
const commandsPerStep = 1_000_000
const bucketCount = 64
/** Both processors write, each half as many rows at a time. */
const sharedWriting: Settings = { max_insert_threads: 2, min_insert_block_size_rows: 524_288 }

export type Step = Record<'first' | 'last', number>

function sql(name: string): string {
  return readFileSync(new URL(`./prepare/${name}.sql`, import.meta.url), 'utf8')
}

/** `INSERT` that goes by the names of columns, whatever their order in the SELECT. */
export function fill(table: Table, select: string): string {
  const columns = [...tableDefinition(table).matchAll(/^ {4}(\w+) .*COMMENT/gm)].map((match) => match[1]).join(', ')
  return `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM (${select})`
}

/** Ranges of buckets that hold about `perStep` rows each. */
export function bucketSteps(rows: number, perStep: number): Step[] {
  const steps = Math.min(bucketCount, Math.max(1, Math.ceil(rows / perStep)))
  return Array.from({ length: steps }, (_, index) => ({
    first: Math.floor((index * bucketCount) / steps),
    last: Math.floor(((index + 1) * bucketCount) / steps) - 1,
  }))
}

/**
 * Fills `touches`, for which it needs `normalised` and `spans`, and returns how `accesses` is filled of it; `steps` are those of the traces.
 * Does nothing where no evidence speaks of a cache.
 */
export async function touchCaches(store: Store, steps: readonly Step[]): Promise<() => Promise<void>> {
  const [seen] = await store.query<{ spans: number; commands: number }>(
    "SELECT countIf(System IN ('redis', 'valkey', 'memcached') OR CacheFailed = 1) AS spans, (SELECT count() FROM cache_commands) AS commands FROM normalised",
  )
  const { spans = 0, commands = 0 } = seen ?? {}
  const places = { captured: [] as string[], stores: [] as string[] }
  if (spans + commands === 0) return () => Promise.resolve()
  // Of spans first: the sample of their keys is what a capture is matched with.
  if (spans > 0)
    for (const step of steps) await store.command(fill('touches', sql('touches')), { ...step, ...places, captures: 0 })
  if (commands > 0) {
    if (spans > 0) await matchCaptures(store, places)
    const captured = { first: bucketCount, last: bucketCount, ...places, captures: 1 }
    await store.command(fill('touches', sql('touches')), captured, sharedWriting)
  }
  return async () => {
    const templates = await store.query<KeyTemplate>(sql('key-templates'), { most: mostTemplates })
    const patterns = [...learnPatterns(templates)].map(([Template, Pattern]) => ({ Template, Pattern }))
    await store.insert('key_patterns', patterns)
    const captured = { captured: places.stores }
    if (spans > 0)
      for (const step of steps)
        await store.command(fill('accesses', sql('accesses-of-traces')), { ...step, ...captured })
    if (commands > 0)
      for (const step of bucketSteps(commands, commandsPerStep))
        await store.command(fill('accesses', sql('accesses-of-captures')), step)
    await store.command('TRUNCATE TABLE touches')
  }
}

/** A store is one captured database, and a captured database is one store: the best match takes both. */
async function matchCaptures(store: Store, { captured, stores }: { captured: string[]; stores: string[] }) {
  for (const match of await store.query<{ store: string; captured: string }>(sql('captured-stores'))) {
    if (captured.includes(match.captured) || stores.includes(match.store)) continue
    captured.push(match.captured)
    stores.push(match.store)
  }
}

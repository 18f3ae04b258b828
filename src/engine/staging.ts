/**
 * The tables that one import after another passes through: rows wait in `incoming` until the whole query has gone through.
 * What is easily got wrong: `flagged` holds nothing. It is where a query writes to, and two views take from it: spans go to `incoming`,
 * and how many had which flaw goes to `incoming_flaws`, so that evidence is parsed once, flawed or not.
 */
import type { EvidenceTable, FlaggedRows } from '../model/importer.js'
import { createTables, embeddedDefinition } from '../store/schema.js'
import type { Settings, Store } from '../store/store.js'

const statements = (): string[] => {
  const flagged = embeddedDefinition('otel_traces')
    .replace('otel_traces', 'flagged')
    .replace(/\)\s*ENGINE = MergeTree[^]*$/, ', File UInt32, Flaws UInt32, LeftOut UInt8) ENGINE = Null')
  return [
    'CREATE TABLE IF NOT EXISTS incoming AS otel_traces',
    flagged,
    'CREATE TABLE IF NOT EXISTS incoming_flaws (File UInt32, Flaws UInt32, Spans UInt64) ENGINE = Memory',
    'CREATE MATERIALIZED VIEW IF NOT EXISTS flagged_spans TO incoming AS SELECT * EXCEPT (File, Flaws, LeftOut) FROM flagged WHERE NOT LeftOut',
    'CREATE MATERIALIZED VIEW IF NOT EXISTS flagged_flaws TO incoming_flaws AS SELECT File, Flaws, count() AS Spans FROM flagged GROUP BY File, Flaws',
  ]
}

/** Without it, views keep the whole query to one thread. Both have rows of their own, so the order in which they are written is nobody's. */
const onAllThreads: Settings = { parallel_view_processing: 1 }

const ready = new WeakMap<Store, Promise<void>>()

async function create(store: Store): Promise<void> {
  await createTables(store, ['otel_traces'])
  for (const statement of statements()) await store.command(statement)
}

/** Makes the tables that spans pass through and come to, unless they are there. */
export function beginStaging(store: Store): Promise<void> {
  const created = ready.get(store) ?? create(store)
  ready.set(store, created)
  return created
}

const listeners = new WeakMap<Store, () => void>()

/** Resolves once the engine has been given spans to read, so that this thread has time for other things. */
export function engineReads(store: Store): Promise<void> {
  return new Promise((resolve) => listeners.set(store, resolve))
}

/** Inserts the rows of a SELECT that are not to be left out, or none and throws the engine's error. */
export async function insertStaged(
  store: Store,
  select: string,
  params?: Record<string, unknown>,
  settings?: Settings,
): Promise<FlaggedRows[]> {
  await beginStaging(store)
  let whole = false
  try {
    const inserted = store.command(`INSERT INTO flagged ${select}`, params, { ...settings, ...onAllThreads })
    listeners.get(store)?.()
    await inserted
    const counted = await store.query<FlaggedRows>(
      'SELECT File AS file, Flaws AS flaws, sum(Spans) AS rows FROM incoming_flaws GROUP BY file, flaws ORDER BY file, flaws',
    )
    if (counted.length > 0) await store.command('ALTER TABLE incoming MOVE PARTITION tuple() TO TABLE otel_traces')
    whole = true
    return counted
  } finally {
    await store.command('TRUNCATE TABLE incoming_flaws')
    if (!whole) await store.command('TRUNCATE TABLE incoming')
  }
}

/**
 * Inserts the rows of a SELECT into a table of evidence by the names of their columns, all or none, and returns how many there were.
 * Rows wait in a table of their own, because an engine that fails midway keeps the blocks that it has written.
 */
export async function insertWhole(
  store: Store,
  table: EvidenceTable,
  select: string,
  params?: Record<string, unknown>,
  settings?: Settings,
): Promise<number> {
  const waiting = `incoming_${table}`
  await createTables(store, [table])
  await store.command(`CREATE TABLE IF NOT EXISTS ${waiting} AS ${table}`)
  const columns = await store.query<{ name: string }>(`DESCRIBE (${select})`, params, settings)
  const names = columns.map(({ name }) => `\`${name.replaceAll(/[`\\]/g, '\\$&')}\``).join(', ')
  try {
    await store.command(`INSERT INTO ${waiting} (${names}) ${select}`, params, settings)
    const counted = await store.query<{ rows: number }>(`SELECT count() AS rows FROM ${waiting}`)
    const rows = counted[0]?.rows ?? 0
    if (rows > 0) await store.command(`ALTER TABLE ${waiting} MOVE PARTITION tuple() TO TABLE ${table}`)
    return rows
  } finally {
    await store.command(`DROP TABLE ${waiting}`)
  }
}

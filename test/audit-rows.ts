/**
 * Audits hand-made rows of `otel_traces` in one embedded store that is emptied between uses:
 * a process holds one data directory, and opening it costs most of a second.
 */
import type { Charter } from '../src/model/charter.js'
import { auditStore, type Judgement } from '../src/engine/audit-store.js'
import { openEmbeddedStore, type EmbeddedStore } from '../src/store/embedded.js'
import { createTables, tables } from '../src/store/schema.js'
import { prepare } from '../src/survey/prepare.js'
import type { EvidenceRows } from './planted/planted.js'

let store: EmbeddedStore | undefined

/** The store of this test process, opened and emptied; close it with `closeStore` in `afterAll`. */
export async function emptyStore(): Promise<EmbeddedStore> {
  if (!store) {
    store = openEmbeddedStore()
    // As an audit of evidence of this size has it; tests of parity go the way of large evidence.
    store.expect({ spans: 0, commands: 0 })
    await createTables(store, tables, { inMemory: true })
    return store
  }
  for (const table of tables) if (table !== 'exchanges') await store.command(`TRUNCATE TABLE ${table}`)
  return store
}

/** The store as the last call left it. */
export function currentStore(): EmbeddedStore {
  if (!store) throw new Error('no store is open')
  return store
}

export async function closeStore(): Promise<void> {
  await store?.close()
  store = undefined
}

function parsed(rows: string): object[] {
  return rows
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as object)
}

/** Base tables filled from rows as JSON lines, such as `toRows(sketch.spans)` gives. */
export async function surveyedStore(rows: string, evidence: EvidenceRows = {}): Promise<EmbeddedStore> {
  const emptied = await emptyStore()
  await emptied.insert('otel_traces', parsed(rows))
  for (const [table, others] of Object.entries(evidence)) await emptied.insert(table, others)
  await prepare(emptied)
  return emptied
}

export async function auditRows(rows: string, charter?: Charter, evidence?: EvidenceRows): Promise<Judgement> {
  return auditStore(await surveyedStore(rows, evidence), { charter })
}

/**
 * Inserts rows of a SELECT that repairs silently, and counts what it repaired.
 * What is easily got wrong: counting needs a second pass over the evidence, so the first insert runs under a guard that fails on the
 * first flaw; clean evidence, the usual case, is read once.
 */
import type { Sink } from '../../model/importer.js'

export interface GuardedSelect {
  /** Columns of otel_traces, without WHERE. */
  columns: string
  /** Subquery that yields `columns` and a UInt8 column for each flaw. */
  from: string
  params: Record<string, unknown>
  settings: Record<string, string | number>
  /** Column of a flaw and the loss that it is counted as. `without_ids` is one of them: such rows are left out. */
  flaws: Record<string, string>
}

const guard = 'faultline: spans to repair'

/** Rows inserted and rows left out; losses are counted once the rows are in. */
export async function guardedInsert(select: GuardedSelect, sink: Sink): Promise<{ inserted: number; leftOut: number }> {
  const { columns, from, params, settings } = select
  const flaws = Object.entries(select.flaws)
  const any = flaws.map(([column]) => column).join(' OR ')
  try {
    const inserted = await sink.insertSelect(`SELECT ${columns} FROM (${from}) WHERE throwIf(${any}, '${guard}') = 0`, params, settings)
    return { inserted, leftOut: 0 }
  } catch (error) {
    if (!String(error).includes(guard)) throw error
  }
  const counts = flaws.map(([column]) => `countIf(${column}${column === 'without_ids' ? '' : ' AND NOT without_ids'}) AS lost_${column}`)
  const [counted] = await sink.query<Record<string, string>>(
    `SELECT ${counts.join(', ')} FROM (${from})`,
    params,
    settings,
  )
  const inserted = await sink.insertSelect(`SELECT ${columns} FROM (${from}) WHERE NOT without_ids`, params, settings)
  for (const [column, loss] of flaws) {
    const count = Number(counted?.[`lost_${column}`] ?? 0)
    if (count > 0) sink.lose(loss, count)
  }
  return { inserted, leftOut: Number(counted?.['lost_without_ids'] ?? 0) }
}

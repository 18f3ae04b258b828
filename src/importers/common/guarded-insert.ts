/**
 * Inserts rows of a SELECT that repairs silently, and counts what it repaired.
 * What is easily got wrong: counting needs a second pass over the evidence, so the first insert runs under a guard that fails on the
 * first flaw; clean evidence, the usual case, is read once.
 */
import type { Sink } from '../../model/importer.js'

export interface GuardedSelect {
  /** Columns of otel_traces, without WHERE. */
  columns: string
  /** Subquery that yields what `columns` needs and a UInt8 column for each flaw. */
  from: string
  params: Record<string, unknown>
  settings: Record<string, string | number>
  /** Column of a flaw and the loss that it is counted as. */
  flaws: Record<string, string>
  /** The flaws whose rows are left out (default `without_ids`); a row left out counts for no other flaw. */
  leaveOut?: readonly string[]
}

const guard = 'faultline: spans to repair'

/** Rows inserted and rows left out; losses are counted once the rows are in. */
export async function guardedInsert(select: GuardedSelect, sink: Sink): Promise<{ inserted: number; leftOut: number }> {
  const { columns, from, params, settings, leaveOut = ['without_ids'] } = select
  const flaws = Object.entries(select.flaws)
  const any = flaws.map(([column]) => column).join(' OR ')
  const insert = (where: string): Promise<number> =>
    sink.insertSelect(`SELECT ${columns} FROM (${from}) WHERE ${where}`, params, settings)
  try {
    return { inserted: await insert(`throwIf(${any}, '${guard}') = 0`), leftOut: 0 }
  } catch (error) {
    if (!String(error).includes(guard)) throw error
  }
  const counts = flaws.map(([column], index) => {
    const at = leaveOut.indexOf(column)
    const others = at < 0 ? leaveOut : leaveOut.slice(0, at)
    return `countIf(${[column, ...others.map((other) => `NOT ${other}`)].join(' AND ')}) AS lost_${index}`
  })
  const [counted] = await sink.query<Record<string, string>>(
    `SELECT ${counts.join(', ')} FROM (${from})`,
    params,
    settings,
  )
  const inserted = await insert(`NOT (${leaveOut.join(' OR ')})`)
  let leftOut = 0
  for (const [index, [column, loss]] of flaws.entries()) {
    const count = Number(counted?.[`lost_${index}`] ?? 0)
    if (count > 0) sink.lose(loss, count)
    if (leaveOut.includes(column)) leftOut += count
  }
  return { inserted, leftOut }
}

/**
 * Inserts rows of a SELECT that repairs silently, and counts what it repaired.
 * What is easily got wrong: evidence is read once, so flaws travel with the rows, as bits; a row that is left out counts for one flaw only.
 */
import type { Sink } from '../../model/importer.js'

export interface FlaggedSelect {
  /** Columns of otel_traces, without WHERE. */
  columns: string
  /** Subquery that yields what `columns` needs and a UInt8 column for each flaw. */
  from: string
  params: Record<string, unknown>
  settings: Record<string, string | number>
  /** Column of a flaw and the loss that it is counted as. */
  flaws: Record<string, string>
  /** The flaws whose rows are left out (default `without_ids`); a row left out counts for the first of them alone. */
  leaveOut?: readonly string[]
  /** SQL of the number of the file that a row is of, where `from` holds several. */
  file?: string
}

/** Rows inserted and rows left out; losses are counted once the rows are in. File n of the SELECT counts for the nth sink. */
export async function flaggedInsert(
  select: FlaggedSelect,
  ...sinks: [Sink, ...Sink[]]
): Promise<{ inserted: number; leftOut: number }> {
  const { columns, from, params, settings, leaveOut = ['without_ids'], file = '0' } = select
  const flaws = Object.entries(select.flaws)
  const bits = flaws.map(([column], index) => `${column} * ${2 ** index}`).join(' + ')
  const counted = await sinks[0].insertSelect(
    `SELECT ${columns}, toUInt32(${file}), toUInt32(${bits}), toUInt8(${leaveOut.join(' OR ')}) FROM (${from})`,
    params,
    settings,
  )
  const total = { inserted: 0, leftOut: 0 }
  for (const group of counted) {
    const sink = sinks[group.file]
    if (!sink) throw new Error(`rows of a file ${group.file} that was not given`)
    const has = (column: string): boolean => (group.flaws & (2 ** flaws.findIndex(([known]) => known === column))) !== 0
    const out = leaveOut.find(has)
    for (const [column, loss] of flaws)
      if (out === undefined ? has(column) : column === out) sink.lose(loss, group.rows)
    if (out === undefined) sink.gain(group.rows)
    total[out === undefined ? 'inserted' : 'leftOut'] += group.rows
  }
  return total
}

/**
 * Where importers put rows. One sink counts for one source.
 * What is easily got wrong: an insert may hold rows of many sources, so it counts for none; the importer says which rows are whose.
 */
import { join } from 'node:path'
import type { RowKind, Sink } from '../model/importer.js'
import { createTables } from '../store/schema.js'
import type { Store } from '../store/store.js'
import { insertStaged, insertWhole } from './staging.js'

export interface SinkTotals {
  spans: number
  /** Rows of every kind but spans. */
  others: Map<RowKind, number>
  losses: Map<string, number>
}

/** A sink for one source. `folder` is where spool files go. */
export function createSink(store: Store, folder: string, progress: Sink['progress']): Sink & { totals: SinkTotals } {
  const totals: SinkTotals = { spans: 0, others: new Map(), losses: new Map() }
  return {
    totals,
    insertSelect: (select, params, settings) => insertStaged(store, select, params, settings),
    insertInto: (table, select, params, settings) => insertWhole(store, table, select, params, settings),
    async insertRows(table, rows) {
      await createTables(store, [table])
      await store.insert(table, rows)
    },
    gain(rows, of = 'spans') {
      if (of === 'spans') totals.spans += rows
      else if (rows > 0) totals.others.set(of, (totals.others.get(of) ?? 0) + rows)
      progress({ rows: totals.spans + [...totals.others.values()].reduce((sum, each) => sum + each, 0) })
    },
    query: (select, params, settings) => store.query(select, params, settings),
    spoolPath: (extension) => join(folder, `spool-${(spooled++).toString()}.${extension}`),
    lose(id, count) {
      if (count > 0) totals.losses.set(id, (totals.losses.get(id) ?? 0) + count)
    },
    progress,
  }
}

let spooled = 0

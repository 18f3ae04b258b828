/**
 * Where importers put rows. One sink counts for one source.
 * What is easily got wrong: an insert may hold rows of many sources, so it counts for none; the importer says which rows are whose.
 */
import { join } from 'node:path'
import type { Sink } from '../model/importer.js'
import type { Store } from '../store/store.js'
import { insertStaged } from './staging.js'

export interface SinkTotals {
  spans: number
  losses: Map<string, number>
}

/** A sink for one source. `folder` is where spool files go. */
export function createSink(store: Store, folder: string, progress: Sink['progress']): Sink & { totals: SinkTotals } {
  const totals: SinkTotals = { spans: 0, losses: new Map() }
  return {
    totals,
    insertSelect: (select, params, settings) => insertStaged(store, select, params, settings),
    gain(rows) {
      totals.spans += rows
      progress({ rows: totals.spans })
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

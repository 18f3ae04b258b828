/** Where importers put rows: staged first, moved into `otel_traces` only when the whole query went through. */
import { join } from 'node:path'
import type { Sink } from '../model/importer.js'
import type { Settings, Store } from '../store/store.js'
import { tableDefinition } from '../store/schema.js'

export interface SinkTotals {
  spans: number
  losses: Map<string, number>
}

/** A sink for one source. `folder` is where spool files go. */
export function createSink(store: Store, folder: string, progress: Sink['progress']): Sink & { totals: SinkTotals } {
  const totals: SinkTotals = { spans: 0, losses: new Map() }
  return {
    totals,
    async insertSelect(select: string, params?: Record<string, unknown>, settings?: Settings) {
      await store.command('DROP TABLE IF EXISTS incoming')
      await store.command(tableDefinition('otel_traces').replace('otel_traces', 'incoming'))
      try {
        await store.command(`INSERT INTO incoming ${select}`, params, settings)
        const rows = await store.query<{ n: number }>('SELECT count() AS n FROM incoming')
        await store.command('ALTER TABLE incoming MOVE PARTITION tuple() TO TABLE otel_traces')
        const inserted = rows[0]?.n ?? 0
        totals.spans += inserted
        progress({ rows: totals.spans })
        return inserted
      } finally {
        await store.command('DROP TABLE IF EXISTS incoming')
      }
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

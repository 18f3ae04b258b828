/**
 * The sink of a run over the embedded engine, for importer tests.
 * One engine lives in a process, so a test file opens one store and calls `clear` between cases; 64-bit integers come as text.
 */
import { createSink, type SinkTotals } from '../../src/engine/sink.js'
import type { Sink } from '../../src/model/importer.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { createTables } from '../../src/store/schema.js'

export interface TestStore {
  sink: Sink
  losses: Record<string, number>
  rows<Row = Record<string, unknown>>(select: string): Promise<Row[]>
  count(): Promise<number>
  clear(): Promise<void>
  close(): Promise<void>
  folder: string
  /** A sink of its own, with what it counted, for one of several files. */
  another(): Sink & { totals: SinkTotals }
}

export async function openTestStore(): Promise<TestStore> {
  const store = openEmbeddedStore()
  await createTables(store, ['otel_traces'])
  const losses: Record<string, number> = {}
  const another = () => createSink(store, store.folder, () => {})
  const sink: Sink = {
    ...another(),
    lose(id, lost) {
      losses[id] = (losses[id] ?? 0) + lost
    },
  }
  const rows = <Row>(select: string): Promise<Row[]> =>
    store.query<Row>(select, {}, { output_format_json_quote_64bit_integers: 1 })
  return {
    sink,
    losses,
    folder: store.folder,
    another,
    rows,
    count: async () => Number((await rows<{ rows: string }>('SELECT count() AS rows FROM otel_traces'))[0]?.rows ?? 0),
    async clear() {
      for (const table of ['otel_traces', 'cache_commands', 'broker_queues', 'broker_bindings', 'contracts'])
        await store.command(`TRUNCATE TABLE IF EXISTS ${table}`)
      for (const id of Object.keys(losses)) delete losses[id]
    },
    close: () => store.close(),
  }
}

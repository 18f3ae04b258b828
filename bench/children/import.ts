/**
 * Imports one file into an empty embedded store, as an audit does, and nothing after it.
 * Arguments: path. Prints `{ms, spans, importer}`; the start of the engine is not in `ms`.
 */
import { createSink } from '../../src/engine/sink.js'
import { importEvidence } from '../../src/importers/index.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { createTables } from '../../src/store/schema.js'

const path = process.argv[2] ?? ''
const store = openEmbeddedStore()
try {
  await createTables(store)
  const sink = createSink(store, store.folder, () => {})
  const start = performance.now()
  const [imported] = await importEvidence([path], () => sink)
  const ms = performance.now() - start
  const rows = await store.query<{ spans: number }>('SELECT count() AS spans FROM otel_traces')
  process.stdout.write(JSON.stringify({ ms, spans: rows[0]?.spans ?? 0, importer: imported?.importer ?? 'none' }))
} finally {
  await store.close()
}

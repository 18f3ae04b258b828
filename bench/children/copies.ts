/**
 * Makes a folder of Parquet files in the `otel_traces` columns out of one file of evidence: copy after copy, each with
 * trace ids of its own and later in time. Nothing else about the system changes, so the tail of trace sizes is kept.
 * Arguments: evidence, folder, copies.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createSink } from '../../src/engine/sink.js'
import { importEvidence } from '../../src/importers/index.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { createTables } from '../../src/store/schema.js'

const [path = '', folder = '', count = '10'] = process.argv.slice(2)

/** Another trace id for each copy; the links of a copy stay within it. */
const traceIdOf = (id: string) => `lower(hex(sipHash128(${id}, {copy:UInt32})))`

const select = `SELECT Timestamp + toIntervalHour(6 * {copy:UInt32}) AS Timestamp, ${traceIdOf('TraceId')} AS TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind,
  ServiceName, ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage,
  Events.Timestamp, Events.Name, Events.Attributes, arrayMap(id -> ${traceIdOf('id')}, Links.TraceId) AS \`Links.TraceId\`, Links.SpanId, Links.TraceState, Links.Attributes
  FROM otel_traces`

if (!existsSync(folder)) {
  const store = openEmbeddedStore()
  const part = `${folder}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  try {
    await createTables(store)
    await importEvidence([path], () => createSink(store, store.folder, () => {}))
    for (let copy = 0; copy < Number(count); copy++) {
      const file = join(part, `traces-${String(copy).padStart(3, '0')}.parquet`)
      const settings = { output_format_parquet_row_group_size: 100_000 }
      await store.command(`INSERT INTO FUNCTION file({file:String}, 'Parquet') ${select}`, { file, copy }, settings)
    }
  } finally {
    await store.close()
  }
  renameSync(part, folder)
}

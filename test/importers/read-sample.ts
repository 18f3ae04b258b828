/** Reads sample files through the front door of the importers, so that sniffing, opening and reading are tested together. */
import { importFile, type ImportedEvidence } from '../../src/importers/index.js'
import { openSource, type EvidenceFile } from '../../src/importers/sources.js'
import { fileURLToPath } from 'node:url'
import type { TestStore } from './test-sink.js'

export const samples = fileURLToPath(new URL('../../samples/', import.meta.url))

export const fileOf = (path: string, named = true): EvidenceFile => ({ name: path, path, named })

/** Empties the store, reads one file into it, and says what became of it. */
export async function readInto(store: TestStore, path: string): Promise<ImportedEvidence> {
  await store.clear()
  return importFile(fileOf(path), store.sink)
}

/** All rows in a fixed order, without what a format may write differently. */
export async function spanRows(store: TestStore): Promise<Record<string, unknown>[]> {
  const rows = await store.rows<Record<string, unknown>>('SELECT * FROM otel_traces ORDER BY TraceId, SpanId')
  return rows
}

/** Opens a file as the importers would. */
export const open = (path: string, store: TestStore, named = true): ReturnType<typeof openSource> =>
  openSource(fileOf(path, named), (extension) => store.sink.spoolPath(extension))

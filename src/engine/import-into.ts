/**
 * Loads evidence into a table of spans on a ClickHouse server: read by the importers into the embedded engine, sent in pieces from there.
 * What is easily got wrong: a piece must be the same, row for row, whenever the same file is sent, for the server knows it by a name
 * (the hash of the file and the number of the piece) and takes each name once. So pieces follow from the file alone, never from the run.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expectedColumns } from '../importers/common/otel-traces-columns.js'
import { importEvidence } from '../importers/index.js'
import { expandEvidence, type EvidenceFile } from '../importers/sources.js'
import { otelExporter } from '../importers/tables/otel-exporter.js'
import { UnreadableEvidence } from '../model/importer.js'
import { parseClickHouseAddress } from '../store/clickhouse/address.js'
import { codeOf } from '../store/clickhouse/failures.js'
import { openClickHouseStore, type ClickHouseStore, type SourceColumn } from '../store/cluster.js'
import { openEmbeddedStore, type EmbeddedStore } from '../store/embedded.js'
import { createTables } from '../store/schema.js'
import { silent, type Progress } from './progress.js'
import { toolVersion } from './report-parts.js'
import { createSink } from './sink.js'

/** Spans of a piece: some 30 MB on the way, one block on the server. */
const spansPerPiece = 50_000

export interface ImportOptions {
  evidence: readonly string[]
  address: string
  password: string
  /** Creates the table where there is none. */
  createTable: boolean
  progress?: Progress
  beforeStop?: (clean: () => Promise<void>) => () => void
}

export interface ImportedFile {
  source: string
  spans: number
  pieces: number
  losses: Map<string, number>
}

/** Throws `UnreadableEvidence` for evidence and for a server that refuses; asked again, it goes on where it stopped. */
export async function importInto(options: ImportOptions): Promise<ImportedFile[]> {
  const address = parseClickHouseAddress(options.address)
  const files = await expandEvidence(options.evidence)
  const remote = openClickHouseStore({ address, password: options.password, version: toolVersion() })
  const embedded = openEmbeddedStore()
  const abandon = () => embedded.abandon()
  process.once('exit', abandon)
  const done = options.beforeStop?.(() => remote.stop())
  try {
    const columns = await targetColumns(remote, options.createTable)
    await createTables(embedded, ['otel_traces'])
    const imported: ImportedFile[] = []
    for (const file of files)
      imported.push(await importOne(file, { remote, embedded, columns, progress: options.progress ?? silent }))
    return imported
  } finally {
    await embedded.close()
    await remote.close()
    process.off('exit', abandon)
    done?.()
  }
}

/** Columns that both sides have. A table that would take rows twice, or that has other columns, is refused. */
async function targetColumns(remote: ClickHouseStore, createTable: boolean): Promise<string[]> {
  const { address } = remote
  let found: SourceColumn[]
  try {
    found = await remote.columns()
  } catch (error) {
    if (codeOf(error) !== 60 && codeOf(error) !== 81) throw error
    if (!createTable)
      throw new UnreadableEvidence(
        address.shown,
        'does not have the table',
        'Create it as the Collector would, or add --create-table.',
      )
    await remote.createTable()
    found = await remote.columns()
  }
  const missing = otelExporter.required.filter((name) => !found.some((column) => column.name === name))
  const nested = found.find(({ type }) => /\bJSON\b|^Object/.test(type))
  if (missing.length > 0 || nested)
    throw new UnreadableEvidence(
      address.shown,
      missing.length > 0
        ? `has a table without ${missing.slice(0, 8).join(', ')}`
        : `keeps ${nested?.name ?? ''} as JSON`,
      'Evidence is imported into tables of the OpenTelemetry exporter with attributes in maps; --create-table makes one.',
    )
  if (!(await remote.remembersInserts()))
    throw new UnreadableEvidence(
      address.shown,
      'has a table that would take the same rows twice',
      `ALTER TABLE ${remote.table} MODIFY SETTING non_replicated_deduplication_window = 10000`,
    )
  return expectedColumns.map(({ name }) => name).filter((name) => found.some((column) => column.name === name))
}

interface Sides {
  remote: ClickHouseStore
  embedded: EmbeddedStore
  columns: readonly string[]
  progress: Progress
}

async function importOne(file: EvidenceFile, { remote, embedded, columns, progress }: Sides): Promise<ImportedFile> {
  const start = performance.now()
  await embedded.command('TRUNCATE TABLE otel_traces')
  const losses = new Map<string, number>()
  progress.emit({ kind: 'source-start', source: file.name, totalBytes: 0 })
  const name = file.path === '-' ? undefined : await hashOf(file.path)
  await importEvidence([file.path], () => ({
    ...createSink(embedded, embedded.folder, ({ rows = 0, bytes = 0 }) =>
      progress.emit({ kind: 'source-progress', source: file.name, rows, bytes, totalBytes: 0 }),
    ),
    lose: (id, count) => void losses.set(id, (losses.get(id) ?? 0) + count),
  }))
  const [counted] = await embedded.query<{ n: number; sum: string }>(
    'SELECT count() AS n, toString(groupBitXor(cityHash64(TraceId, SpanId, Timestamp))) AS sum FROM otel_traces',
  )
  const spans = counted?.n ?? 0
  const pieces = Math.ceil(spans / spansPerPiece)
  // Standard input has no file to hash; its spans stand for it.
  const identity = name ?? `spans-${counted?.sum ?? ''}`
  const list = columns.map((column) => `\`${column}\``).join(', ')
  for (let piece = 0; piece < pieces; piece++) {
    const path = join(embedded.folder, `piece-${piece.toString()}.native`)
    await embedded.command(
      `INSERT INTO FUNCTION file('${path}', 'Native') SELECT ${list} FROM otel_traces
      WHERE cityHash64('piece', TraceId, SpanId) % ${pieces.toString()} = ${piece.toString()} ORDER BY TraceId, SpanId, Timestamp`,
    )
    await remote.send(list, createReadStream(path), {
      insert_deduplicate: 1,
      insert_deduplication_token: `faultline-${identity}-${piece.toString()}-of-${pieces.toString()}`,
    })
    await rm(path, { force: true })
    progress.emit({
      kind: 'source-progress',
      source: file.name,
      rows: Math.round((spans * (piece + 1)) / pieces),
      bytes: 0,
      totalBytes: 0,
    })
  }
  progress.emit({ kind: 'source-done', source: file.name, rows: spans, durationMs: performance.now() - start })
  return { source: file.name, spans, pieces, losses }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part as Buffer)
  return hash.digest('hex').slice(0, 32)
}

/** The whole street, once: evidence in, report out. What is volatile goes into `report.run` and nowhere else. */
import { readFileSync, statSync } from 'node:fs'
import { importEvidence, type ImportedEvidence } from '../importers/index.js'
import { lossOf } from '../importers/losses.js'
import type { Charter } from '../model/charter.js'
import { rowKinds, type LiveOptions, type Sink } from '../model/importer.js'
import type { EvidenceReport, LossCount, Report } from '../model/report.js'
import { familyReports } from '../report/families.js'
import { openEmbeddedStore, type EmbeddedStore } from '../store/embedded.js'
import { createTables, smallEvidence, tables } from '../store/schema.js'
import { prepare, type PrepareResult } from '../survey/prepare.js'
import { auditStore } from './audit-store.js'
import type { LimitOverrides } from './limits.js'
import { silent, type Progress, type Stage } from './progress.js'
import { createSink, type SinkTotals } from './sink.js'

export interface RunOptions {
  /** Files, folders, globs or `-`. */
  evidence: readonly string[]
  /** Limits that differ from the defaults. */
  limits?: LimitOverrides
  /** What was declared: a charter as `loadCharter` gives it. */
  charter?: Charter
  /** ISO date that the charter's dates are compared with; the end of the evidence when left out. */
  asOf?: string
  /** The command line, for `report.run`; secrets already redacted. */
  arguments?: readonly string[]
  /** How running servers may be asked; one gentle look when left out. */
  live?: LiveOptions
  progress?: Progress
}

/**
 * Audits the evidence in a store of its own, which is removed at the end (and at process exit, whatever happens).
 * Throws `UnreadableEvidence` when something named cannot be read at all.
 */
export async function runAudit(options: RunOptions): Promise<Report> {
  const startedAt = new Date()
  const start = performance.now()
  const progress = options.progress ?? silent
  const store = openEmbeddedStore()
  const abandon = () => store.abandon()
  process.once('exit', abandon)
  try {
    await createTables(store, ['otel_traces'])
    const evidence = await staged('import', progress, () => readEvidence(store, options, progress))
    const spans = evidence.reduce((sum, each) => sum + each.rows.spans, 0)
    store.expect(spans)
    const prepared = await staged('normalise', progress, async () => {
      await createTables(store, tables, { inMemory: spans < smallEvidence })
      return prepare(store, options.charter?.hosts)
    })
    const losses = wholeLosses(prepared)
    if (losses.length > 0) evidence.push({ source: 'all evidence together', importer: '', rows: { spans: 0 }, losses })
    const judgement = await auditStore(store, {
      limits: options.limits,
      charter: options.charter,
      asOf: options.asOf,
      progress,
    })
    const engine = await store.engine()
    return {
      schemaVersion: 1,
      tool: { name: 'faultline', version: toolVersion() },
      run: {
        startedAt: startedAt.toISOString(),
        durationMs: Math.round(performance.now() - start),
        node: process.version,
        engine,
        arguments: [...(options.arguments ?? [])],
      },
      evidence,
      system: judgement.system,
      families: familyReports(judgement.audits),
      audits: judgement.audits,
      exhibits: judgement.exhibits,
      ...(judgement.charter && { charter: judgement.charter }),
    }
  } finally {
    await store.close()
    process.off('exit', abandon)
  }
}

/** The version of this package. */
export function toolVersion(): string {
  const parsed = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return parsed.version
}

async function staged<Result>(stage: Stage, progress: Progress, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now()
  progress.emit({ kind: 'stage-start', stage })
  const result = await work()
  progress.emit({ kind: 'stage-done', stage, durationMs: performance.now() - start })
  return result
}

async function readEvidence(
  store: EmbeddedStore,
  { evidence, live }: Pick<RunOptions, 'evidence' | 'live'>,
  progress: Progress,
): Promise<EvidenceReport[]> {
  const totals = new Map<string, SinkTotals>()
  let finish = () => {}
  const sinkFor = (source: string): Sink => {
    finish()
    const totalBytes = sizeOf(source)
    const start = performance.now()
    progress.emit({ kind: 'source-start', source, totalBytes })
    const sink = createSink(store, store.folder, ({ rows, bytes }) =>
      progress.emit({
        kind: 'source-progress',
        source,
        rows: rows ?? sink.totals.spans,
        bytes: bytes ?? 0,
        totalBytes,
      }),
    )
    totals.set(source, sink.totals)
    finish = () =>
      progress.emit({ kind: 'source-done', source, rows: sink.totals.spans, durationMs: performance.now() - start })
    return sink
  }
  const imported = await importEvidence(evidence, sinkFor, undefined, live)
  finish()
  return imported
    .filter((each) => each.passedOver !== 'not-evidence')
    .map((each) => evidenceReport(each, totals.get(each.name)))
}

function evidenceReport(imported: ImportedEvidence, totals: SinkTotals | undefined): EvidenceReport {
  return {
    source: imported.name,
    importer: imported.importer ?? '',
    rows: {
      spans: totals?.spans ?? 0,
      ...Object.fromEntries(
        rowKinds.flatMap((kind) => (totals?.others.has(kind) ? [[kind, totals.others.get(kind)]] : [])),
      ),
    },
    losses: lossCounts(totals?.losses ?? new Map()),
  }
}

/** Losses that only show when all evidence lies side by side. */
function wholeLosses(prepared: PrepareResult): LossCount[] {
  return lossCounts(
    new Map([
      ['duplicate-span', prepared.duplicates],
      ['conflicting-span', prepared.conflicts],
      ['unparsed-statement', prepared.unparsedStatements],
      ['truncated-statement', prepared.truncatedStatements],
    ]),
  )
}

function lossCounts(losses: ReadonlyMap<string, number>): LossCount[] {
  return [...losses]
    .filter(([, count]) => count > 0)
    .map(([id, count]) => ({ id, count, advice: lossOf(id).advice }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

function sizeOf(source: string): number {
  try {
    return source === '-' ? 0 : statSync(source).size
  } catch {
    return 0
  }
}

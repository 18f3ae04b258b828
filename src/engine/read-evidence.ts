/** Reads what the arguments stand for into a store, and says what became of each source. */
import { statSync } from 'node:fs'
import { importEvidence, type ImportedEvidence } from '../importers/index.js'
import { rowKinds, type LiveOptions, type Sink } from '../model/importer.js'
import type { EvidenceReport } from '../model/report.js'
import type { EmbeddedStore } from '../store/embedded.js'
import type { Progress } from './progress.js'
import { lossCounts } from './report-parts.js'
import { createSink, type SinkTotals } from './sink.js'

export async function readEvidence(
  store: EmbeddedStore,
  { evidence, live }: { evidence: readonly string[]; live?: LiveOptions | undefined },
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

function sizeOf(source: string): number {
  try {
    return source === '-' ? 0 : statSync(source).size
  } catch {
    return 0
  }
}

/** How many rows there are over all sources, of spans and of commands of caches. */
export function rowsOf(evidence: readonly EvidenceReport[]): { spans: number; commands: number } {
  return {
    spans: evidence.reduce((sum, { rows }) => sum + rows.spans, 0),
    commands: evidence.reduce((sum, { rows }) => sum + (rows.commands ?? 0), 0),
  }
}

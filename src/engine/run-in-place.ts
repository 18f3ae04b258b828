/**
 * An audit of spans where they lie: the same street, with a ClickHouse server as the store, and a view over the user's table in the place
 * of imported rows. What is easily got wrong: the table may grow while it is read, so counts of two queries need not agree.
 */
import { kindOf, selectionSql, sourceSelect, spanTables, type Selection } from '../importers/tables/index.js'
import { UnreadableEvidence } from '../model/importer.js'
import type { EvidenceReport, Report } from '../model/report.js'
import { parseClickHouseAddress } from '../store/clickhouse/address.js'
import { openClickHouseStore, type ClickHouseStore } from '../store/cluster.js'
import { prepare } from '../survey/prepare.js'
import { auditStore } from './audit-store.js'
import { nameOf } from './query-names.js'
import { silent } from './progress.js'
import { lossCounts, reportOf, staged, toolVersion, wholeLosses } from './report-parts.js'
import type { RunOptions } from './run.js'

export interface InPlaceOptions {
  /** `clickhouse://user@host:8123/otel?table=otel_traces`, without a password. */
  address: string
  password: string
  selection: Selection
  /** Database for derived tables, made and dropped by the run. */
  workDatabase?: string
  /** Registers what must be done before the process ends early; returns how to take it back. */
  beforeStop?: (clean: () => Promise<void>) => () => void
}

export async function auditInPlace(options: RunOptions, inPlace: InPlaceOptions): Promise<Report> {
  const startedAt = new Date()
  const start = performance.now()
  const progress = options.progress ?? silent
  if (options.evidence.length > 0)
    throw new UnreadableEvidence(
      options.evidence[0] ?? '',
      'cannot be audited together with a store',
      'Import it into the store first (faultline import), or leave --store out.',
    )
  const address = parseClickHouseAddress(inPlace.address)
  const store = openClickHouseStore({
    address,
    password: inPlace.password,
    version: toolVersion(),
    workDatabase: inPlace.workDatabase,
    nameOf,
    progress: (rows, bytes) => progress.emit({ kind: 'store-progress', rows, bytes }),
  })
  const done = inPlace.beforeStop?.(() => store.stop())
  try {
    const losses = await staged('import', progress, () => open(store, inPlace.selection))
    const prepared = await staged('normalise', progress, () =>
      prepare(store, options.charter?.hosts, { growing: true }),
    )
    const judgement = await auditStore(store, {
      limits: options.limits,
      charter: options.charter,
      asOf: options.asOf,
      sample: inPlace.selection.sample,
      progress,
    })
    const { selection } = inPlace
    const evidence: EvidenceReport[] = [
      {
        source: address.shown,
        importer: losses.kind,
        rows: { spans: prepared.spans + prepared.duplicates },
        losses: lossCounts(losses.counts),
        selection: {
          from: new Date(selection.fromMs).toISOString(),
          to: new Date(selection.toMs).toISOString(),
          services: [...selection.services],
          sample: selection.sample,
        },
      },
    ]
    const whole = wholeLosses(prepared)
    if (whole.length > 0)
      evidence.push({ source: 'all evidence together', importer: '', rows: { spans: 0 }, losses: whole })
    return reportOf(evidence, judgement, { startedAt, start, engine: await store.engine(), words: options.arguments })
  } catch (error) {
    // The first thing that went wrong is told, not what went wrong for that in cleaning up.
    await store.close().catch(() => undefined)
    throw refusalIn(error)
  } finally {
    await store.close()
    done?.()
  }
}

/** The server's refusal inside an error that only says which relation was asked for. */
function refusalIn(error: unknown): unknown {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if (inner instanceof UnreadableEvidence) return inner
  return error
}

/** Finds out what kind of table it is, and lays the view over it. */
async function open(
  store: ClickHouseStore,
  selection: Selection,
): Promise<{ kind: string; counts: Map<string, number> }> {
  const { address } = store
  const found = await store.columns()
  const kind = kindOf(spanTables, found, address.shown)
  const columns = kind.columns(found)
  await store.begin(sourceSelect(kind, found, store.table, selection))
  const missing = kind.optional.filter((name) => columns[name] === undefined).length
  const ids = [kind.traceId, kind.spanId].map((name) => `NOT match(toString(\`${name}\`), '[^0]')`)
  const [row] = await store.look<{ n: number }>(
    `SELECT count() AS n FROM ${store.table} WHERE ${selectionSql(kind, store.table, selection)} AND (${ids.join(' OR ')})`,
  )
  return {
    kind: kind.id,
    counts: new Map([
      ['missing-columns', missing],
      ['missing-ids', row?.n ?? 0],
    ]),
  }
}

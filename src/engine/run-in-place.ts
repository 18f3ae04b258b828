/**
 * An audit of spans where they lie: the same street, with a ClickHouse server as the store, and a view over the user's table in the place
 * of imported rows. What is easily got wrong: the table may grow while it is read, so counts of two queries need not agree.
 */
import type { Selection } from '../importers/tables/index.js'
import { UnreadableEvidence } from '../model/importer.js'
import type { EvidenceReport, Report } from '../model/report.js'
import { audits } from '../audits/index.js'
import { parseClickHouseAddress } from '../store/clickhouse/address.js'
import { openClickHouseStore, type ClickHouseStore } from '../store/cluster.js'
import { prepare } from '../survey/prepare.js'
import { goesOverAllDays } from './all-days.js'
import { auditStore } from './audit-store.js'
import { nameOf } from './query-names.js'
import { silent } from './progress.js'
import { lossCounts, reportOf, staged, toolVersion, wholeLosses } from './report-parts.js'
import type { RunOptions } from './run.js'
import { sourceOf } from './source.js'
import { readNewDays, type KeptDays } from './since-last.js'

export interface InPlaceOptions {
  /** `clickhouse://user@host:8123/otel?table=otel_traces`, without a password. */
  address: string
  password: string
  selection: Selection
  /** Database for derived tables, made and dropped by the run. */
  workDatabase?: string
  /** Keeps aggregates of days in this database, and reads only days that are not there yet. */
  stateDatabase?: string
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
    const { selection, stateDatabase } = inPlace
    const days: DaysRead | undefined =
      stateDatabase === undefined
        ? undefined
        : await staged('normalise', progress, () =>
            readDays(store, inPlace, stateDatabase, options.charter?.hosts ?? {}),
          )
    const losses = days?.opened ?? (await staged('import', progress, () => open(store, selection)))
    const prepared =
      days?.prepared ??
      (await staged('normalise', progress, () => prepare(store, options.charter?.hosts, { growing: true })))
    const judgement = await auditStore(store, {
      limits: options.limits,
      charter: options.charter,
      asOf: options.asOf,
      sample: selection.sample,
      allDays: days?.rows,
      progress,
    })
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
          ...(days && {
            days: {
              kept: days.kept.length,
              read: days.read,
              audits: audits.filter(goesOverAllDays).map(({ id }) => id),
            },
          }),
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

interface Opened {
  kind: string
  counts: Map<string, number>
}

interface DaysRead extends KeptDays {
  opened: Opened
}

/** Reads the days that are not kept yet. What was lost is told of the last day. */
async function readDays(
  store: ClickHouseStore,
  { selection }: InPlaceOptions,
  database: string,
  hostAliases: Readonly<Record<string, string>>,
): Promise<DaysRead> {
  let opened: Opened | undefined
  const { services, sample } = selection
  const days = await readNewDays(store, {
    database,
    source: JSON.stringify([store.address.url, store.table, [...services].sort(), sample, hostAliases]),
    fromMs: selection.fromMs,
    toMs: selection.toMs,
    hostAliases,
    begin: async (fromMs, toMs) => {
      opened = await open(store, { ...selection, fromMs, toMs })
    },
  })
  if (!opened) throw new Error('no day was read')
  return { ...days, opened }
}

/** Finds out what kind of table it is, and lays the view over it. */
async function open(store: ClickHouseStore, selection: Selection): Promise<Opened> {
  const { kind, found, select, onShard, from, where } = await sourceOf(store, selection)
  const columns = kind.columns(found)
  await store.begin(select, onShard)
  const missing = kind.optional.filter((name) => columns[name] === undefined).length
  const ids = [kind.traceId, kind.spanId].map((name) => `NOT match(toString(\`${name}\`), '[^0]')`)
  const [row] = await store.look<{ n: number }>(
    `SELECT count() AS n FROM ${from} WHERE ${where} AND (${ids.join(' OR ')})`,
  )
  return {
    kind: kind.id,
    counts: new Map([
      ['missing-columns', missing],
      ['missing-ids', row?.n ?? 0],
    ]),
  }
}

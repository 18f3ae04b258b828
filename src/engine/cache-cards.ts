/**
 * Cards of caches: what audits judge one by one, told together for each pattern of keys. The figures are those that the audits saw.
 * What is easily got wrong: a figure that nobody saw is left out, never zero.
 */
import { allowedStalenessMs } from '../audits/caching/allowed-staleness.js'
import { cached, perSecond } from '../audits/caching/cache-use.js'
import { coldLoad, refillMs } from '../audits/caching/cold-load.js'
import { gainPerRead } from '../audits/caching/cache-costs-more.js'
import { copyLivesMs } from '../audits/caching/missing-invalidation.js'
import { replayedStream } from '../audits/caching/replayed-stream.js'
import type { CacheCard } from '../model/cache-card.js'
import type { RequirementRow } from '../model/charter.js'
import { enoughSize, kneeOf, missRatioCurve, pointsOf, requestsOf } from '../simulate/index.js'
import type { SurveyRows } from '../survey/rows.js'

type CardRows = Pick<SurveyRows, 'cachePatterns' | 'cacheInvalidations' | 'cacheStreams' | 'storeLoad'>
type Pattern = CardRows['cachePatterns'][number]
type Stream = CardRows['cacheStreams'][number]

const mostCards = 60
/** With fewer reads a curve is a straight line with noise. */
const leastReads = 100
const curvePoints = 40
const retryFactor = 1.5
const sampledObjects = 4_096

/** The busiest first. */
export function cacheCards(rows: CardRows, requirements: readonly RequirementRow[]): CacheCard[] {
  return cached(rows.cachePatterns)
    .toSorted((a, b) => b.commands - a.commands || (a.cache + a.pattern < b.cache + b.pattern ? -1 : 1))
    .slice(0, mostCards)
    .map((row) => cardOf(row, rows, requirements))
}

function cardOf(row: Pattern, rows: CardRows, requirements: readonly RequirementRow[]): CacheCard {
  const stream = rows.cacheStreams.find((one) => one.cache === row.cache && one.pattern === row.pattern)
  const changes = rows.cacheInvalidations.filter((one) => one.cache === row.cache && one.pattern === row.pattern)
  const allowed = changes.length > 0 ? changes : [{ cache: row.cache, pattern: row.pattern, store: '', table: '' }]
  const limits = allowed.map((one) => allowedStalenessMs(one, requirements)).filter((value) => value !== undefined)
  const traced = row.tracedMisses > 0
  const curve = stream && curveOf(row, stream)
  const coldStart = stream && coldOf(row, stream, rows)
  return {
    cache: row.cache,
    pattern: row.pattern,
    origin: row.origin === 'capture' ? 'capture' : 'trace',
    windowSeconds: row.windowSeconds,
    reads: row.reads,
    writes: row.writes,
    deletes: row.deletes,
    keys: row.keys,
    hits: row.hits,
    misses: row.misses,
    readers: row.readers,
    writers: row.writers,
    ...(traced && {
      source: {
        kind: row.sourceKind === 'query' ? 'query' : 'client',
        store: row.sourceStore,
        tables: row.sourceTables,
      },
    }),
    ...(traced && row.getMs > 0 && { timesMs: { read: row.getMs, write: row.setMs, source: row.sourceMs } }),
    worth: {
      callsPerSecond: perSecond(row.hits, row.windowSeconds),
      ...(traced &&
        row.getMs > 0 && { msPerSecond: perSecond(gainPerRead(row) * (row.hits + row.misses), row.windowSeconds) }),
      ...(row.residentBytes > 0 && { memoryBytes: row.residentBytes }),
    },
    ttl: {
      ...(row.ttlP50Ms > 0 && { p50Ms: row.ttlP50Ms, minMs: row.ttlMinMs, maxMs: row.ttlMaxMs }),
      eternalShare: row.eternalKeys / Math.max(1, row.bornKeys),
      ...(limits.length > 0 && { allowedMs: Math.min(...limits) }),
    },
    invalidation: changes.map(({ store, table, writers, writes, told, tellers }) => ({
      store,
      table,
      writers,
      writes,
      told,
      tellers,
    })),
    ...stalenessOf(row),
    ...(curve && { curve }),
    ...(coldStart && { coldStart }),
    warming: { keys: stream?.popularKeys ?? [], hits: stream?.popularHits ?? 0, ofHits: stream?.allHits ?? 0 },
  }
}

function stalenessOf(row: Pattern): Pick<CacheCard, 'worstStalenessMs'> {
  const lives = copyLivesMs(row)
  if (!Number.isFinite(lives)) return { worstStalenessMs: null }
  return lives > 0 ? { worstStalenessMs: lives } : {}
}

function curveOf(row: Pattern, stream: Stream): CacheCard['curve'] {
  const whole = replayedStream([stream])
  if (row.reads < leastReads || row.variable !== 1 || requestsOf(whole) < leastReads) return undefined
  const { keys, keyCount, sizes, deletions } = whole
  const curve = missRatioCurve({ keys, keyCount, deletions, ...(sizes && { sizes }) }, { sampledObjects })
  const enough = enoughSize(curve)
  // Where nothing is asked for twice no size helps.
  if (enough === undefined || enough.missRatio > 0.95) return undefined
  // Of a sample of the keys, a cache holds its share.
  const scaled = (size: number): number => Math.round(size / whole.rate)
  const knee = kneeOf(curve)
  return {
    unit: curve.unit,
    points: pointsOf(curve, curvePoints).map(({ size, missRatio }) => ({
      size: scaled(size),
      missRatio: Math.min(1, Math.max(0, Number(missRatio.toFixed(4)))),
    })),
    ...(knee && { knee: scaled(knee.size) }),
    enough: scaled(enough.size),
    present: scaled(curve.wholeSize),
  }
}

function coldOf(row: Pattern, stream: Stream, { storeLoad }: CardRows): CacheCard['coldStart'] {
  if (row.sourceKind !== 'query') return undefined
  const load = coldLoad(
    [row],
    [stream],
    storeLoad.find((one) => one.store === row.sourceStore),
    retryFactor,
  )
  if (load === undefined) return undefined
  const capacityPerSecond = load.seenPerSecond
  const refilledMs = refillMs(load, [stream], { capacityPerSecond, retryFactor, ttlMs: row.ttlP50Ms })
  return {
    store: load.store,
    warmPerSecond: load.otherPerSecond + load.peakReads * (1 - load.hitRatio),
    coldPerSecond: load.coldPerSecond,
    seenPerSecond: load.seenPerSecond,
    ...(refilledMs !== undefined && { refillMs: refilledMs }),
  }
}

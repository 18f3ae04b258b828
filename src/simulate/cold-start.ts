/**
 * What happens when a cache is empty: every request falls on the database, which may be too slow to fill the cache again.
 * After Bronson et al., "Metastable failures in distributed systems", HotOS 2021, and Huang et al., "Metastable failures in the wild", OSDI 2022: a trigger (the flush)
 * overloads the database; callers give up and ask again; the database works for callers that are gone, nothing is filled, and the overload keeps itself alive.
 *
 * A model of averages, in steps of time: no randomness, the same input gives the same answer. What it does not know: bursts shorter than a step, retries that
 * wait (back off), databases that become slower before they are full. docs/simulation.md says when not to trust it.
 */
import type { PopularityClass } from './popularity.js'
import { shareOfTop } from './popularity.js'
import { ColdCache, steadyCache } from './cold-cache.js'
import { Database } from './cold-database.js'
import { hasRecovered, summaryOf } from './cold-start-summary.js'

export interface ColdStartInput {
  /** How requests spread over objects, most wanted first. */
  popularity: readonly PopularityClass[]
  requestsPerSecond: number
  /** Share of requests that the warm cache answers, as measured; what the model itself gives when left out. */
  hitRatio?: number
  /** Queries a second that the database can serve. */
  databaseCapacityPerSecond: number
  /** Time of one query on an idle database. */
  databaseLatencyMs: number
  /** Queries a second that do not come from this cache's misses. */
  otherPerSecond?: number
  /** From fetching to expiry; without it objects stay. */
  ttlMs?: number
  /** How many objects the cache holds; without it all. */
  cacheObjects?: number
  /** Mean attempts of a request that keeps failing: 1 never asks again. */
  retryFactor?: number
  /** After this long a caller gives up, and nobody stores what it asked for. */
  timeoutMs?: number
  /** The most wanted objects are there from the beginning, this many. */
  warmedObjects?: number
  /** Of the requests for one object that miss at the same time, one goes to the database and the others wait for it. */
  singleFlight?: boolean
  /** Queries that could not be answered in time are refused at once, and cost the database nothing. */
  shedding?: boolean
  /** How long the cache cannot be reached at all before it comes back empty; 0 for a flush. */
  outageMs?: number
  /** How long to look. */
  horizonMs?: number
}

/** One second (or a step, where steps are longer), as averages. */
export interface ColdStartPoint {
  /** From the flush, or the beginning of the outage. */
  atMs: number
  /** Share of requests that the cache answered. */
  hitRatio: number
  /** Queries a second that were sent to the database, retries included. */
  databasePerSecond: number
  /** Time that a query sent now will take. */
  waitMs: number
  /** Attempts a second that failed. */
  failedPerSecond: number
}

export interface ColdStartSummary {
  warmHitRatio: number
  /** Load of the database while the cache is warm, and at its highest. */
  warmDatabasePerSecond: number
  peakDatabasePerSecond: number
  peakAtMs: number
  /** Load if every request missed and failed: what the database must bear for the worst not to be possible. */
  worstDatabasePerSecond: number
  /** Whether the database was ever asked for more than it can serve. */
  overloaded: boolean
  overloadedMs: number
  longestWaitMs: number
  /** Share of the requests of the whole time that failed for good. */
  failedShare: number
  /** Until the hit ratio is 95 % of the warm one again and no query queues; undefined when that did not come about. */
  recoveredMs?: number
  /** Still failing when the time was over, though load never rose: it will not end by itself. */
  stuck: boolean
  /** Queries that the flush cost beyond what a warm cache would have let through. */
  extraQueries: number
}

export interface ColdStart {
  points: ColdStartPoint[]
  summary: ColdStartSummary
}

export interface ColdStartSettings extends Required<Omit<ColdStartInput, 'hitRatio' | 'popularity'>> {
  popularity: readonly PopularityClass[]
  stepMs: number
  steps: number
}

const defaultHorizonMs = 600_000
const mostSteps = 6000

export function coldStart(input: ColdStartInput): ColdStart {
  const settings = settingsOf(input)
  const { requestsPerSecond, otherPerSecond } = settings
  const run = new Run(settings, input.hitRatio)
  const points: ColdStartPoint[] = []
  for (let point = run.nextSecond(); point; point = run.nextSecond()) points.push(point)
  const { warmHitRatio, cacheable, failed } = run
  const warmDatabasePerSecond = requestsPerSecond * Math.max(0, 1 - warmHitRatio) + otherPerSecond
  const coldShare = settings.outageMs > 0 ? 1 : 1 - cacheable * shareOfTop(input.popularity, settings.warmedObjects)
  const worstDatabasePerSecond = requestsPerSecond * coldShare * settings.retryFactor + otherPerSecond
  return {
    points,
    summary: summaryOf(points, settings, { warmHitRatio, warmDatabasePerSecond, worstDatabasePerSecond, failed }),
  }
}

/** As `summary.recoveredMs`, for those who ask for nothing else: what comes after the recovery is not gone through. */
export function recoveryMs(input: ColdStartInput): number | undefined {
  const settings = settingsOf(input)
  const run = new Run(settings, input.hitRatio)
  for (let point = run.nextSecond(); point; point = run.nextSecond())
    if (hasRecovered(point, settings, run.warmHitRatio)) return point.atMs
  return undefined
}

/** The model on its way through time. */
class Run {
  /** Requests that a warm cache does not answer, for whatever reason, a cold one will not answer either. */
  readonly cacheable: number
  readonly warmHitRatio: number
  /** Requests that failed for good. */
  failed = 0
  private step = 0
  private readonly cache: ColdCache
  private readonly database: Database

  constructor(
    private readonly settings: ColdStartSettings,
    measuredHitRatio: number | undefined,
  ) {
    const steady = steadyCache(settings)
    this.cacheable =
      measuredHitRatio === undefined ? 1 : Math.min(1, measuredHitRatio / Math.max(steady.hitRatio, 1e-9))
    this.warmHitRatio = Math.min(1, this.cacheable * steady.hitRatio)
    this.cache = new ColdCache(settings, this.cacheable, steady.most)
    this.database = new Database(settings)
  }

  /** Steps are a matter of calculation; loads are measured by the second, so that is how they are told. */
  nextSecond(): ColdStartPoint | undefined {
    const { steps, stepMs } = this.settings
    if (this.step >= steps) return undefined
    const atMs = this.step * stepMs
    const end = Math.min(steps, this.step + Math.max(1, Math.round(1000 / stepMs)))
    const count = end - this.step
    const sums = { hitRatio: 0, databasePerSecond: 0, waitMs: 0, failedPerSecond: 0 }
    for (; this.step < end; this.step++) this.advance(this.step, sums)
    return {
      atMs,
      hitRatio: sums.hitRatio / count,
      databasePerSecond: sums.databasePerSecond / count,
      waitMs: sums.waitMs / count,
      failedPerSecond: sums.failedPerSecond / count,
    }
  }

  private advance(step: number, sums: Omit<ColdStartPoint, 'atMs'>): void {
    const { settings, cache, database, cacheable } = this
    const { stepMs, requestsPerSecond, otherPerSecond } = settings
    const reachable = step * stepMs >= settings.outageMs
    cache.beginStep(step, reachable && step === Math.ceil(settings.outageMs / stepMs))
    const starts = cache.starts(reachable, database.waitMs(0))
    const passing = (1 - cacheable) * requestsPerSecond * (stepMs / 1000) + cache.uncacheableRetries(step)
    const other = otherPerSecond * (stepMs / 1000)
    const waitMs = database.waitMs(starts + passing + other)
    const duplicates = settings.singleFlight ? 0 : cache.duplicates(waitMs)
    const { accepted, inTime } = database.accept(starts + duplicates + passing + other)
    const failures = cache.endStep(step, { waitMs, accepted, inTime, passing })
    this.failed += failures / settings.retryFactor
    sums.hitRatio += cache.hitShare * cacheable
    sums.databasePerSecond += ((starts + duplicates + passing + other) * 1000) / stepMs
    sums.waitMs += waitMs
    sums.failedPerSecond += (failures * 1000) / stepMs
  }
}

/**
 * The fewest of the most wanted objects that must be there before the first request for the database never to be asked for more than it can serve;
 * undefined when not even all of them are enough.
 */
export function warmingNeeded(input: ColdStartInput): number | undefined {
  const objects = input.popularity.reduce((sum, each) => sum + each.objects, 0)
  // The load of a cold start is highest in the beginning.
  const horizonMs = (input.outageMs ?? 0) + 20_000
  const suffices = (warmedObjects: number): boolean =>
    !coldStart({ ...input, horizonMs, warmedObjects }).summary.overloaded
  if (suffices(0)) return 0
  if (!suffices(objects)) return undefined
  let [low, high] = [0, objects]
  // To a hundredth is as exact as the input ever is.
  while (high - low > Math.max(1, high / 100)) {
    const middle = Math.floor((low + high) / 2)
    if (suffices(middle)) high = middle
    else low = middle
  }
  return high
}

function settingsOf(input: ColdStartInput): ColdStartSettings {
  const horizonMs = input.horizonMs ?? Math.max(defaultHorizonMs, 2 * (input.outageMs ?? 0))
  const stepMs = Math.max(50, horizonMs / mostSteps)
  return {
    popularity: input.popularity,
    requestsPerSecond: input.requestsPerSecond,
    databaseCapacityPerSecond: input.databaseCapacityPerSecond,
    databaseLatencyMs: input.databaseLatencyMs,
    otherPerSecond: input.otherPerSecond ?? 0,
    ttlMs: input.ttlMs ?? Infinity,
    cacheObjects: input.cacheObjects ?? Infinity,
    retryFactor: Math.max(1, input.retryFactor ?? 1),
    timeoutMs: input.timeoutMs ?? 1000,
    warmedObjects: input.warmedObjects ?? 0,
    singleFlight: input.singleFlight ?? false,
    shedding: input.shedding ?? false,
    outageMs: input.outageMs ?? 0,
    horizonMs,
    stepMs,
    steps: Math.ceil(horizonMs / stepMs),
  }
}

/** What a cold start comes to: peak, overload, failures, recovery. */
import type { ColdStartPoint, ColdStartSettings, ColdStartSummary } from './cold-start.js'

/** Recovered: this share of the warm hit ratio, and a query that waits no longer than this many times one on an idle database. */
const recoveredShare = 0.95
const longestWait = 2

/** Whether the cache is as good as full at that moment, and nobody waits or fails any more. */
export function hasRecovered(point: ColdStartPoint, settings: ColdStartSettings, warmHitRatio: number): boolean {
  // The queue of one step is no delay worth speaking of.
  const calm = settings.databaseLatencyMs * longestWait + settings.stepMs
  return (
    point.atMs >= settings.outageMs &&
    point.hitRatio >= recoveredShare * warmHitRatio &&
    point.waitMs <= calm &&
    point.failedPerSecond === 0
  )
}

export function summaryOf(
  points: readonly ColdStartPoint[],
  settings: ColdStartSettings,
  warm: { warmHitRatio: number; warmDatabasePerSecond: number; worstDatabasePerSecond: number; failed: number },
): ColdStartSummary {
  const { databaseCapacityPerSecond, requestsPerSecond, horizonMs } = settings
  const pointMs = horizonMs / Math.max(1, points.length)
  let peak = { databasePerSecond: 0, atMs: 0 }
  let overloadedMs = 0
  let longestWaitMs = 0
  let queries = 0
  for (const point of points) {
    if (point.databasePerSecond > peak.databasePerSecond) peak = point
    if (point.databasePerSecond > databaseCapacityPerSecond) overloadedMs += pointMs
    longestWaitMs = Math.max(longestWaitMs, point.waitMs)
    queries += (point.databasePerSecond * pointMs) / 1000
  }
  const recovered = points.find((point) => hasRecovered(point, settings, warm.warmHitRatio))
  const seconds = horizonMs / 1000
  return {
    warmHitRatio: warm.warmHitRatio,
    warmDatabasePerSecond: warm.warmDatabasePerSecond,
    peakDatabasePerSecond: peak.databasePerSecond,
    peakAtMs: peak.atMs,
    worstDatabasePerSecond: warm.worstDatabasePerSecond,
    overloaded: overloadedMs > 0,
    overloadedMs,
    longestWaitMs,
    failedShare: Math.min(1, warm.failed / Math.max(1, requestsPerSecond * seconds)),
    ...(recovered && { recoveredMs: recovered.atMs }),
    stuck: (points.at(-1)?.failedPerSecond ?? 0) > 0,
    extraQueries: Math.max(0, queries - warm.warmDatabasePerSecond * seconds),
  }
}

/**
 * What an empty cache would send to the store behind it, for the audit and for the card of a cache alike.
 * What is easily got wrong: the store also serves what does not come from the cache, and that load stays.
 */
import { popularityOf, recoveryMs, requestCounts } from '../../simulate/index.js'
import { sum } from '../../lib/totals.js'
import type { CachePatternsRow, CacheStreamsRow, StoreLoadRow } from '../../survey/rows.js'
import { peakPerSecond, replayedStream } from './replayed-stream.js'

export interface ColdLoad {
  store: string
  /** Reads that tell hit from miss. */
  reads: number
  hitRatio: number
  /** Reads a second in the busiest ten seconds: what falls on the store at first. */
  peakReads: number
  /** Queries a second that do not come from misses of these patterns. */
  otherPerSecond: number
  /** With retries. */
  coldPerSecond: number
  /** Most queries a second that the store was seen to serve without slowing down. */
  seenPerSecond: number
  latencyMs: number
}

/** Of the patterns that one store answers; undefined where traces do not show the store or the requests. */
export function coldLoad(
  patterns: readonly CachePatternsRow[],
  streams: readonly CacheStreamsRow[],
  load: StoreLoadRow | undefined,
  retryFactor: number,
): ColdLoad | undefined {
  const reads = sum(patterns, (row) => row.hits + row.misses)
  const known = new Set(patterns.map((row) => row.pattern))
  const rows = streams.filter((row) => known.has(row.pattern) && row.hashes.length > 0)
  const [first] = patterns
  if (first === undefined || load === undefined || rows.length === 0 || reads === 0 || load.peakPerSecond <= 0)
    return undefined
  const misses = sum(patterns, (row) => row.misses)
  const peakReads = peakPerSecond(replayedStream(rows))
  const missesPerSecond = misses / Math.max(1, first.windowSeconds)
  const otherPerSecond = Math.max(0, load.meanPerSecond - missesPerSecond)
  return {
    store: load.store,
    reads,
    hitRatio: 1 - misses / reads,
    peakReads,
    otherPerSecond,
    coldPerSecond: (peakReads + otherPerSecond) * retryFactor,
    seenPerSecond: load.peakPerSecond,
    latencyMs: Math.max(...patterns.map((row) => row.sourceMs), 0.1),
  }
}

/** Time from a flush until the cache is full again, ms, by the model, with this capacity of the store; undefined when it does not fill. */
export function refillMs(
  { peakReads, otherPerSecond, hitRatio, latencyMs }: ColdLoad,
  streams: readonly CacheStreamsRow[],
  { capacityPerSecond, retryFactor, ttlMs }: { capacityPerSecond: number; retryFactor: number; ttlMs: number },
): number | undefined {
  return recoveryMs({
    popularity: popularityOf(requestCounts(replayedStream(streams))),
    requestsPerSecond: Math.max(0.1, peakReads),
    hitRatio,
    databaseCapacityPerSecond: Math.max(0.1, capacityPerSecond),
    databaseLatencyMs: latencyMs,
    otherPerSecond,
    retryFactor,
    ...(ttlMs > 0 && { ttlMs }),
  })
}

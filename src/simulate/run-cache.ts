/**
 * Runs a stream through a cache: one policy, one capacity, one time to live.
 * What is easily got wrong: the time to live counts from when the object was fetched, not from when it was last asked for; and the age of a copy bounds its
 * staleness from above, for who wrote to the source in between is not in a stream of accesses.
 */
import { requestsOf, type AccessStream } from './access-stream.js'
import type { Cache, CachePolicy } from './cache-policy.js'

export interface CacheOptions {
  /** Objects, or bytes where the stream has sizes. */
  capacity: number
  /** Without it nothing expires. Needs the stream's times. */
  ttlMs?: number
}

export interface CacheOutcome {
  requests: number
  misses: number
  /** misses / requests; 0 without requests. */
  missRatio: number
  /** Mean age of what was served, fresh fetches counting 0. 0 where the stream has no times. */
  meanAgeMs: number
  /** The oldest copy that was served. */
  worstAgeMs: number
}

export function runCache(stream: AccessStream, policy: CachePolicy, options: CacheOptions): CacheOutcome {
  const { keyCount: count, sizes } = stream
  const cache = policy.create(options.capacity, { count, ...(sizes && { sizes }) })
  if (stream.timesMs !== undefined) return withAges(stream, cache, options.ttlMs ?? Infinity)
  if (options.ttlMs !== undefined) throw new RangeError('a time to live needs a stream with times')
  return withoutAges(stream, cache)
}

function withoutAges(stream: AccessStream, cache: Cache): CacheOutcome {
  const { keys, deletions } = stream
  let misses = 0
  if (deletions === undefined) {
    for (let i = 0; i < keys.length; i++) if (!cache.request(keys[i]!)) misses++
  } else {
    for (let i = 0; i < keys.length; i++) {
      if (deletions[i] === 1) cache.remove(keys[i]!)
      else if (!cache.request(keys[i]!)) misses++
    }
  }
  return outcomeOf(requestsOf(stream), misses, 0, 0)
}

function withAges(stream: AccessStream, cache: Cache, ttlMs: number): CacheOutcome {
  const { keys, deletions, timesMs = new Float64Array() } = stream
  const fetchedAtMs = new Float64Array(stream.keyCount)
  let misses = 0
  let agesMs = 0
  let worstAgeMs = 0
  for (let i = 0; i < keys.length; i++) {
    const id = keys[i]!
    if (deletions !== undefined && deletions[i] === 1) {
      cache.remove(id)
      continue
    }
    const nowMs = timesMs[i]!
    const ageMs = nowMs - fetchedAtMs[id]!
    // Harmless for an object that is not there: its old time of fetching is never read again.
    if (ageMs >= ttlMs) cache.remove(id)
    if (cache.request(id)) {
      agesMs += ageMs
      if (ageMs > worstAgeMs) worstAgeMs = ageMs
    } else {
      misses++
      fetchedAtMs[id] = nowMs
    }
  }
  return outcomeOf(requestsOf(stream), misses, agesMs, worstAgeMs)
}

export function outcomeOf(requests: number, misses: number, agesMs: number, worstAgeMs: number): CacheOutcome {
  return {
    requests,
    misses,
    missRatio: requests === 0 ? 0 : misses / requests,
    meanAgeMs: requests === 0 ? 0 : agesMs / requests,
    worstAgeMs,
  }
}

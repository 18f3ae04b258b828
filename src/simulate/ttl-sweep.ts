/** Hit ratio against age for a row of times to live: what a longer life wins, and how old answers become for it. */
import type { AccessStream } from './access-stream.js'
import { unboundedOutcome } from './bounds.js'
import type { CachePolicy } from './cache-policy.js'
import { runCache } from './run-cache.js'

export interface TtlOutcome {
  /** Infinity for objects that stay. */
  ttlMs: number
  hitRatio: number
  /** Mean age of what is served, over all requests, and the oldest: upper bounds of staleness. */
  meanAgeMs: number
  worstAgeMs: number
}

/** Of a cache of this policy and capacity, or of one without limit. The stream must have times. */
export function ttlSweep(
  stream: AccessStream,
  ttlsMs: readonly number[],
  cache?: { policy: CachePolicy; capacity: number },
): TtlOutcome[] {
  return ttlsMs.map((ttlMs) => {
    const { missRatio, meanAgeMs, worstAgeMs } =
      cache === undefined
        ? unboundedOutcome(stream, ttlMs)
        : runCache(stream, cache.policy, { capacity: cache.capacity, ttlMs })
    return { ttlMs, hitRatio: 1 - missRatio, meanAgeMs, worstAgeMs }
  })
}

/**
 * What no policy can beat. `unboundedOutcome`: a cache without limit, which misses only what it must (first requests, expired and deleted copies).
 * `optimalOutcome`: the best that a cache of a capacity could do if it knew the future.
 * What is easily got wrong: with one size for all and no expiry the optimum is exact (Belady 1966, here allowed not to keep an object at all); with sizes it
 * is NP-hard, so a bound from below stands for it (PFOO-L, Berger, Beckmann and Harchol-Balter, "Practical bounds on optimal caching with variable object
 * sizes", SIGMETRICS 2018), which is lower than anything that can be had.
 */
import { requestsOf, type AccessStream } from './access-stream.js'
import { HighestSet } from './highest-set.js'
import { outcomeOf, type CacheOptions, type CacheOutcome } from './run-cache.js'

const never = 0xffffffff

/** The cache that keeps all. Ages as in `runCache`. */
export function unboundedOutcome(stream: AccessStream, ttlMs = Infinity): CacheOutcome {
  const { keys, keyCount, deletions, timesMs } = stream
  const inside = new Uint8Array(keyCount)
  const fetchedAtMs = new Float64Array(timesMs === undefined ? 0 : keyCount)
  let misses = 0
  let agesMs = 0
  let worstAgeMs = 0
  for (let i = 0; i < keys.length; i++) {
    const id = keys[i]!
    if (deletions !== undefined && deletions[i] === 1) {
      inside[id] = 0
      continue
    }
    const nowMs = timesMs === undefined ? 0 : timesMs[i]!
    const ageMs = timesMs === undefined ? 0 : nowMs - fetchedAtMs[id]!
    if (inside[id] === 1 && ageMs < ttlMs) {
      agesMs += ageMs
      if (ageMs > worstAgeMs) worstAgeMs = ageMs
    } else {
      misses++
      inside[id] = 1
      if (timesMs !== undefined) fetchedAtMs[id] = nowMs
    }
  }
  return outcomeOf(requestsOf(stream), misses, agesMs, worstAgeMs)
}

/** Misses of the optimum, or a bound below them where sizes or a time to live are given. It says nothing of ages. */
export function optimalOutcome(
  stream: AccessStream,
  { capacity, ttlMs }: CacheOptions,
): CacheOutcome & { exact: boolean } {
  const next = nextRequests(stream)
  const requests = requestsOf(stream)
  if (stream.sizes === undefined && ttlMs === undefined)
    return { ...outcomeOf(requests, requests - beladyHits(stream, next, capacity), 0, 0), exact: true }
  const most = requests - unboundedOutcome(stream, ttlMs).misses
  const hits = Math.min(most, affordableHits(stream, next, capacity, ttlMs ?? Infinity))
  return { ...outcomeOf(requests, requests - hits, 0, 0), exact: false }
}

/** For each entry, the place of the next request for the same object, if no deletion comes before it. */
function nextRequests({ keys, keyCount, deletions }: AccessStream): Uint32Array {
  const next = new Uint32Array(keys.length)
  const upcoming = new Uint32Array(keyCount).fill(never)
  for (let i = keys.length - 1; i >= 0; i--) {
    const id = keys[i]!
    const deleted = deletions !== undefined && deletions[i] === 1
    next[i] = deleted ? never : upcoming[id]!
    upcoming[id] = deleted ? never : i
  }
  return next
}

/** Keeps the objects that are asked for again soonest. */
function beladyHits({ keys, deletions }: AccessStream, next: Uint32Array, capacity: number): number {
  // The places of the next requests for the objects that are kept. A kept object stands at one place only.
  const kept = new HighestSet(keys.length)
  let size = 0
  let hits = 0
  for (let i = 0; i < keys.length; i++) {
    if (deletions !== undefined && deletions[i] === 1) continue
    if (kept.delete(i)) {
      hits++
      size--
    }
    if (next[i] === never || capacity < 1) continue
    kept.add(next[i]!)
    if (++size > capacity) {
      kept.delete(kept.highest())
      size--
    }
  }
  return hits
}

/**
 * A hit keeps `size` units for as long as the object waits. However they are chosen, all hits together cannot keep more than capacity × entries:
 * the largest number of hits within that is that of the cheapest.
 */
function affordableHits(stream: AccessStream, next: Uint32Array, capacity: number, ttlMs: number): number {
  const { keys, sizes, timesMs } = stream
  const costs = new Float64Array(keys.length)
  let count = 0
  for (let i = 0; i < keys.length; i++) {
    if (next[i] === never) continue
    const size = sizes === undefined ? 1 : sizes[keys[i]!]!
    const expires = timesMs !== undefined && timesMs[next[i]!]! - timesMs[i]! >= ttlMs
    if (size <= capacity && !expires) costs[count++] = size * (next[i]! - i)
  }
  const cheapest = costs.subarray(0, count).sort()
  let left = capacity * keys.length
  let hits = 0
  while (hits < count && cheapest[hits]! <= left) left -= cheapest[hits++]!
  return hits
}

/**
 * Popularity that falls with rank: the k-th most wanted object gets a share of requests proportional to 1/k^exponent. How caches' access streams are described in few
 * numbers (Breslau et al., INFOCOM 1999; Twitter's clusters lie between 0.6 and 2.2, OSDI 2020).
 * What is easily got wrong: the exponent is fitted by likelihood, not by a line through the logarithms, which the long tail of objects that were asked for once bends.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { AccessStream } from './access-stream.js'

/** Requests for each object, by id. Deletions are not requests. */
export function requestCounts({ keys, keyCount, deletions }: AccessStream): Uint32Array {
  const counts = new Uint32Array(keyCount)
  for (let i = 0; i < keys.length; i++) if (deletions === undefined || deletions[i] === 0) counts[keys[i]!]!++
  return counts
}

/**
 * The exponent under which these counts are likeliest, between 0 (all alike) and 4. `undefined` with fewer than two objects.
 */
export function zipfExponent(counts: Uint32Array): number | undefined {
  const ranked = counts.slice().sort().reverse()
  let objects = ranked.length
  while (objects > 0 && ranked[objects - 1] === 0) objects--
  if (objects < 2) return undefined
  let requests = 0
  let logs = 0
  for (let rank = 1; rank <= objects; rank++) {
    requests += ranked[rank - 1]!
    logs += ranked[rank - 1]! * Math.log(rank)
  }
  // The likeliest exponent is the one whose mean log rank is the one seen; it falls as the exponent grows.
  const seen = logs / requests
  let low = 0
  let high = 4
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (meanLogRank(middle, objects) > seen) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function meanLogRank(exponent: number, objects: number): number {
  let weights = 0
  let logs = 0
  // Beyond the first thousand ranks the sum is taken in steps that grow with the rank, by midpoints: the error is far below that of any fit.
  for (let rank = 1; rank <= objects;) {
    const step = rank < 1000 ? 1 : Math.min(Math.floor(rank / 100), objects - rank + 1)
    const middle = rank + (step - 1) / 2
    const weight = step * middle ** -exponent
    weights += weight
    logs += weight * Math.log(middle)
    rank += step
  }
  return logs / weights
}

/** A stream of independent requests with Zipf popularity; the ids are ranks, most wanted first. The same seed gives the same stream. */
export function zipfStream(options: {
  requests: number
  keyCount: number
  exponent: number
  seed: number
}): AccessStream {
  const { requests, keyCount, exponent, seed } = options
  const cumulated = new Float64Array(keyCount)
  let sum = 0
  for (let rank = 0; rank < keyCount; rank++) cumulated[rank] = sum += (rank + 1) ** -exponent
  // Where the search for a number begins: without it, each costs twenty steps through memory.
  const starts = new Uint32Array(65_537)
  for (let bin = 0, rank = 0; bin <= 65_536; bin++) {
    while (rank < keyCount - 1 && cumulated[rank]! < (bin / 65_536) * sum) rank++
    starts[bin] = rank
  }
  const generator = xoroshiro128plus(seed)
  const keys = new Uint32Array(requests)
  for (let i = 0; i < requests; i++) {
    const number = uniformFloat64(generator)
    const bin = Math.floor(number * 65_536)
    let from = starts[bin]!
    let to = starts[bin + 1]!
    while (from < to) {
      const middle = (from + to) >>> 1
      if (cumulated[middle]! < number * sum) from = middle + 1
      else to = middle
    }
    keys[i] = from
  }
  return { keys, keyCount }
}

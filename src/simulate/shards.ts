/**
 * SHARDS: the distances of a few objects, chosen by a hash of their ids, stand for those of all. A sample of rate R sees distances that are R times as long.
 * Waldspurger, Park, Garthwaite and Ahmad, "Efficient MRC construction with SHARDS", FAST 2015: fixed size (s_max objects), and the correction SHARDS-adj, which gives
 * back the requests of popular objects that the sample has too few or too many of.
 * What differs from the paper: it lowers the rate as objects appear, because it cannot know how many there will be. Here the ids are known, so the rate is set at once
 * to where it would end, and nothing is rescaled. O(1) for a request that is not sampled, O(log s_max) for one that is.
 * The bound: the mean absolute error over evenly spaced sizes is at most 2/√s for s sampled objects, 0.022 for the 8,192 of the paper; a property test holds it for
 * popularity up to an exponent of 1.3. It is typically a tenth of that, 0.002, which is what the paper measured. What is easily got wrong: sizes below 1/rate
 * are smaller than one sampled object; what the curve says of them is a guess, and the more popular the top objects are, the worse.
 */
import { requestsOf, type AccessStream } from './access-stream.js'
import { scrambled } from './scramble.js'

export interface Sample {
  /** Only the sampled objects, numbered anew. Without times. */
  stream: AccessStream
  /** Share of the objects that it holds. */
  rate: number
  /** Requests that a sample of this rate should have had more (or less, when negative). */
  correction: number
  /** Mean absolute error to be expected of the curve. */
  bound: number
}

export function sampleOf(whole: AccessStream, most: number): Sample {
  const { keys, keyCount, sizes, deletions } = whole
  const limit = thresholdFor(keyCount, most)
  const renumbered = new Uint32Array(keyCount)
  const members: number[] = []
  for (let id = 0; id < keyCount; id++) {
    if (scrambled(id) > limit) continue
    renumbered[id] = members.length
    members.push(id)
  }
  const places = new GrowingList()
  for (let i = 0; i < keys.length; i++) if (scrambled(keys[i]!) <= limit) places.push(i)
  const chosen = places.whole()
  const stream: AccessStream = {
    keys: chosen.map((place) => renumbered[keys[place]!]!),
    keyCount: members.length,
    ...(sizes && { sizes: Uint32Array.from(members, (id) => sizes[id]!) }),
    ...(deletions && { deletions: Uint8Array.from(chosen, (place) => deletions[place]!) }),
  }
  const rate = keyCount === 0 ? 1 : members.length / keyCount
  return {
    stream,
    rate,
    correction: requestsOf(whole) * rate - requestsOf(stream),
    bound: 2 / Math.sqrt(Math.max(1, members.length)),
  }
}

/** The value of the last object to be taken, so that `most` are: found by counting the upper bits, then sorting those of one bin. */
function thresholdFor(keyCount: number, most: number): number {
  const bins = new Uint32Array(65_536)
  for (let id = 0; id < keyCount; id++) bins[scrambled(id) >>> 16]!++
  let below = 0
  let bin = 0
  while (bin < bins.length && below + bins[bin]! < most) below += bins[bin++]!
  if (bin === bins.length) return 0xffffffff
  const inBin = new Uint32Array(bins[bin]!)
  let found = 0
  for (let id = 0; id < keyCount; id++) if (scrambled(id) >>> 16 === bin) inBin[found++] = scrambled(id)
  return inBin.sort()[Math.max(1, most) - below - 1] ?? 0xffffffff
}

class GrowingList {
  private values = new Uint32Array(1024)
  private length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Uint32Array(2 * this.length)
      larger.set(this.values)
      this.values = larger
    }
    this.values[this.length++] = value
  }

  whole(): Uint32Array {
    return this.values.subarray(0, this.length)
  }
}

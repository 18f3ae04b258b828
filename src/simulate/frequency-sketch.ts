/**
 * About how often each object was asked for lately, in little room: a counting Bloom filter, whose counters objects share, so that it errs upwards.
 * All counters are halved after a number of counts, so that what was popular long ago is forgotten (the reset of TinyLFU). A counter ends at 255.
 */
import { scrambled } from './scramble.js'

/** Counters for each object that the sketch is made for, and how many of them an object touches. */
const countersEach = 10
const probes = 3
/** Counts for each object between two halvings. */
const sampleEach = 32

export class FrequencySketch {
  private readonly counters: Uint8ClampedArray
  /** Makes a place of a hash: a multiplication is several times faster than a remainder. */
  private readonly scale: number
  private readonly sample: number
  private counted = 0

  constructor(objects: number) {
    const expected = Math.max(1, Math.ceil(objects))
    this.counters = new Uint8ClampedArray(expected * countersEach)
    this.scale = this.counters.length / 2 ** 32
    this.sample = expected * sampleEach
  }

  count(id: number): void {
    const { counters, scale } = this
    const step = scrambled(~id)
    let hash = scrambled(id)
    for (let probe = 0; probe < probes; probe++) {
      counters[(hash * scale) | 0]!++
      hash = (hash + step) >>> 0
    }
    if (++this.counted < this.sample) return
    this.counted = 0
    for (let i = 0; i < counters.length; i++) counters[i]! >>>= 1
  }

  estimate(id: number): number {
    const { counters, scale } = this
    const step = scrambled(~id)
    let hash = scrambled(id)
    let least = 255
    for (let probe = 0; probe < probes; probe++) {
      const counter = counters[(hash * scale) | 0]!
      if (counter < least) least = counter
      hash = (hash + step) >>> 0
    }
    return least
  }
}

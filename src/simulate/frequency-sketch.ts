/**
 * About how often each object was asked for lately, in little room: a counting Bloom filter, whose counters objects share, so that it errs upwards.
 * All counters are halved after a number of counts, so that what was popular long ago is forgotten (the reset of TinyLFU).
 */
import { scrambled } from './scramble.js'

/** Counters for each object that the sketch is made for, and how many of them an object touches. */
const countersEach = 12
const probes = 4
/** Counts for each object between two halvings. */
const sampleEach = 32

export class FrequencySketch {
  private readonly counters: Uint32Array
  private readonly sample: number
  private counted = 0

  constructor(objects: number) {
    const expected = Math.max(1, Math.ceil(objects))
    this.counters = new Uint32Array(expected * countersEach)
    this.sample = expected * sampleEach
  }

  count(id: number): void {
    const { counters } = this
    const first = scrambled(id)
    const step = scrambled(~id)
    for (let probe = 0; probe < probes; probe++) counters[((first + Math.imul(probe, step)) >>> 0) % counters.length]!++
    if (++this.counted < this.sample) return
    this.counted = 0
    for (let i = 0; i < counters.length; i++) counters[i]! >>>= 1
  }

  estimate(id: number): number {
    const { counters } = this
    const first = scrambled(id)
    const step = scrambled(~id)
    let least = counters[first % counters.length]!
    for (let probe = 1; probe < probes; probe++) {
      const counter = counters[((first + Math.imul(probe, step)) >>> 0) % counters.length]!
      if (counter < least) least = counter
    }
    return least
  }
}

/**
 * The cache of the cold-start model: for each class of objects, which share of them is there, being fetched, or absent. What is being fetched arrives (or fails)
 * some steps later, and what was fetched expires some steps after that: together, since it came together.
 */
import type { ColdStartSettings } from './cold-start.js'
import type { PopularityClass } from './popularity.js'

/** Values of all classes for steps to come. */
class Upcoming {
  private readonly values: Float64Array

  constructor(
    private readonly steps: number,
    private readonly classes: number,
  ) {
    this.values = new Float64Array(steps * classes)
  }

  add(step: number, index: number, value: number): void {
    this.values[(step % this.steps) * this.classes + index]! += value
  }

  take(step: number, index: number): number {
    const at = (step % this.steps) * this.classes + index
    const value = this.values[at]!
    this.values[at] = 0
    return value
  }
}

export class ColdCache {
  /** Share of this step's cacheable requests that were hits. */
  hitShare = 0
  private reachable = true
  private readonly classes: readonly PopularityClass[]
  private readonly present: Float64Array
  private readonly fetching: Float64Array
  private readonly idle: Float64Array
  private readonly started: Float64Array
  /** Of this step: requests that come by themselves, repeated ones, and what both make on each absent object, as if all were absent. */
  private readonly fresh: Float64Array
  private readonly repeated: Float64Array
  private readonly pressure: Float64Array
  private readonly arrivals: Upcoming
  private readonly failures: Upcoming
  private readonly retries: Upcoming
  private readonly retryPressure: Upcoming
  private readonly expiries: Upcoming | undefined
  private readonly timeoutSteps: number
  private readonly ttlSteps: number

  constructor(
    private readonly settings: ColdStartSettings,
    private readonly cacheable: number,
    /** Share of each class that the cache has room for. */
    private readonly most: Float64Array,
  ) {
    const { stepMs, timeoutMs, ttlMs, steps, popularity } = settings
    const count = popularity.length
    this.classes = popularity
    this.present = new Float64Array(count)
    this.fetching = new Float64Array(count)
    this.idle = new Float64Array(count)
    this.started = new Float64Array(count)
    this.fresh = new Float64Array(count)
    this.repeated = new Float64Array(count)
    this.pressure = new Float64Array(count)
    this.timeoutSteps = Math.max(1, Math.round(timeoutMs / stepMs))
    this.ttlSteps = Math.max(1, Math.round(ttlMs / stepMs))
    this.arrivals = new Upcoming(this.timeoutSteps + 2, count)
    this.failures = new Upcoming(this.timeoutSteps + 2, count)
    // The last column is for requests that no cache can answer.
    this.retries = new Upcoming(this.timeoutSteps + 2, count + 1)
    this.retryPressure = new Upcoming(this.timeoutSteps + 2, count)
    this.expiries = this.ttlSteps < steps ? new Upcoming(this.ttlSteps + 1, count) : undefined
  }

  /** Lets arrive, fail and expire what is due, and counts the requests of the step. */
  beginStep(step: number, warms: boolean): void {
    const { present, fetching, settings } = this
    let warmed = warms ? settings.warmedObjects : 0
    for (let i = 0; i < present.length; i++) {
      const expired = this.expiries?.take(step, i) ?? 0
      const arrived = this.arrivals.take(step, i)
      fetching[i] = Math.max(0, fetching[i]! - arrived - this.failures.take(step, i))
      present[i] = Math.max(0, present[i]! - expired)
      this.store(step, i, arrived)
      if (warmed > 0) {
        this.store(step, i, Math.max(0, Math.min(1, warmed / this.classes[i]!.objects) - present[i]!))
        warmed -= this.classes[i]!.objects
      }
      const rate = settings.requestsPerSecond * this.cacheable * this.classes[i]!.share
      this.fresh[i] = (rate * settings.stepMs) / 1000
      this.repeated[i] = this.retries.take(step, i)
      this.pressure[i] = this.fresh[i]! + this.retryPressure.take(step, i)
    }
  }

  uncacheableRetries(step: number): number {
    return this.retries.take(step, this.classes.length)
  }

  /**
   * Fetches that begin in this step: of the objects that are absent, those for which a request comes. Without a cache nothing stays, and an object is
   * fetched again as soon as it was fetched.
   */
  starts(reachable: boolean, waitMs: number): number {
    const { singleFlight, stepMs } = this.settings
    this.reachable = reachable
    let sum = 0
    for (let i = 0; i < this.present.length; i++) {
      const { objects } = this.classes[i]!
      const each = this.pressure[i]! / objects
      const idle = Math.max(0, 1 - (reachable ? this.present[i]! : 0) - this.fetching[i]!)
      this.idle[i] = idle
      if (idle === 0) this.started[i] = 0
      else if (reachable) this.started[i] = objects * idle * -Math.expm1(-each)
      else this.started[i] = (this.pressure[i]! * idle) / (singleFlight ? 1 + (each * waitMs) / stepMs : 1)
      sum += this.started[i]!
    }
    return sum
  }

  /** Requests that find their object being fetched and, with nobody to hold them back, fetch it too. */
  duplicates(waitMs: number): number {
    let sum = 0
    for (let i = 0; i < this.present.length; i++) sum += this.waiting(i, waitMs)
    return sum
  }

  /** Settles the step. Returns how many attempts failed. */
  endStep(step: number, at: { waitMs: number; accepted: number; inTime: boolean; passing: number }): number {
    const { stepMs, retryFactor } = this.settings
    const refused = 1 - at.accepted
    const again = 1 - 1 / retryFactor
    let failed = 0
    let missed = 0
    let requests = 0
    for (let i = 0; i < this.present.length; i++) {
      const { objects } = this.classes[i]!
      const waiting = this.waiting(i, at.waitMs)
      const attempts = this.started[i]! + waiting
      const share = Math.min(this.idle[i]!, this.started[i]! / objects)
      const all = this.fresh[i]! + this.repeated[i]!
      requests += all
      missed += Math.min(all, attempts)
      const absent = Math.max(1e-9, this.reachable ? 1 - this.present[i]! : 1)
      const fetched = share * at.accepted
      if (at.inTime) {
        const inSteps = Math.min(this.timeoutSteps, Math.floor(at.waitMs / stepMs))
        if (inSteps === 0) {
          if (this.reachable) this.store(step, i, fetched)
        } else {
          this.fetching[i]! += fetched
          ;(this.reachable ? this.arrivals : this.failures).add(step + inSteps, i, fetched)
        }
      } else {
        this.fetching[i]! += fetched
        this.failures.add(step + this.timeoutSteps, i, fetched)
      }
      const lost = at.inTime ? attempts * refused : attempts
      failed += lost
      const next = step + (at.inTime ? 1 : this.timeoutSteps)
      this.retries.add(next, i, lost * again)
      // Who asks again asks for objects that were absent, and misses unless they have come in the meantime.
      this.retryPressure.add(next, i, (lost * again) / absent)
    }
    const lost = at.inTime ? at.passing * refused : at.passing
    this.retries.add(step + (at.inTime ? 1 : this.timeoutSteps), this.classes.length, lost * again)
    this.hitShare = requests <= 0 ? 0 : 1 - missed / requests
    return failed + lost
  }

  /** Requests of a class that come while their object is being fetched, by earlier steps or by this one. */
  private waiting(i: number, waitMs: number): number {
    if (this.idle[i] === 0 && this.fetching[i] === 0) return 0
    const { stepMs } = this.settings
    const after = Math.max(0, this.pressure[i]! * this.idle[i]! - this.started[i]!)
    if (!this.reachable) return this.pressure[i]! * this.fetching[i]! + after
    const own = (this.started[i]! * this.pressure[i]! * waitMs) / (this.classes[i]!.objects * stepMs)
    return this.pressure[i]! * this.fetching[i]! + Math.min(after, own)
  }

  private store(step: number, i: number, share: number): void {
    const stored = Math.min(share, Math.max(0, this.most[i]! - this.present[i]!))
    this.present[i]! += stored
    this.expiries?.add(step + this.ttlSteps, i, stored)
  }
}

/** The warm cache: which share of each class it has room for and, with what has expired taken off, how many requests it answers. */
export function steadyCache(settings: ColdStartSettings): { hitRatio: number; most: Float64Array } {
  const { popularity, requestsPerSecond, ttlMs, cacheObjects } = settings
  const most = Float64Array.from(popularity, () => 1)
  const objects = popularity.reduce((sum, each) => sum + each.objects, 0)
  const rate = (each: PopularityClass): number => (requestsPerSecond * each.share) / each.objects
  if (cacheObjects < objects) {
    // An LRU cache keeps what is asked for within a certain time, the same for all (Che, Tung and Wang, IEEE JSAC 2002).
    const held = (seconds: number): number =>
      popularity.reduce((sum, each) => sum - each.objects * Math.expm1(-rate(each) * seconds), 0)
    let [low, high] = [0, 1]
    while (held(high) < cacheObjects && high < 1e12) high *= 2
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2
      if (held(middle) < cacheObjects) low = middle
      else high = middle
    }
    popularity.forEach((each, i) => (most[i] = -Math.expm1(-rate(each) * high)))
  }
  let hitRatio = 0
  popularity.forEach((each, i) => {
    const fresh = ttlMs === Infinity ? 1 : 1 - 1 / (1 + (rate(each) * ttlMs) / 1000)
    hitRatio += each.share * Math.min(most[i]!, fresh)
  })
  return { hitRatio, most }
}

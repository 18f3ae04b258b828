/**
 * W-TinyLFU: a small LRU window in front of a main cache that an object may enter only if it was asked for more often than the objects it would drive out.
 * Einziger, Friedman and Manes, "TinyLFU: a highly efficient cache admission policy", ACM TOS 2017. The main cache is a segmented LRU (Karedla, Love and Wherry 1994).
 * O(1) a request for objects of one size; else one step more for each object driven out.
 * What the paper leaves open was chosen to agree with libCacheSim: 3 of 10 counters an object, halved after 32 counts an object; arrivals and hits of the main cache
 * count, hits in the window do not. Caffeine ages sooner and counts in 4 bits, which is mostly better with a hundred objects and the same with thousands.
 */
import type { Cache, CachePolicy, Objects } from '../cache-policy.js'
import { FrequencySketch } from '../frequency-sketch.js'
import { LinkedLists } from '../linked-lists.js'

const absent = 0
const inWindow = 1
const onProbation = 2
const inProtected = 3

const windowShare = 0.01
const probationShare = 0.2
const protectedShare = 0.8

class WTinyLfu implements Cache {
  private readonly lists: LinkedLists
  private readonly state: Uint8Array
  private readonly sketch: FrequencySketch
  private readonly sizes: Uint32Array | undefined
  private readonly windowCapacity: number
  private readonly mainCapacity: number
  private readonly probationCapacity: number
  private readonly protectedCapacity: number
  /** Units in each list, by state. */
  private readonly taken = new Float64Array(4)

  constructor(
    private readonly capacity: number,
    { count, sizes }: Objects,
  ) {
    this.lists = new LinkedLists(count, 4)
    this.state = new Uint8Array(count)
    this.sizes = sizes
    this.windowCapacity = Math.max(1, Math.floor(capacity * windowShare))
    this.mainCapacity = capacity - this.windowCapacity
    this.probationCapacity = Math.floor(this.mainCapacity * probationShare)
    this.protectedCapacity = Math.floor(this.mainCapacity * protectedShare)
    this.sketch = new FrequencySketch(Math.min(count, this.mainCapacity / meanSize(sizes)))
  }

  request(id: number): boolean {
    const state = this.state[id]!
    if (state === inWindow) {
      this.move(id, inWindow)
      return true
    }
    this.sketch.count(id)
    if (state === absent) {
      if (this.sizeOf(id) > this.capacity) return false
      this.move(id, inWindow)
      while (this.taken[inWindow]! > this.windowCapacity) this.offer(this.last(inWindow))
      return false
    }
    this.move(id, inProtected)
    if (state === onProbation) this.coolDown()
    return true
  }

  remove(id: number): void {
    if (this.state[id] !== absent) this.move(id, absent)
  }

  used(): number {
    return this.taken[inWindow]! + this.taken[onProbation]! + this.taken[inProtected]!
  }

  private sizeOf(id: number): number {
    return this.sizes === undefined ? 1 : this.sizes[id]!
  }

  private last(state: number): number {
    return this.lists.previous[this.lists.ring(state)]!
  }

  /** What is too much in the protected segment goes back on probation, and drives out what is too much there. */
  private coolDown(): void {
    while (this.taken[inProtected]! > this.protectedCapacity) {
      this.move(this.last(inProtected), onProbation)
      while (this.taken[onProbation]! > this.probationCapacity) this.remove(this.last(onProbation))
    }
  }

  /** What the window drives out enters the main cache when there is room, or when it is worth more than what it would drive out. */
  private offer(candidate: number): void {
    const size = this.sizeOf(candidate)
    const excess = this.taken[onProbation]! + this.taken[inProtected]! + size - this.mainCapacity
    if (size > this.mainCapacity || !this.isWorth(candidate, excess)) {
      this.remove(candidate)
      return
    }
    while (this.taken[onProbation]! + this.taken[inProtected]! + size > this.mainCapacity) this.remove(this.victim())
    this.move(candidate, onProbation)
  }

  private victim(): number {
    return this.last(this.taken[onProbation]! > 0 ? onProbation : inProtected)
  }

  /** Whether the candidate was asked for more often than all the objects together that would have to leave. */
  private isWorth(candidate: number, excess: number): boolean {
    if (excess <= 0) return true
    const worth = this.sketch.estimate(candidate)
    const probation = this.lists.ring(onProbation)
    const protectedRing = this.lists.ring(inProtected)
    let against = 0
    let ring = probation
    let victim = this.lists.previous[ring]!
    for (let freed = 0; freed < excess; victim = this.lists.previous[victim]!) {
      if (victim === probation) victim = this.lists.previous[(ring = protectedRing)]!
      if (victim === ring) return true
      against += this.sketch.estimate(victim)
      if (against >= worth) return false
      freed += this.sizeOf(victim)
    }
    return true
  }

  private move(id: number, to: number): void {
    const size = this.sizeOf(id)
    const from = this.state[id]!
    if (from !== absent) {
      this.lists.unlink(id)
      this.taken[from]! -= size
    }
    this.state[id] = to
    if (to === absent) return
    this.lists.pushFront(this.lists.ring(to), id)
    this.taken[to]! += size
  }
}

function meanSize(sizes: Uint32Array | undefined): number {
  if (sizes === undefined || sizes.length === 0) return 1
  return Math.max(1, sizes.reduce((sum, size) => sum + size, 0) / sizes.length)
}

export const wTinyLfu: CachePolicy = {
  id: 'w-tinylfu',
  title: 'W-TinyLFU',
  parameters:
    'window 1 %, probation 20 % and protected 80 % of the rest, 3 of 10 counters an object, halved after 32 counts an object',
  create: (capacity, objects) => new WTinyLfu(capacity, objects),
}

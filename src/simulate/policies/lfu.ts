/**
 * LFU: what was asked for least often since it came in goes first; among equals, what reached that count first. Counts are forgotten with the object and never age.
 * Shah, Mitra and Matani, "An O(1) algorithm for implementing the LFU cache eviction scheme", 2010: a list of counts, each with a list of objects. O(1) a request.
 */
import type { Cache, CachePolicy, Objects } from '../cache-policy.js'
import { LinkedLists } from '../linked-lists.js'

/**
 * Objects with k different counts have been asked for k²/2 times or more, so that 2³² requests make fewer lists than this.
 */
const mostLists = 92_682

class Lfu implements Cache {
  private readonly lists: LinkedLists
  /** Of each object, the ring of its count; 0 when absent, for ring 0 is the order of the counts. */
  private readonly ringOf: Uint32Array
  /** The list of counts in use, ascending from its front: rings chained by these two. */
  private readonly higher: Uint32Array
  private readonly lower: Uint32Array
  private readonly countOf: Float64Array
  private readonly free: Uint32Array
  private freeRings = 0
  private readonly sizes: Uint32Array | undefined
  private readonly objects: number
  private taken = 0

  constructor(
    private readonly capacity: number,
    { count, sizes }: Objects,
  ) {
    // One ring more than there can be counts: the old one is still in use when the new one is made. Number 0 is the ring of rings.
    const rings = Math.min(count, mostLists) + 2
    this.lists = new LinkedLists(count, rings)
    this.objects = count
    this.ringOf = new Uint32Array(count)
    this.higher = new Uint32Array(rings)
    this.lower = new Uint32Array(rings)
    this.countOf = new Float64Array(rings)
    this.free = new Uint32Array(rings)
    for (let ring = rings - 1; ring > 0; ring--) this.free[this.freeRings++] = ring
    this.sizes = sizes
  }

  request(id: number): boolean {
    const ring = this.ringOf[id]!
    if (ring !== 0) {
      this.countUp(id, ring)
      return true
    }
    const size = this.sizes === undefined ? 1 : this.sizes[id]!
    if (size > this.capacity) return false
    while (this.taken + size > this.capacity) this.remove(this.lists.previous[this.objects + this.higher[0]!]!)
    this.put(id, this.ringAfter(0, 1))
    this.taken += size
    return false
  }

  remove(id: number): void {
    const ring = this.ringOf[id]!
    if (ring === 0) return
    this.take(id, ring)
    this.ringOf[id] = 0
    this.taken -= this.sizes === undefined ? 1 : this.sizes[id]!
  }

  used(): number {
    return this.taken
  }

  private countUp(id: number, ring: number): void {
    const count = this.countOf[ring]! + 1
    const alone = this.lists.next[this.objects + ring] === this.lists.previous[this.objects + ring]
    const following = this.higher[ring]!
    // A list of one whose next count is not in use becomes the list of that count: nothing has to move.
    if (alone && (following === 0 || this.countOf[following] !== count)) {
      this.countOf[ring] = count
      return
    }
    const target = this.ringAfter(ring, count)
    this.take(id, ring)
    this.put(id, target)
  }

  private put(id: number, ring: number): void {
    this.lists.pushFront(this.objects + ring, id)
    this.ringOf[id] = ring
  }

  /** Unlinks the object, and gives its ring back when it was the last there. */
  private take(id: number, ring: number): void {
    this.lists.unlink(id)
    if (this.lists.next[this.objects + ring] !== this.objects + ring) return
    const below = this.lower[ring]!
    const above = this.higher[ring]!
    this.higher[below] = above
    this.lower[above] = below
    this.free[this.freeRings++] = ring
  }

  /** The ring of a count, which is the next above ring `below` or does not exist yet. */
  private ringAfter(below: number, count: number): number {
    const above = this.higher[below]!
    if (above !== 0 && this.countOf[above] === count) return above
    const ring = this.free[--this.freeRings]!
    this.countOf[ring] = count
    this.lower[ring] = below
    this.higher[ring] = above
    this.higher[below] = ring
    this.lower[above] = ring
    return ring
  }
}

export const lfu: CachePolicy = {
  id: 'lfu',
  title: 'LFU',
  parameters: 'counts since the object came in; among equals, first in that count goes first',
  create: (capacity, objects) => new Lfu(capacity, objects),
}

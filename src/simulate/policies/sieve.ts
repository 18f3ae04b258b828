/**
 * SIEVE: like Clock, but an object that is spared stays where it is, and a hand walks from old to new. New objects that nobody asks for are sifted out
 * quickly between the old ones that are wanted.
 * Zhang et al., "SIEVE is simpler than LRU", NSDI 2024. Amortised O(1) a request.
 */
import type { Cache, CachePolicy, Objects } from '../cache-policy.js'
import { LinkedLists } from '../linked-lists.js'

const absent = 0
const unvisited = 1
const visited = 2

class Sieve implements Cache {
  private readonly lists: LinkedLists
  private readonly queue: number
  private readonly state: Uint8Array
  private readonly sizes: Uint32Array | undefined
  /** The object to look at next; the ring itself: begin at the oldest. */
  private hand: number
  private taken = 0

  constructor(
    private readonly capacity: number,
    { count, sizes }: Objects,
  ) {
    this.lists = new LinkedLists(count, 1)
    this.queue = this.lists.ring(0)
    this.hand = this.queue
    this.state = new Uint8Array(count)
    this.sizes = sizes
  }

  request(id: number): boolean {
    if (this.state[id] !== absent) {
      this.state[id] = visited
      return true
    }
    const size = this.sizes === undefined ? 1 : this.sizes[id]!
    if (size > this.capacity) return false
    while (this.taken + size > this.capacity) this.evict()
    this.lists.pushFront(this.queue, id)
    this.state[id] = unvisited
    this.taken += size
    return false
  }

  remove(id: number): void {
    if (this.state[id] === absent) return
    if (this.hand === id) this.hand = this.lists.previous[id]!
    this.lists.unlink(id)
    this.state[id] = absent
    this.taken -= this.sizes === undefined ? 1 : this.sizes[id]!
  }

  used(): number {
    return this.taken
  }

  private evict(): void {
    const { previous } = this.lists
    let looked = this.hand === this.queue ? previous[this.queue]! : this.hand
    while (this.state[looked] === visited) {
      this.state[looked] = unvisited
      looked = previous[looked]!
      if (looked === this.queue) looked = previous[looked]!
    }
    this.hand = looked
    this.remove(looked)
  }
}

export const sieve: CachePolicy = {
  id: 'sieve',
  title: 'SIEVE',
  parameters: '',
  create: (capacity, objects) => new Sieve(capacity, objects),
}

/**
 * LRU: what was asked for longest ago goes first. What memcached does within a slab class, and what Redis approximates by sampling.
 * Mattson et al., "Evaluation techniques for storage hierarchies", IBM Systems Journal 1970. O(1) a request.
 */
import type { Cache, CachePolicy, Objects } from '../cache-policy.js'
import { LinkedLists } from '../linked-lists.js'

class Lru implements Cache {
  private readonly lists: LinkedLists
  private readonly queue: number
  private readonly inside: Uint8Array
  private readonly sizes: Uint32Array | undefined
  private taken = 0

  constructor(
    private readonly capacity: number,
    { count, sizes }: Objects,
  ) {
    this.lists = new LinkedLists(count, 1)
    this.queue = this.lists.ring(0)
    this.inside = new Uint8Array(count)
    this.sizes = sizes
  }

  request(id: number): boolean {
    if (this.inside[id] === 1) {
      this.lists.moveToFront(this.queue, id)
      return true
    }
    const size = this.sizes === undefined ? 1 : this.sizes[id]!
    if (size > this.capacity) return false
    while (this.taken + size > this.capacity) this.remove(this.lists.previous[this.queue]!)
    this.lists.pushFront(this.queue, id)
    this.inside[id] = 1
    this.taken += size
    return false
  }

  remove(id: number): void {
    if (this.inside[id] === 0) return
    this.lists.unlink(id)
    this.inside[id] = 0
    this.taken -= this.sizes === undefined ? 1 : this.sizes[id]!
  }

  used(): number {
    return this.taken
  }
}

export const lru: CachePolicy = {
  id: 'lru',
  title: 'LRU',
  parameters: '',
  create: (capacity, objects) => new Lru(capacity, objects),
}

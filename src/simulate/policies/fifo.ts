/**
 * FIFO: what came first goes first, however often it is asked for. The floor that every better policy is measured from.
 * Textbook queue, as in Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 1966. O(1) a request.
 */
import type { Cache, CachePolicy, Objects } from '../cache-policy.js'
import { LinkedLists } from '../linked-lists.js'

class Fifo implements Cache {
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
    if (this.inside[id] === 1) return true
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

export const fifo: CachePolicy = {
  id: 'fifo',
  title: 'FIFO',
  parameters: '',
  create: (capacity, objects) => new Fifo(capacity, objects),
}

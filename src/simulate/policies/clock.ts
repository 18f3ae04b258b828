/**
 * Clock: FIFO in which an object that was asked for since it was last looked at gets a second round. One bit an object; a hit moves nothing.
 * Corbató, "A paging experiment with the Multics system", 1968. Amortised O(1) a request: each bit is set by one hit and cleared once.
 */
import type { Cache, CachePolicy, Objects } from '../cache-policy.js'
import { LinkedLists } from '../linked-lists.js'

const absent = 0
const unvisited = 1
const visited = 2

class Clock implements Cache {
  private readonly lists: LinkedLists
  private readonly queue: number
  private readonly state: Uint8Array
  private readonly sizes: Uint32Array | undefined
  private taken = 0

  constructor(
    private readonly capacity: number,
    { count, sizes }: Objects,
  ) {
    this.lists = new LinkedLists(count, 1)
    this.queue = this.lists.ring(0)
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
    this.lists.unlink(id)
    this.state[id] = absent
    this.taken -= this.sizes === undefined ? 1 : this.sizes[id]!
  }

  used(): number {
    return this.taken
  }

  private evict(): void {
    let oldest = this.lists.previous[this.queue]!
    while (this.state[oldest] === visited) {
      this.state[oldest] = unvisited
      this.lists.moveToFront(this.queue, oldest)
      oldest = this.lists.previous[this.queue]!
    }
    this.remove(oldest)
  }
}

export const clock: CachePolicy = {
  id: 'clock',
  title: 'Clock',
  parameters: 'one bit an object',
  create: (capacity, objects) => new Clock(capacity, objects),
}

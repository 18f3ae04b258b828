/**
 * ARC: two LRU lists, of objects asked for once (recent) and more than once (frequent), and the names of what each evicted last. A request for such a ghost
 * says which list was too short, and moves the target of the first.
 * Megiddo and Modha, "ARC: a self-tuning, low overhead replacement cache", FAST 2003. O(1) a request.
 * What the paper leaves open is objects of different sizes: here all lengths are sums of sizes, and a step is the ratio of the ghost lists times the size of the object.
 */
import type { Cache, CachePolicy, Objects } from '../cache-policy.js'
import { LinkedLists } from '../linked-lists.js'

const absent = 0
const recent = 1
const frequent = 2
const recentGhost = 3
const frequentGhost = 4

class Arc implements Cache {
  private readonly lists: LinkedLists
  private readonly state: Uint8Array
  private readonly sizes: Uint32Array | undefined
  /** Units in each list, by state. */
  private readonly taken = new Float64Array(5)
  /** What the list of recent objects should take. */
  private target = 0

  constructor(
    private readonly capacity: number,
    { count, sizes }: Objects,
  ) {
    this.lists = new LinkedLists(count, 5)
    this.state = new Uint8Array(count)
    this.sizes = sizes
  }

  request(id: number): boolean {
    const state = this.state[id]!
    if (state === recent || state === frequent) {
      this.move(id, frequent)
      return true
    }
    const size = this.sizes === undefined ? 1 : this.sizes[id]!
    if (size > this.capacity) return false
    const { taken, capacity } = this
    if (state === recentGhost) {
      this.target = Math.min(
        capacity,
        this.target + size * Math.max(1, Math.floor(taken[frequentGhost]! / taken[recentGhost]!)),
      )
      while (taken[recent]! + taken[frequent]! + size > capacity) this.replace(false)
      this.move(id, frequent)
    } else if (state === frequentGhost) {
      this.target = Math.max(
        0,
        this.target - size * Math.max(1, Math.floor(taken[recentGhost]! / taken[frequentGhost]!)),
      )
      while (taken[recent]! + taken[frequent]! + size > capacity) this.replace(true)
      this.move(id, frequent)
    } else {
      this.makeRoom(size)
      this.move(id, recent)
    }
    return false
  }

  remove(id: number): void {
    const state = this.state[id]!
    if (state === recent || state === frequent) this.move(id, absent)
  }

  used(): number {
    return this.taken[recent]! + this.taken[frequent]!
  }

  /** For an object of which nothing is known: within the capacity, and with the ghosts within twice that. */
  private makeRoom(size: number): void {
    const { taken, capacity } = this
    while (taken[recent]! + taken[recentGhost]! + size > capacity && taken[recentGhost]! > 0) this.dropLast(recentGhost)
    while (taken[recent]! + size > capacity) this.dropLast(recent)
    while (
      taken[recent]! + taken[recentGhost]! + taken[frequent]! + taken[frequentGhost]! + size > 2 * capacity &&
      taken[frequentGhost]! > 0
    )
      this.dropLast(frequentGhost)
    while (taken[recent]! + taken[frequent]! + size > capacity) this.replace(false)
  }

  /** Makes a ghost of the least recent object of the list that is longer than its target. */
  private replace(forFrequentGhost: boolean): void {
    const length = this.taken[recent]!
    const fromRecent = length > 0 && (length > this.target || (forFrequentGhost && length === this.target))
    if (fromRecent || this.taken[frequent] === 0) this.move(this.lists.previous[this.lists.ring(recent)]!, recentGhost)
    else this.move(this.lists.previous[this.lists.ring(frequent)]!, frequentGhost)
  }

  private dropLast(state: number): void {
    this.move(this.lists.previous[this.lists.ring(state)]!, absent)
  }

  private move(id: number, to: number): void {
    const size = this.sizes === undefined ? 1 : this.sizes[id]!
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

export const arc: CachePolicy = {
  id: 'arc',
  title: 'ARC',
  parameters: 'whole steps of the target, as in the paper’s pseudocode',
  create: (capacity, objects) => new Arc(capacity, objects),
}

/**
 * S3-FIFO: a small queue on probation, a main queue, and a ghost queue of names. What nobody asks for twice leaves by the small queue, quickly, and is
 * remembered as a ghost; a ghost that is asked for goes to the main queue.
 * Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023. Amortised O(1) a request.
 */
import type { Cache, CachePolicy, Objects } from '../cache-policy.js'
import { LinkedLists } from '../linked-lists.js'

const absent = 0
const inSmall = 1
const inMain = 2
const inGhost = 3

const smallShare = 0.1
const ghostShare = 0.9
/** Hits in the small queue that an object needs for the main one. */
const hitsForMain = 2
const mostHits = 3

class S3Fifo implements Cache {
  private readonly lists: LinkedLists
  private readonly small: number
  private readonly main: number
  private readonly ghost: number
  private readonly state: Uint8Array
  private readonly hits: Uint8Array
  private readonly sizes: Uint32Array | undefined
  private readonly mainCapacity: number
  private readonly ghostCapacity: number
  private smallTaken = 0
  private mainTaken = 0
  private ghostTaken = 0

  constructor(
    private readonly capacity: number,
    { count, sizes }: Objects,
  ) {
    this.lists = new LinkedLists(count, 3)
    this.small = this.lists.ring(0)
    this.main = this.lists.ring(1)
    this.ghost = this.lists.ring(2)
    this.state = new Uint8Array(count)
    this.hits = new Uint8Array(count)
    this.sizes = sizes
    this.mainCapacity = capacity - Math.max(1, Math.floor(capacity * smallShare))
    this.ghostCapacity = Math.floor(capacity * ghostShare)
  }

  request(id: number): boolean {
    const state = this.state[id]!
    if (state === inSmall || state === inMain) {
      if (this.hits[id]! < mostHits) this.hits[id]!++
      return true
    }
    const size = this.sizeOf(id)
    if (size > this.capacity) return false
    if (state === inGhost) this.dropGhost(id)
    while (this.smallTaken + this.mainTaken + size > this.capacity) this.evict()
    if (state === inGhost) this.enterMain(id, 0)
    else {
      this.lists.pushFront(this.small, id)
      this.state[id] = inSmall
      this.hits[id] = 0
      this.smallTaken += size
    }
    return false
  }

  remove(id: number): void {
    const state = this.state[id]!
    if (state === inSmall) this.smallTaken -= this.sizeOf(id)
    else if (state === inMain) this.mainTaken -= this.sizeOf(id)
    else return
    this.lists.unlink(id)
    this.state[id] = absent
  }

  used(): number {
    return this.smallTaken + this.mainTaken
  }

  private sizeOf(id: number): number {
    return this.sizes === undefined ? 1 : this.sizes[id]!
  }

  private evict(): void {
    if (this.mainTaken > this.mainCapacity || this.smallTaken === 0) this.evictMain()
    else this.evictSmall()
  }

  /** May end without having evicted anything, when all of the small queue deserved the main one. */
  private evictSmall(): void {
    while (this.smallTaken > 0) {
      const oldest = this.lists.previous[this.small]!
      const hits = this.hits[oldest]!
      this.remove(oldest)
      if (hits < hitsForMain) {
        this.enterGhost(oldest)
        return
      }
      this.enterMain(oldest, 0)
    }
  }

  private evictMain(): void {
    for (;;) {
      const oldest = this.lists.previous[this.main]!
      const hits = this.hits[oldest]!
      if (hits === 0) {
        this.remove(oldest)
        return
      }
      this.hits[oldest] = hits - 1
      this.lists.moveToFront(this.main, oldest)
    }
  }

  private enterMain(id: number, hits: number): void {
    this.lists.pushFront(this.main, id)
    this.state[id] = inMain
    this.hits[id] = hits
    this.mainTaken += this.sizeOf(id)
  }

  private enterGhost(id: number): void {
    const size = this.sizeOf(id)
    if (size > this.ghostCapacity) return
    while (this.ghostTaken + size > this.ghostCapacity) this.dropGhost(this.lists.previous[this.ghost]!)
    this.lists.pushFront(this.ghost, id)
    this.state[id] = inGhost
    this.ghostTaken += size
  }

  private dropGhost(id: number): void {
    this.lists.unlink(id)
    this.state[id] = absent
    this.ghostTaken -= this.sizeOf(id)
  }
}

export const s3Fifo: CachePolicy = {
  id: 's3-fifo',
  title: 'S3-FIFO',
  parameters: 'small queue 10 %, ghosts of 90 % of the capacity, two hits for the main queue, counts up to 3',
  create: (capacity, objects) => new S3Fifo(capacity, objects),
}

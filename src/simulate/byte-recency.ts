/**
 * Stack distance in bytes: how large an LRU cache must be to still have an object, when objects differ in size: the sizes of all that was asked for since, and its own.
 * Like recency.ts, with sums of sizes in place of counts of marks: blocks are smaller, for a block has to be added up instead of having its bits counted.
 * Exact for caches that are no smaller than the largest object; a smaller one passes over objects that this counts.
 */
import { firstRequest } from './recency.js'

const blockBits = 5

export class ByteRecency {
  private readonly marks: Uint32Array
  private readonly sizeAt: Uint32Array
  private readonly objectAt: Uint32Array
  private readonly sums: Float64Array
  private readonly places: number
  private now = 0
  private total = 0

  /** `sizes` by id, which must not change. */
  constructor(private readonly sizes: Uint32Array) {
    const blocks = Math.max(2, Math.ceil((2 * sizes.length) / (1 << blockBits)) + 1)
    this.places = blocks << blockBits
    this.marks = new Uint32Array(sizes.length)
    this.sizeAt = new Uint32Array(this.places)
    this.objectAt = new Uint32Array(this.places)
    this.sums = new Float64Array(blocks + 1)
  }

  /** Bytes, counting the object itself; `firstRequest` when it was not asked for before. */
  request(id: number): number {
    if (this.now === this.places) this.moveTogether()
    const mark = this.marks[id]!
    const distance = mark === 0 ? firstRequest : this.takeMark(mark - 1)
    const place = this.now++
    this.sizeAt[place] = this.sizes[id]!
    this.marks[id] = place + 1
    this.objectAt[place] = id
    this.total += this.sizes[id]!
    if ((this.now & ((1 << blockBits) - 1)) === 0) this.closeBlock(place >>> blockBits)
    return distance
  }

  private takeMark(place: number): number {
    const { sizeAt, sums } = this
    const block = place >>> blockBits
    const size = sizeAt[place]!
    let distance = 0
    if (block === this.now >>> blockBits) {
      for (let at = place; at < this.now; at++) distance += sizeAt[at]!
    } else {
      let before = 0
      for (let at = block << blockBits; at < place; at++) before += sizeAt[at]!
      for (let node = block; node > 0; node &= node - 1) before += sums[node]!
      distance = this.total - before
      for (let node = block + 1; node < sums.length; node += node & -node) sums[node]! -= size
    }
    sizeAt[place] = 0
    this.total -= size
    return distance
  }

  private closeBlock(block: number): void {
    const { sizeAt, sums } = this
    let full = 0
    for (let at = block << blockBits; at < (block + 1) << blockBits; at++) full += sizeAt[at]!
    for (let node = block + 1; node < sums.length; node += node & -node) sums[node]! += full
  }

  private moveTogether(): void {
    const { sizeAt, objectAt, marks, sizes } = this
    let to = 0
    for (let from = 0; from < this.now; from++) {
      const id = objectAt[from]!
      // A mark that was taken away is no longer the object's.
      if (marks[id] !== from + 1) continue
      objectAt[to] = id
      marks[id] = ++to
    }
    sizeAt.fill(0)
    this.sums.fill(0)
    for (let place = 0; place < to; place++) sizeAt[place] = sizes[objectAt[place]!]!
    this.now = to
    for (let block = 0; block < to >>> blockBits; block++) this.closeBlock(block)
  }
}

/**
 * How many different objects were asked for since an object was asked for last: its stack distance, which an LRU cache must be larger than to still have it.
 * Each object has one mark, at the time of its last request; the distance is the number of marks behind it. Marks are bits in blocks of 256; a Fenwick tree
 * holds the sums of the blocks that are full, so that the newest block costs it nothing until it is closed. When time runs out, the marks are
 * moved together, which happens so seldom that it costs O(1) a request.
 * Mattson et al. 1970 (the distance); Bennett and Kruskal, "LRU stack processing", IBM J. 1975 (the tree); Olken 1981 (one mark an object). O(log objects) a request.
 */
const blockBits = 8
const wordsInBlock = 1 << (blockBits - 5)

/** Returned for an object that was not asked for before. */
export const firstRequest = -1

export class Recency {
  /** Place of each object's mark, plus one; 0 for an object that has none. */
  private readonly marks: Uint32Array
  private readonly words: Uint32Array
  private readonly sums: Uint32Array
  private readonly objectAt: Uint32Array
  private readonly places: number
  private now = 0
  private marked = 0

  constructor(objects: number) {
    // With twice as many places as objects, at least half of them are free after each moving together.
    const blocks = Math.max(2, Math.ceil((2 * objects) / (1 << blockBits)) + 1)
    this.places = blocks << blockBits
    this.marks = new Uint32Array(objects)
    this.words = new Uint32Array(this.places >>> 5)
    this.objectAt = new Uint32Array(this.places)
    this.sums = new Uint32Array(blocks + 1)
  }

  /** The distance of a request, counting the object itself: 1 when it was the last one asked for. */
  request(id: number): number {
    if (this.now === this.places) this.moveTogether()
    const mark = this.marks[id]!
    const distance = mark === 0 ? firstRequest : this.takeMark(mark - 1)
    const place = this.now++
    this.words[place >>> 5]! |= 1 << (place & 31)
    this.marks[id] = place + 1
    this.objectAt[place] = id
    this.marked++
    if ((this.now & ((1 << blockBits) - 1)) === 0) this.closeBlock(place >>> blockBits)
    return distance
  }

  private takeMark(place: number): number {
    const { words, sums } = this
    const block = place >>> blockBits
    const word = place >>> 5
    let distance: number
    if (block === this.now >>> blockBits) {
      const end = this.now >>> 5
      let behind = ones(words[word]! & (-1 << (place & 31)))
      for (let w = word + 1; w <= end; w++) behind += ones(words[w]!)
      distance = behind
    } else {
      let upTo = ones(words[word]! & (0xffffffff >>> (31 - (place & 31))))
      for (let w = block * wordsInBlock; w < word; w++) upTo += ones(words[w]!)
      for (let node = block; node > 0; node &= node - 1) upTo += sums[node]!
      distance = this.marked - upTo + 1
      for (let node = block + 1; node < sums.length; node += node & -node) sums[node]!--
    }
    words[word]! &= ~(1 << (place & 31))
    this.marked--
    return distance
  }

  private closeBlock(block: number): void {
    const { words, sums } = this
    let full = 0
    for (let w = block * wordsInBlock; w < (block + 1) * wordsInBlock; w++) full += ones(words[w]!)
    for (let node = block + 1; node < sums.length; node += node & -node) sums[node]! += full
  }

  /** The same marks in the same order, without gaps. */
  private moveTogether(): void {
    const { words, objectAt, marks } = this
    let to = 0
    for (let from = 0; from < this.now; from++) {
      if ((words[from >>> 5]! & (1 << (from & 31))) === 0) continue
      const id = objectAt[from]!
      objectAt[to] = id
      marks[id] = ++to
    }
    words.fill(0)
    this.sums.fill(0)
    for (let place = 0; place < to; place++) words[place >>> 5]! |= 1 << (place & 31)
    this.now = to
    for (let block = 0; block < to >>> blockBits; block++) this.closeBlock(block)
  }
}

/** Bits that are set. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

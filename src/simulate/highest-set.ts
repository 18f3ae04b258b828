/**
 * A set of whole numbers below a limit that knows its highest member: bits in words, and bits above them that say which words are not empty.
 * All operations take log₃₂ of the limit: five steps for ten million.
 */
export class HighestSet {
  private readonly levels: Uint32Array[] = []

  constructor(limit: number) {
    let words = limit
    do {
      words = Math.max(1, Math.ceil(words / 32))
      this.levels.push(new Uint32Array(words))
    } while (words > 1)
  }

  add(member: number): void {
    let place = member
    for (const level of this.levels) {
      const word = place >>> 5
      const before = level[word]!
      level[word] = before | (1 << (place & 31))
      if (before !== 0) return
      place = word
    }
  }

  /** Whether it was a member. */
  delete(member: number): boolean {
    let place = member
    const [lowest] = this.levels
    if ((lowest![place >>> 5]! & (1 << (place & 31))) === 0) return false
    for (const level of this.levels) {
      const word = place >>> 5
      const after = level[word]! & ~(1 << (place & 31))
      level[word] = after
      if (after !== 0) break
      place = word
    }
    return true
  }

  /** The highest member of a set that is not empty. */
  highest(): number {
    let place = 0
    for (let i = this.levels.length - 1; i >= 0; i--) place = place * 32 + 31 - Math.clz32(this.levels[i]![place]!)
    return place
  }
}

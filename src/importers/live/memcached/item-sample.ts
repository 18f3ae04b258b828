/**
 * A sample of the items that memcached's crawler tells of: those whose keys have the smallest hashes, so that neither name nor age decides.
 * What is easily got wrong: the crawler goes from small items to large ones and from old to young; the first lines are no sample.
 */
import type { CacheKeyRow } from '../../common/cache-rows.js'
import { wholeNumber } from '../../common/cache-rows.js'

const longestKey = 1_024

interface Kept {
  hash: number
  line: string
}

export class ItemSample {
  private kept: Kept[] = []
  private limit = 0xffff_ffff
  /** Items that were told of. */
  seen = 0

  constructor(private readonly wanted: number) {}

  add(line: string): void {
    const key = /^key=(\S+)/.exec(line)?.[1]
    if (key === undefined) return
    this.seen++
    const hash = hashOf(key)
    if (hash > this.limit) return
    this.kept.push({ hash, line })
    if (this.kept.length >= this.wanted * 2) this.cut()
  }

  private cut(): void {
    this.kept.sort((a, b) => a.hash - b.hash || (a.line < b.line ? -1 : 1))
    this.kept.length = Math.min(this.kept.length, this.wanted)
    if (this.kept.length === this.wanted) this.limit = this.kept.at(-1)?.hash ?? this.limit
  }

  /** The rows, by the server's time in seconds. */
  rows(at: number, common: Pick<CacheKeyRow, 'Source' | 'Cache' | 'Total'>): CacheKeyRow[] {
    this.cut()
    return this.kept.map(({ line }) => {
      const facts = new Map([...line.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]))
      const expires = facts.get('exp')
      const touched = wholeNumber(facts.get('la'))
      return {
        ...common,
        Database: '',
        Key: keyOf(facts.get('key') ?? ''),
        Type: 'string',
        TtlMs: expires === '-1' ? -1 : wholeNumber(expires) >= 0 ? Math.max(0, wholeNumber(expires) - at) * 1_000 : -2,
        MemoryBytes: wholeNumber(facts.get('size')),
        Elements: -1,
        IdleSeconds: touched >= 0 ? Math.max(0, at - touched) : -1,
        Frequency: -1,
        Encoding: '',
        Sampled: this.kept.length,
      }
    })
  }
}

/** FNV-1a with a last mix, since its high bits are poor for short keys. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Keys are written as in a URL. */
function keyOf(text: string): string {
  try {
    return decodeURIComponent(text).slice(0, longestKey)
  } catch {
    return text.slice(0, longestKey)
  }
}

/** Cards of caches: which patterns have one, in which order, and that a figure that nobody saw is left out and never zero. */
import { describe, expect, it } from 'vitest'
import { cacheCards } from '../../src/engine/cache-cards.js'
import type { RequirementRow } from '../../src/model/charter.js'
import { blankRows, type SurveyRows } from '../../src/survey/rows.js'

type Rows = Parameters<typeof cacheCards>[0]
type Pattern = SurveyRows['cachePatterns'][number]
type Stream = SurveyRows['cacheStreams'][number]

const cache = 'redis://cache:6379/0'
const database = 'postgresql://pg:5432/shop'
const nothing: Rows = { cachePatterns: [], cacheInvalidations: [], cacheStreams: [], storeLoad: [] }

/** Seen in a capture alone. */
const captured: Pattern = {
  ...blankRows.cachePatterns,
  cache,
  pattern: 'book:{id}',
  origin: 'capture',
  cached: 1,
  variable: 1,
  windowSeconds: 100,
  commands: 500,
  reads: 400,
  hits: 300,
  misses: 100,
  writes: 100,
  keys: 50,
  bornKeys: 50,
  ttlP50Ms: 60_000,
  ttlMinMs: 45_000,
  ttlMaxMs: 75_000,
}
/** And in traces, with the database behind it. */
const traced: Pattern = {
  ...captured,
  tracedMisses: 100,
  sourceKind: 'query',
  sourceStore: database,
  sourceTables: ['books'],
  sourceMs: 10,
  getMs: 1,
  setMs: 1,
  readers: ['shop'],
}
/** Fifty keys in turn, four reads a second, the first of them deleted once. */
const stream: Stream = {
  ...blankRows.cacheStreams,
  cache,
  pattern: 'book:{id}',
  rate: 1,
  hashes: Array.from({ length: 401 }, (_, n) => n % 50),
  atMs: Array.from({ length: 401 }, (_, n) => n * 250),
  deletions: Array.from({ length: 401 }, (_, n) => (n === 400 ? 1 : 0)),
  objects: Array.from({ length: 50 }, (_, n) => n),
  objectBytes: Array.from({ length: 50 }, () => 0),
  popularKeys: ['book:1', 'book:2'],
  popularHits: 240,
  allHits: 300,
}
const staleness: RequirementRow = {
  requirement: 'fresh-books',
  scopeKind: 'data',
  scope: 'redis://cache',
  service: '',
  metric: 'staleness',
  comparator: '<=',
  value: 30_000,
  unit: 'ms',
  order: '',
  because: '',
  status: 'accepted',
  practice: 'charter',
  file: 'faultline.yaml',
  line: 1,
  column: 1,
}

const card = (rows: Partial<Rows>, requirements: readonly RequirementRow[] = []) =>
  cacheCards({ ...nothing, ...rows }, requirements)[0]

describe('which patterns have a card', () => {
  it('those that behave as a cache and whose keys are shown, the busiest first', () => {
    const cachePatterns = [
      { ...captured, pattern: 'b', commands: 5 },
      { ...captured, pattern: 'a', commands: 5 },
      { ...captured, pattern: 'c', commands: 9 },
      { ...captured, pattern: 'queue', cached: 0 },
      { ...captured, pattern: '' },
    ]
    expect(cacheCards({ ...nothing, cachePatterns }, []).map(({ pattern }) => pattern)).toEqual(['c', 'a', 'b'])
  })
  it('no more than sixty', () => {
    const cachePatterns = Array.from({ length: 90 }, (_, n) => ({ ...captured, pattern: `p${n}` }))
    expect(cacheCards({ ...nothing, cachePatterns }, [])).toHaveLength(60)
  })
})

describe('of a capture alone', () => {
  const told = card({ cachePatterns: [captured] })
  it('there is no source, no time, no cold start and no curve', () => {
    for (const member of ['source', 'timesMs', 'coldStart', 'curve']) expect(told).not.toHaveProperty(member)
  })
  it('there are calls that were spared, and neither time nor memory', () => {
    expect(told?.worth).toEqual({ callsPerSecond: 3 })
  })
  it('there are times to live, and how old an answer can be', () => {
    expect(told?.ttl).toEqual({ p50Ms: 60_000, minMs: 45_000, maxMs: 75_000, eternalShare: 0 })
    expect(told?.worstStalenessMs).toBe(75_000)
  })
  it('no key is to be warmed where no stream shows one', () => {
    expect(told?.warming).toEqual({ keys: [], hits: 0, ofHits: 0 })
  })
})

describe('lives', () => {
  it('without end are null, hidden ones are left out', () => {
    const eternal = { ...captured, ttlP50Ms: 0, ttlMinMs: 0, ttlMaxMs: 0, eternalKeys: 50 }
    expect(card({ cachePatterns: [eternal] })).toMatchObject({ worstStalenessMs: null, ttl: { eternalShare: 1 } })
    const hidden = card({ cachePatterns: [{ ...eternal, eternalKeys: 0 }] })
    expect(hidden).not.toHaveProperty('worstStalenessMs')
    expect(hidden?.ttl).toEqual({ eternalShare: 0 })
  })
  it('are held against the strictest requirement that covers the cache', () => {
    const rows = { cachePatterns: [captured] }
    expect(card(rows, [staleness, { ...staleness, value: 90_000 }])?.ttl.allowedMs).toBe(30_000)
    expect(card(rows, [{ ...staleness, status: 'proposed' }])?.ttl).not.toHaveProperty('allowedMs')
    expect(card(rows, [{ ...staleness, scope: 'redis://other' }])?.ttl).not.toHaveProperty('allowedMs')
  })
})

describe('with traces', () => {
  const storeLoad = [{ ...blankRows.storeLoad, store: database, meanPerSecond: 3, peakPerSecond: 5, p50Ms: 10 }]
  it('time is won by hits and lost by misses', () => {
    // three of four reads win 9 ms, one loses 2; four reads a second
    expect(card({ cachePatterns: [traced] })?.worth.msPerSecond).toBeCloseTo(4 * (0.75 * 9 - 0.25 * 2))
    const slow = { ...traced, getMs: 20 }
    expect(card({ cachePatterns: [slow] })?.worth.msPerSecond).toBeLessThan(0)
  })
  it('writes to its tables say whether it was told', () => {
    const change = { ...blankRows.cacheInvalidations, cache, pattern: 'book:{id}', store: database, table: 'books' }
    const cacheInvalidations = [
      { ...change, writes: 40, told: 10, writers: ['stock'], tellers: ['stock'] },
      { ...change, pattern: 'other' },
    ]
    expect(card({ cachePatterns: [traced], cacheInvalidations })?.invalidation).toEqual([
      { store: database, table: 'books', writes: 40, told: 10, writers: ['stock'], tellers: ['stock'] },
    ])
  })
  it('a cold start asks for all that the cache is asked for, half as often again', () => {
    const told = card({ cachePatterns: [traced], cacheStreams: [stream], storeLoad })?.coldStart
    // 4 reads a second and 2 queries of others
    expect(told).toMatchObject({ store: database, coldPerSecond: 9, warmPerSecond: 3, seenPerSecond: 5 })
    expect(told?.refillMs).toBeGreaterThan(0)
  })
  it('there is none where a service answers the misses, or the load of the store is not known', () => {
    const service = { ...traced, sourceKind: 'client', sourceStore: 'catalogue' }
    expect(card({ cachePatterns: [service], cacheStreams: [stream], storeLoad })).not.toHaveProperty('coldStart')
    expect(card({ cachePatterns: [traced], cacheStreams: [stream] })).not.toHaveProperty('coldStart')
  })
})

describe('the curve', () => {
  it('of a loop falls only where all of it fits', () => {
    const told = card({ cachePatterns: [captured], cacheStreams: [stream] })?.curve
    expect(told).toMatchObject({ unit: 'objects', enough: 50, present: 50 })
    expect(told?.points.find(({ size }) => size === 49)?.missRatio ?? 1).toBe(1)
  })
  it('is in bytes where sizes are known, those of a server’s own keeping added', () => {
    const sized = { ...stream, objectBytes: stream.objects.map(() => 10) }
    expect(card({ cachePatterns: [captured], cacheStreams: [sized] })?.curve).toMatchObject({
      unit: 'bytes',
      present: 50 * (10 + 90),
    })
  })
  it('of a sample of the keys speaks of all of them', () => {
    expect(card({ cachePatterns: [captured], cacheStreams: [{ ...stream, rate: 0.1 }] })?.curve?.present).toBe(500)
  })
  it('is not drawn of fewer than a hundred reads, of one key, or where nothing is asked for twice', () => {
    const once = { ...stream, hashes: stream.hashes.map((_, n) => n), objects: stream.hashes.map((_, n) => n) }
    const none: [Pattern, Stream][] = [
      [{ ...captured, reads: 99 }, stream],
      [{ ...captured, variable: 0 }, stream],
      [captured, once],
    ]
    for (const [row, own] of none)
      expect(card({ cachePatterns: [row], cacheStreams: [own] })).not.toHaveProperty('curve')
  })
  it('belongs to its own pattern', () => {
    expect(card({ cachePatterns: [captured], cacheStreams: [{ ...stream, pattern: 'other' }] })).not.toHaveProperty(
      'curve',
    )
  })
})

describe('warming', () => {
  it('names the fewest keys that carry the hits', () => {
    expect(card({ cachePatterns: [captured], cacheStreams: [stream] })?.warming).toEqual({
      keys: ['book:1', 'book:2'],
      hits: 240,
      ofHits: 300,
    })
  })
})

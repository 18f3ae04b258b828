/** Hit ratio and age of what caches answer, as requirements and decisions demand them: what is proven, what is refuted, what stays open. */
import { describe, expect, it } from 'vitest'
import { ages, hitRatios, type CacheRows } from '../../src/audits/requirements/measured-caches.js'
import type { Outcome, Target } from '../../src/audits/requirements/targets.js'
import { blankRows } from '../../src/survey/rows.js'

const nothing: CacheRows = {
  cachePatterns: [],
  cacheServers: [],
  cacheInvalidations: [],
  overview: [{ ...blankRows.overview, traces: 1000 }],
}
const cache = 'redis://redis-catalogue:6379/0'
const books = { ...blankRows.cachePatterns, cache, pattern: 'book:{uuid}:page' }
const data = { scopeKind: 'data', service: '', order: '' } as const

function told(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) =>
    'reading' in outcome
      ? `${outcome.reading.holds ? 'holds' : 'broken'}: ${outcome.reading.text}`
      : `open: ${outcome.thin}`,
  )
}

describe('hit ratio', () => {
  const judge = (scope: string, rows: Partial<CacheRows>, value = 0.8) =>
    told(
      hitRatios({ ...data, scope, metric: 'hitRatio', comparator: '>=', value, unit: 'ratio' } satisfies Target, {
        ...nothing,
        ...rows,
      }),
    )

  it('is of a whole cache, or of each pattern of keys', () => {
    const cachePatterns = [
      { ...books, hits: 90, misses: 10 },
      { ...books, pattern: 'author:{id}', hits: 60, misses: 40 },
      { ...books, cache: 'redis://redis-cart:6379/0', hits: 1, misses: 99 },
    ]
    expect(judge('redis://redis-catalogue', { cachePatterns })).toEqual([
      'broken: redis://redis-catalogue:6379/0 answers 75 % of 200 reads',
    ])
    expect(judge('redis://redis-catalogue/book:{id}:*', { cachePatterns })).toEqual([
      'holds: book:{uuid}:page in redis://redis-catalogue:6379/0 answers 90 % of 100 reads',
    ])
    expect(judge('redis://redis-prices', { cachePatterns })).toEqual([])
  })
  it('takes enough reads, and reads that tell', () => {
    expect(judge('redis://redis-catalogue', { cachePatterns: [{ ...books, hits: 99 }] })[0]).toMatch(
      /^open: .* 99 reads .* needs 100$/,
    )
    expect(judge('redis://redis-catalogue', { cachePatterns: [{ ...books, hits: 299 }] }, 0.99)[0]).toMatch(
      /needs 300$/,
    )
    const hidden = { ...books, hits: 100, unknown: 101 }
    expect(judge('redis://redis-catalogue', { cachePatterns: [hidden] })[0]).toMatch(
      /^open: .* of 201 reads only 100 tell/,
    )
  })
  it('is what the server counted, best since the first look', () => {
    const server = {
      ...blankRows.cacheServers,
      cache: 'redis://redis-catalogue:6379',
      database: '',
      observations: 1,
      hits: 900,
      misses: 100,
      firstHits: -1,
      firstMisses: -1,
    }
    const cachePatterns = [{ ...books, hits: 100 }]
    expect(judge('redis://redis-catalogue', { cachePatterns, cacheServers: [server] })).toEqual([
      'holds: redis://redis-catalogue:6379 answers 90 % of 1000 lookups that its server counted',
    ])
    const later = { ...server, observations: 2, firstHits: 850, firstMisses: 0 }
    expect(judge('redis://redis-catalogue', { cachePatterns, cacheServers: [later] })[0]).toMatch(
      /^broken: .* 33.* of 150 lookups/,
    )
    expect(judge('redis://redis-catalogue/0', { cachePatterns, cacheServers: [server] })[0]).toMatch(/100 reads$/)
  })
})

describe('age', () => {
  const table = 'postgresql://pg-pricing/pricing/prices'
  const price = {
    ...books,
    pattern: 'price:{id}',
    sourceStore: 'postgresql://pg-pricing:5432/pricing',
    sourceTables: ['public.prices'],
    hits: 60,
    windowSeconds: 180,
    writes: 10,
    fills: 10,
    plainWrites: 10,
  }
  const judge = (row: object, invalidation?: object, scope = table) =>
    told(
      ages({ ...data, scope, metric: 'staleness', comparator: '<=', value: 60_000, unit: 'ms' } satisfies Target, {
        ...nothing,
        cachePatterns: [{ ...price, ...row }],
        cacheInvalidations:
          invalidation === undefined
            ? []
            : [{ ...blankRows.cacheInvalidations, cache, pattern: 'price:{id}', ...invalidation }],
      }),
    )

  it('is of caches that hold copies of the data', () => {
    expect(judge({ hitAgeMaxMs: 60_000 })).toEqual([
      'holds: price:{id} in redis://redis-catalogue:6379/0 was read 60000 ms after it was written, at most',
    ])
    expect(judge({ hitAgeMaxMs: 60_000 }, undefined, 'postgresql://pg-stock')).toEqual([])
    expect(judge({ hitAgeMaxMs: 60_000, sourceStore: '', sourceTables: [] })).toEqual([])
  })
  it('is bounded by a time to live', () => {
    expect(judge({ ttlMaxMs: 60_000, plainWrites: 0, hits: 1, windowSeconds: 1 })[0]).toMatch(/^holds: .* at most$/)
    expect(judge({ ttlMaxMs: 60_000, plainWrites: 1, hits: 1, windowSeconds: 1 })[0]).toMatch(
      /^open: .* 1 hits in 1 s, needs 60 in 180 s$/,
    )
  })
  it('is that of the copy only where nobody takes it out', () => {
    const old = { hitAgeMaxMs: 60_001 }
    expect(judge(old)[0]).toMatch(/^broken: .* nothing took it out in between$/)
    expect(judge({ ...old, deletes: 1 })[0]).toMatch(/^open: .* whether it was still true/)
    expect(judge({ ...old, writes: 11 })[0]).toMatch(/^open: /)
    expect(judge(old, { writes: 20, told: 20 })[0]).toMatch(/^open: /)
    expect(judge({ ...old, deletes: 1 }, { writes: 20, told: 14 })[0]).toMatch(
      /^broken: .* of 20 changes of its source 6 told it nothing$/,
    )
  })
})

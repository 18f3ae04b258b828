/** Every policy gives the misses of its brute-force twin, and the bounds are bounds. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccessStream } from '../../src/simulate/access-stream.js'
import { optimalOutcome, unboundedOutcome } from '../../src/simulate/bounds.js'
import { cachePolicies, cachePolicyOf } from '../../src/simulate/policies/index.js'
import { runCache, type CacheOutcome } from '../../src/simulate/run-cache.js'
import { fewestMisses, plainPolicies } from './brute-force.js'
import { shapes, streams } from './traces.js'

/** What `runCache` should give, by brute force. */
function plainOutcome(stream: AccessStream, id: string, capacity: number, ttlMs = Infinity): CacheOutcome {
  const { keys, keyCount, sizes, timesMs, deletions } = stream
  const meanSize = sizes === undefined ? 1 : sizes.reduce((sum, size) => sum + size, 0) / keyCount
  const cache = plainPolicies[id]!(capacity, (key) => sizes?.[key] ?? 1, { count: keyCount, meanSize })
  const fetched = new Map<number, number>()
  let requests = 0
  const ages: number[] = []
  keys.forEach((key, i) => {
    if (deletions?.[i] === 1) return cache.remove(key)
    requests++
    const now = timesMs?.[i] ?? 0
    const age = now - (fetched.get(key) ?? now)
    if (age >= ttlMs) cache.remove(key)
    if (cache.request(key)) ages.push(age)
    else fetched.set(key, now)
  })
  const misses = requests - ages.length
  return {
    requests,
    misses,
    missRatio: requests === 0 ? 0 : misses / requests,
    meanAgeMs: requests === 0 ? 0 : ages.reduce((sum, age) => sum + age, 0) / requests,
    worstAgeMs: Math.max(0, ...ages),
  }
}

const capacities = fc.integer({ min: 1, max: 40 })
const lifetimes = fc.integer({ min: 1, max: 400 })

describe('policies against brute force', () => {
  test('every policy has a twin', () => {
    expect(Object.keys(plainPolicies)).toEqual(cachePolicies.map(({ id }) => id))
  })

  for (const { name, shape } of shapes) {
    for (const policy of cachePolicies) {
      test(`${policy.id}, ${name}`, () => {
        fc.assert(
          fc.property(streams(shape), capacities, lifetimes, (stream, capacity, life) => {
            const ttlMs = shape.times ? life : undefined
            const outcome = runCache(stream, policy, { capacity, ...(ttlMs !== undefined && { ttlMs }) })
            expect(outcome).toEqual(plainOutcome(stream, policy.id, capacity, ttlMs))
          }),
          { seed: 11, numRuns: 120 },
        )
      })
    }
  }

  test('large W-TinyLFU caches, whose window holds several objects', () => {
    const wide = fc.array(fc.nat({ max: 700 }), { minLength: 1500, maxLength: 2500, size: 'max' })
    fc.assert(
      fc.property(wide, fc.integer({ min: 200, max: 400 }), (keys, capacity) => {
        const stream = { keys: Uint32Array.from(keys, (key) => Math.floor(key ** 2 / 700)), keyCount: 701 }
        const outcome = runCache(stream, cachePolicyOf('w-tinylfu')!, { capacity })
        expect(outcome).toEqual(plainOutcome(stream, 'w-tinylfu', capacity))
      }),
      { seed: 11, numRuns: 5 },
    )
  })
})

describe('bounds', () => {
  test('no capacity is ever exceeded, and what is used is what is there', () => {
    fc.assert(
      fc.property(streams({ sizes: true, deletions: true }), capacities, (stream, capacity) => {
        for (const policy of cachePolicies) {
          const cache = policy.create(capacity, { count: stream.keyCount, sizes: stream.sizes! })
          const used = Array.from(stream.keys, (key, i) => {
            if (stream.deletions![i] === 1) cache.remove(key)
            else cache.request(key)
            return cache.used()
          })
          expect(used.filter((units) => units < 0 || units > capacity)).toEqual([])
          for (let id = 0; id < stream.keyCount; id++) cache.remove(id)
          expect(cache.used()).toBe(0)
        }
      }),
      { seed: 12, numRuns: 60 },
    )
  })

  test('the optimum is what trying everything finds', () => {
    const short = fc.array(fc.nat({ max: 5 }), { maxLength: 14 })
    fc.assert(
      fc.property(short, fc.integer({ min: 1, max: 4 }), (keys, capacity) => {
        const { misses, exact } = optimalOutcome({ keys: Uint32Array.from(keys), keyCount: 6 }, { capacity })
        expect(exact).toBe(true)
        expect(misses).toBe(fewestMisses(keys, capacity))
      }),
      { seed: 13, numRuns: 200 },
    )
  })

  for (const { name, shape } of shapes) {
    test(`unbounded ≤ optimal ≤ every policy, ${name}`, () => {
      fc.assert(
        fc.property(streams(shape), capacities, lifetimes, (stream, capacity, life) => {
          const ttlMs = shape.times ? life : undefined
          const options = { capacity, ...(ttlMs !== undefined && { ttlMs }) }
          const best = optimalOutcome(stream, options).misses
          expect(unboundedOutcome(stream, ttlMs).misses).toBeLessThanOrEqual(best)
          for (const policy of cachePolicies)
            expect(runCache(stream, policy, options).misses, policy.id).toBeGreaterThanOrEqual(best)
        }),
        { seed: 14, numRuns: 150 },
      )
    })
  }

  test('an unbounded cache misses each object once', () => {
    fc.assert(
      fc.property(streams(), (stream) => {
        expect(unboundedOutcome(stream).misses).toBe(new Set(stream.keys).size)
      }),
      { seed: 15 },
    )
  })

  test('a cache that holds all is unbounded, and one that holds nothing misses all', () => {
    fc.assert(
      fc.property(streams({ times: true, deletions: true }), lifetimes, (stream, ttlMs) => {
        for (const id of ['fifo', 'lru', 'lfu', 'clock', 'sieve'])
          expect(runCache(stream, cachePolicyOf(id)!, { capacity: 24, ttlMs })).toEqual(unboundedOutcome(stream, ttlMs))
        for (const policy of cachePolicies) {
          const nothing = runCache({ ...stream, sizes: new Uint32Array(stream.keyCount).fill(2) }, policy, {
            capacity: 1,
          })
          expect(nothing.misses).toBe(nothing.requests)
        }
      }),
      { seed: 16 },
    )
  })

  test('a longer life never costs hits, where nothing is evicted', () => {
    fc.assert(
      fc.property(streams({ times: true }), lifetimes, lifetimes, (stream, one, other) => {
        const [short, long] = [Math.min(one, other), Math.max(one, other)]
        expect(unboundedOutcome(stream, long).misses).toBeLessThanOrEqual(unboundedOutcome(stream, short).misses)
      }),
      { seed: 17 },
    )
  })
})

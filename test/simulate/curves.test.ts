/** The curve is what an LRU cache of each size would do; the sampled one is within its bound of it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { denseStream, internKeys, type AccessStream } from '../../src/simulate/access-stream.js'
import { enoughSize, kneeOf } from '../../src/simulate/knee.js'
import { lossOfHalf, missRatioCurve, pointsOf } from '../../src/simulate/miss-ratio-curve.js'
import { lru } from '../../src/simulate/policies/lru.js'
import { runCache } from '../../src/simulate/run-cache.js'
import { requestCounts, zipfExponent, zipfStream } from '../../src/simulate/zipf.js'
import { streams } from './traces.js'

const missRatioOf = (stream: AccessStream, capacity: number): number => runCache(stream, lru, { capacity }).missRatio

describe('exact curves', () => {
  test('every size is what an LRU cache of that size misses', () => {
    fc.assert(
      fc.property(streams({ mostRequests: 2000 }), (stream) => {
        const curve = missRatioCurve(stream)
        for (let size = 1; size <= stream.keyCount + 1; size++)
          if (stream.keys.length > 0) expect(curve.missRatioAt(size)).toBeCloseTo(missRatioOf(stream, size), 12)
      }),
      { seed: 21 },
    )
  })

  test('so with thousands of objects, whose marks fill many blocks and are moved together often', () => {
    for (const exponent of [0, 0.6, 1.2]) {
      const stream = zipfStream({ requests: 60_000, keyCount: 3000, exponent, seed: 5 })
      const curve = missRatioCurve(stream)
      for (const size of [1, 2, 10, 100, 255, 256, 257, 1000, 2999, 3000])
        expect(curve.missRatioAt(size)).toBeCloseTo(missRatioOf(stream, size), 12)
    }
  })

  test('in bytes, for every size that is no smaller than the largest object', () => {
    fc.assert(
      fc.property(streams({ sizes: true, mostRequests: 1000 }), (stream) => {
        const sizesBytes = Float64Array.from({ length: 300 }, (_, i) => i + 1)
        const curve = missRatioCurve(stream, { sizesBytes })
        const largest = stream.sizes!.reduce((most, size) => Math.max(most, size), 0)
        for (let size = largest; size <= 300 && stream.keys.length > 0; size++)
          expect(curve.missRatioAt(size)).toBeCloseTo(missRatioOf(stream, size), 12)
      }),
      { seed: 22 },
    )
  })

  test('in bytes with thousands of objects', () => {
    const stream = zipfStream({ requests: 50_000, keyCount: 2000, exponent: 0.8, seed: 6 })
    const sizes = Uint32Array.from({ length: 2000 }, (_, id) => 100 + ((id * 7919) % 900))
    const sizesBytes = Float64Array.from([1000, 5000, 50_000, 200_000, 1_000_000, 2_000_000])
    const curve = missRatioCurve({ ...stream, sizes }, { sizesBytes })
    for (const size of sizesBytes)
      expect(curve.missRatioAt(size)).toBeCloseTo(missRatioOf({ ...stream, sizes }, size), 12)
  })

  test('with deletions it is an upper bound, and exact for a cache that holds all', () => {
    fc.assert(
      fc.property(streams({ deletions: true }), (stream) => {
        const curve = missRatioCurve(stream)
        if (curve.requests === 0) return
        for (let size = 1; size <= stream.keyCount; size++)
          expect(curve.missRatioAt(size)).toBeGreaterThanOrEqual(missRatioOf(stream, size) - 1e-12)
        expect(curve.missRatioAt(stream.keyCount)).toBeCloseTo(missRatioOf(stream, stream.keyCount), 12)
      }),
      { seed: 23 },
    )
  })

  test('more room never costs hits, from everything missed to what must be missed', () => {
    fc.assert(
      fc.property(streams({ sizes: true }), (stream) => {
        const curve = missRatioCurve(stream)
        let before = curve.missRatioAt(0)
        expect(before).toBe(1)
        for (let size = 1; size <= curve.wholeSize; size++) {
          const now = curve.missRatioAt(size)
          expect(now).toBeLessThanOrEqual(before + 1e-12)
          before = now
        }
        const compulsory = new Set(stream.keys).size / Math.max(1, stream.keys.length)
        if (stream.keys.length > 0) expect(before).toBeCloseTo(compulsory, 12)
      }),
      { seed: 24 },
    )
  })
})

describe('sampled curves', () => {
  const meanError = (stream: AccessStream, sampledObjects: number): { error: number; bound: number } => {
    const exact = missRatioCurve(stream)
    const sampled = missRatioCurve(stream, { sampledObjects })
    let error = 0
    for (let i = 1; i <= 100; i++) {
      const size = (i / 100) * exact.wholeSize
      error += Math.abs(sampled.missRatioAt(size) - exact.missRatioAt(size)) / 100
    }
    return { error, bound: sampled.bound }
  }

  test('stay within their bound, whatever the skew and the sample', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1.3, noNaN: true }),
        fc.constantFrom(256, 512, 1024, 2048),
        fc.nat({ max: 1000 }),
        (exponent, sampledObjects, seed) => {
          const ranks = zipfStream({ requests: 100_000, keyCount: 20_000, exponent, seed })
          // Ids are what the sample is chosen by: each seed gives the popular objects other ones.
          const stream = { ...ranks, keys: ranks.keys.map((rank) => (rank * 7919 + seed * 104_729) % 20_000) }
          const { error, bound } = meanError(stream, sampledObjects)
          expect(bound).toBeCloseTo(2 / Math.sqrt(sampledObjects), 6)
          expect(error).toBeLessThanOrEqual(bound)
        },
      ),
      { seed: 25, numRuns: 40 },
    )
  })

  test('in bytes too', () => {
    const stream = zipfStream({ requests: 100_000, keyCount: 20_000, exponent: 0.9, seed: 9 })
    const sizes = Uint32Array.from({ length: 20_000 }, (_, id) => 50 + ((id * 104_729) % 1000))
    const { error, bound } = meanError({ ...stream, sizes }, 2048)
    expect(error).toBeLessThanOrEqual(bound)
  })

  test('a sample of all objects is exact', () => {
    const stream = zipfStream({ requests: 5000, keyCount: 500, exponent: 0.9, seed: 9 })
    const [exact, sampled] = [missRatioCurve(stream), missRatioCurve(stream, { sampledObjects: 500 })]
    expect(sampled.bound).toBe(0)
    for (let size = 1; size <= 500; size++) expect(sampled.missRatioAt(size)).toBe(exact.missRatioAt(size))
  })
})

describe('what is read off a curve', () => {
  test('a loop has a cliff at its length: no knee before it, and nothing less is enough', () => {
    const loop = { keys: Uint32Array.from({ length: 10_000 }, (_, i) => i % 100), keyCount: 100 }
    const curve = missRatioCurve(loop)
    expect(curve.missRatioAt(99)).toBe(1)
    expect(curve.missRatioAt(100)).toBeCloseTo(0.01, 12)
    expect(kneeOf(curve)).toBeUndefined()
    expect(enoughSize(curve)).toEqual({ size: 100, missRatio: curve.missRatioAt(100) })
    expect(lossOfHalf(curve, 100)).toBeCloseTo(0.99, 12)
  })

  test('a few wanted objects among many that are asked for once: the knee lies where the wanted fit', () => {
    let fresh = 100
    const keys = Uint32Array.from({ length: 40_000 }, (_, i) => (i % 10 === 0 ? fresh++ : (i * 7) % 50))
    const curve = missRatioCurve(denseStream(keys))
    const knee = kneeOf(curve)!
    expect(knee.size).toBeGreaterThanOrEqual(50)
    expect(knee.size).toBeLessThanOrEqual(80)
    expect(lossOfHalf(curve, 1000)).toBeLessThan(0.01)
    expect(enoughSize(curve)!.size).toBeLessThanOrEqual(80)
  })

  test('an empty stream has no curve to speak of', () => {
    const curve = missRatioCurve({ keys: new Uint32Array(), keyCount: 0 })
    expect(curve.missRatioAt(10)).toBe(1)
    expect(kneeOf(curve)).toBeUndefined()
    expect(enoughSize(curve)).toBeUndefined()
    expect(pointsOf(curve)).toEqual([])
  })
})

describe('streams', () => {
  test('dense ids stand for the same sequence', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 0xffffffff })), (keys) => {
        for (const stream of [denseStream(Uint32Array.from(keys)), internKeys(keys)]) {
          const first = new Map<number, number>()
          keys.forEach((key, i) => first.set(stream.keys[i]!, first.get(stream.keys[i]!) ?? key))
          expect(Array.from(stream.keys, (id) => first.get(id))).toEqual(keys)
          expect(stream.keyCount).toBe(new Set(keys).size)
        }
      }),
      { seed: 26 },
    )
  })

  test('the exponent of generated popularity is found again', () => {
    for (const exponent of [0.3, 0.7, 1, 1.4]) {
      const stream = zipfStream({ requests: 400_000, keyCount: 2000, exponent, seed: 3 })
      expect(zipfExponent(requestCounts(stream))).toBeCloseTo(exponent, 1)
    }
    expect(zipfExponent(Uint32Array.from([5]))).toBeUndefined()
    expect(zipfExponent(Uint32Array.from([5, 5, 5, 5]))).toBeCloseTo(0, 5)
  })
})

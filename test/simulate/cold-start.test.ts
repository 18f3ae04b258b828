/** The model of a cold start against its twin that plays every request, and what must hold of it whatever goes in. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coldStart, recoveryMs, warmingNeeded, type ColdStartInput } from '../../src/simulate/cold-start.js'
import { popularityOf, shareOfTop, zipfPopularity } from '../../src/simulate/popularity.js'
import { ttlSweep } from '../../src/simulate/ttl-sweep.js'
import { cachePolicyOf } from '../../src/simulate/policies/index.js'
import { requestCounts, zipfStream } from '../../src/simulate/zipf.js'
import { play, type Scene } from './cold-events.js'
import { streams } from './traces.js'

const shop: Scene = {
  objects: 20_000,
  exponent: 0.9,
  requestsPerSecond: 2000,
  databaseCapacityPerSecond: 3000,
  databaseLatencyMs: 5,
  timeoutMs: 1000,
  retryFactor: 1,
  seconds: 40,
  seed: 4,
}

function inputOf(scene: Scene): ColdStartInput {
  return {
    popularity: zipfPopularity(scene.objects, scene.exponent),
    requestsPerSecond: scene.requestsPerSecond,
    databaseCapacityPerSecond: scene.databaseCapacityPerSecond,
    databaseLatencyMs: scene.databaseLatencyMs,
    timeoutMs: scene.timeoutMs,
    retryFactor: scene.retryFactor,
    horizonMs: scene.seconds * 1000,
    ...(scene.ttlMs !== undefined && { ttlMs: scene.ttlMs }),
    singleFlight: scene.singleFlight ?? false,
    warmedObjects: scene.warmedObjects ?? 0,
  }
}

describe('the model and the twin that plays every request', () => {
  const scenes: Record<string, Partial<Scene>> = {
    'a database that bears it': {},
    'objects that expire, and come back in waves': { ttlMs: 12_000 },
    'the most wanted objects warmed': { warmedObjects: 2000 },
    'an overload that single flight ends': { databaseCapacityPerSecond: 800, retryFactor: 3, singleFlight: true },
    'an overload that keeps itself alive': { databaseCapacityPerSecond: 800, retryFactor: 3 },
    'few hot objects and a slow database': { exponent: 1.2, databaseCapacityPerSecond: 300, databaseLatencyMs: 50 },
  }
  for (const [name, differences] of Object.entries(scenes)) {
    test(name, () => {
      const scene = { ...shop, ...differences }
      const played = play(scene).seconds
      const { points, summary } = coldStart(inputOf(scene))
      expect(points).toHaveLength(played.length)
      const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
      const off = mean(points.map((point, i) => Math.abs(point.hitRatio - played[i]!.hitRatio)))
      expect(off).toBeLessThan(0.03)
      const [modelled, seen] = [points, played].map((all) => mean(all.map((each) => each.databasePerSecond)))
      expect(Math.abs(modelled! / seen! - 1)).toBeLessThan(0.08)
      const peak = Math.max(...played.map((each) => each.databasePerSecond))
      expect(Math.abs(summary.peakDatabasePerSecond / peak - 1)).toBeLessThan(0.1)
      expect(summary.stuck).toBe(played.at(-1)!.failedPerSecond > 0)
    })
  }
})

describe('what holds of any cold start', () => {
  const inputs = fc.record({
    popularity: fc
      .tuple(fc.integer({ min: 1, max: 50_000 }), fc.double({ min: 0, max: 1.6, noNaN: true }))
      .map(([objects, exponent]) => zipfPopularity(objects, exponent)),
    requestsPerSecond: fc.double({ min: 1, max: 20_000, noNaN: true }),
    hitRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    databaseCapacityPerSecond: fc.double({ min: 1, max: 40_000, noNaN: true }),
    databaseLatencyMs: fc.double({ min: 0.1, max: 200, noNaN: true }),
    otherPerSecond: fc.double({ min: 0, max: 100, noNaN: true }),
    ttlMs: fc.double({ min: 100, max: 100_000, noNaN: true }),
    cacheObjects: fc.integer({ min: 1, max: 60_000 }),
    retryFactor: fc.double({ min: 1, max: 5, noNaN: true }),
    timeoutMs: fc.double({ min: 1, max: 3000, noNaN: true }),
    warmedObjects: fc.integer({ min: 0, max: 60_000 }),
    singleFlight: fc.boolean(),
    shedding: fc.boolean(),
    outageMs: fc.constantFrom(0, 0, 3000),
    horizonMs: fc.constant(15_000),
  })

  test('ratios are ratios, loads are finite and never above the worst case, and it is the same every time', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { points, summary } = coldStart(input)
        for (const point of points) {
          for (const value of Object.values(point)) expect(Number.isFinite(value) && value >= -1e-9).toBe(true)
          expect(point.hitRatio).toBeLessThanOrEqual(1 + 1e-9)
        }
        expect(summary.failedShare).toBeLessThanOrEqual(1)
        expect(summary.warmHitRatio).toBeLessThanOrEqual(Math.min(1, input.hitRatio + 1e-9))
        const worst = input.requestsPerSecond * input.retryFactor + input.otherPerSecond
        expect(summary.peakDatabasePerSecond).toBeLessThanOrEqual(worst * 1.001 + 1e-6)
        expect(coldStart(input)).toEqual({ points, summary })
      }),
      { seed: 31, numRuns: 60 },
    )
  })

  test('the recovery alone is that of the whole model, also where there is none', () => {
    const recovered = new Set<boolean>()
    fc.assert(
      fc.property(inputs, (input) => {
        const alone = recoveryMs(input)
        expect(alone).toBe(coldStart(input).summary.recoveredMs)
        recovered.add(alone !== undefined && alone > 0)
      }),
      { seed: 37, numRuns: 100 },
    )
    expect(recovered.size).toBe(2)
  })

  test('a database that could serve every request is never overloaded', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const databaseCapacityPerSecond = (input.requestsPerSecond + input.otherPerSecond) * 1.01
        const { summary } = coldStart({ ...input, databaseCapacityPerSecond, timeoutMs: 1000, databaseLatencyMs: 10 })
        expect(summary.overloaded).toBe(false)
        expect(summary.failedShare).toBe(0)
      }),
      { seed: 32, numRuns: 40 },
    )
  })

  test('while the database keeps up, warming more never raises the load, and single flight never does', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 0, max: 60_000 }), (drawn, more) => {
        const input = { ...drawn, databaseCapacityPerSecond: 1e9, cacheObjects: 1e9, outageMs: 0, timeoutMs: 1000 }
        const queries = (changed: Partial<ColdStartInput>): number =>
          coldStart({ ...input, ...changed }).points[0]!.databasePerSecond
        const loads = [input.warmedObjects, input.warmedObjects + more].map((warmedObjects) =>
          queries({ warmedObjects }),
        )
        expect(loads[1]!).toBeLessThanOrEqual(loads[0]! * (1 + 1e-9))
        expect(queries({ singleFlight: true })).toBeLessThanOrEqual(queries({ singleFlight: false }) * (1 + 1e-9))
      }),
      { seed: 33, numRuns: 40 },
    )
  })

  test('warming that is needed is enough, and hardly less would be', () => {
    const input = inputOf({ ...shop, databaseCapacityPerSecond: 800 })
    const needed = warmingNeeded(input)!
    expect(coldStart({ ...input, warmedObjects: needed }).summary.overloaded).toBe(false)
    expect(coldStart({ ...input, warmedObjects: Math.floor(needed * 0.95) }).summary.overloaded).toBe(true)
    expect(warmingNeeded({ ...input, databaseCapacityPerSecond: 3000 })).toBe(0)
    expect(warmingNeeded({ ...input, otherPerSecond: 900 })).toBeUndefined()
  })

  test('shedding load ends what retries alone would keep alive', () => {
    const stuck = inputOf({ ...shop, databaseCapacityPerSecond: 800, retryFactor: 3 })
    expect(coldStart(stuck).summary).toMatchObject({ stuck: true, overloaded: true })
    expect(coldStart(stuck).summary.recoveredMs).toBeUndefined()
    const shed = coldStart({ ...stuck, shedding: true, horizonMs: 120_000 }).summary
    expect(shed.stuck).toBe(false)
    expect(shed.recoveredMs).toBeGreaterThan(0)
  })

  test('during an outage everything falls on the database, and a measured hit ratio stays what it is at best', () => {
    const outage = coldStart({ ...inputOf(shop), outageMs: 10_000, hitRatio: 0.8 })
    for (const point of outage.points.slice(0, 10)) expect(point.hitRatio).toBe(0)
    expect(outage.points[3]!.databasePerSecond).toBeCloseTo(2000, -1)
    expect(outage.points.at(-1)!.hitRatio).toBeLessThanOrEqual(0.8)
    expect(outage.summary.warmHitRatio).toBeCloseTo(0.8, 9)
    expect(outage.summary.warmDatabasePerSecond).toBeCloseTo(400, 6)
  })
})

describe('popularity in classes', () => {
  test('covers all objects and all requests, most wanted first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 2000, size: 'max' }), (drawn) => {
        const counts = Uint32Array.from([...drawn, 1])
        const classes = popularityOf(counts)
        expect(classes.reduce((sum, each) => sum + each.objects, 0)).toBe(counts.filter((count) => count > 0).length)
        expect(classes.reduce((sum, each) => sum + each.share, 0)).toBeCloseTo(1, 9)
        const means = classes.map(({ share, objects }) => share / objects)
        for (let i = 1; i < means.length; i++) expect(means[i]!).toBeLessThanOrEqual(means[i - 1]! * (1 + 1e-9))
      }),
      { seed: 34 },
    )
  })

  test('generated and drawn popularity agree', () => {
    const stream = zipfStream({ requests: 500_000, keyCount: 2000, exponent: 0.9, seed: 8 })
    const drawn = popularityOf(requestCounts(stream))
    for (const top of [1, 10, 100, 1000])
      expect(shareOfTop(drawn, top)).toBeCloseTo(shareOfTop(zipfPopularity(2000, 0.9), top), 1)
  })
})

test('a longer life wins hits and ages answers', () => {
  fc.assert(
    fc.property(streams({ times: true }), (stream) => {
      const sweep = ttlSweep(stream, [1, 10, 100, 1000, Infinity])
      for (let i = 1; i < sweep.length; i++) {
        expect(sweep[i]!.hitRatio).toBeGreaterThanOrEqual(sweep[i - 1]!.hitRatio)
        expect(sweep[i - 1]!.worstAgeMs).toBeLessThan(sweep[i - 1]!.ttlMs)
      }
      const limited = ttlSweep(stream, [100], { policy: cachePolicyOf('lru')!, capacity: 3 })
      expect(limited[0]!.hitRatio).toBeLessThanOrEqual(sweep[2]!.hitRatio)
    }),
    { seed: 35 },
  )
})

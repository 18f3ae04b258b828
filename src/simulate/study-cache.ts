/** The whole study of one access stream: policies at sizes, bounds, the curve and what is read off it, and lives. */
import type { CacheStudy, LifeRow, PolicyTable, Simulated } from '../model/simulation.js'
import type { AccessStream } from './access-stream.js'
import { optimalOutcome, unboundedOutcome } from './bounds.js'
import type { CachePolicy } from './cache-policy.js'
import { enoughSize, kneeOf } from './knee.js'
import { missRatioCurve, pointsOf, type MissRatioCurve } from './miss-ratio-curve.js'
import { cachePolicies } from './policies/index.js'
import { runCache } from './run-cache.js'
import { ttlSweep } from './ttl-sweep.js'

export interface StudyOptions {
  /** Ascending; where left out, shares of all objects. Bytes where the stream has sizes. */
  sizes?: readonly number[]
  policies?: readonly CachePolicy[]
  /** A table for each, and rows of the sweep; without them one table without expiry, and a sweep of round lives. */
  ttlsMs?: readonly number[]
  /** Above this many requests the curve is sampled. */
  exactRequests?: number
}

const shares = [0.01, 0.03, 0.1, 0.3, 1]
const roundLivesMs = [1, 10, 60, 300, 900, 3600, 21_600, 86_400].map((seconds) => seconds * 1000)
const exactRequests = 20_000_000
const sampledObjects = 65_536

export function studyCache(stream: AccessStream, of: Simulated, options: StudyOptions = {}): CacheStudy {
  const curve = missRatioCurve(
    stream,
    stream.keys.length > (options.exactRequests ?? exactRequests) ? { sampledObjects } : {},
  )
  const sizes = options.sizes ?? defaultSizes(curve)
  const ttlsMs = options.ttlsMs ?? []
  const lives = ttlsMs.length === 0 ? [null] : ttlsMs
  return {
    kind: 'cache',
    of,
    unit: curve.unit,
    sizes,
    tables: lives.map((ttlMs) => tableOf(stream, sizes, ttlMs, options.policies ?? cachePolicies)),
    curve: {
      points: pointsOf(curve),
      bound: curve.bound,
      knee: kneeOf(curve) ?? null,
      enough: enoughSize(curve) ?? null,
    },
    lives: livesOf(stream, of.spanMs, ttlsMs),
  }
}

function tableOf(
  stream: AccessStream,
  sizes: readonly number[],
  ttlMs: number | null,
  policies: readonly CachePolicy[],
): PolicyTable {
  const life = ttlMs === null ? {} : { ttlMs }
  const optimal = sizes.map((capacity) => optimalOutcome(stream, { capacity, ...life }))
  return {
    ttlMs,
    policies: policies.map((policy) => ({
      id: policy.id,
      title: policy.title,
      parameters: policy.parameters,
      missRatios: sizes.map((capacity) => runCache(stream, policy, { capacity, ...life }).missRatio),
    })),
    optimal: {
      exact: optimal.every(({ exact }) => exact),
      missRatios: optimal.map(({ missRatio }) => missRatio),
    },
    unbounded: unboundedOutcome(stream, ttlMs ?? Infinity).missRatio,
  }
}

/** Two figures are as much as one would say of a size that nobody asked for. */
function defaultSizes(curve: MissRatioCurve): number[] {
  const sizes = shares.map((share) => {
    const size = share * curve.wholeSize
    if (share === 1) return Math.ceil(size)
    const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, size))) - 1)
    return Math.max(1, Math.round(size / step) * step)
  })
  return [...new Set(sizes)]
}

/** Lives longer than the evidence are all the same. */
function livesOf(stream: AccessStream, spanMs: number | null, ttlsMs: readonly number[]): LifeRow[] {
  if (stream.timesMs === undefined || spanMs === null) return []
  const swept = ttlsMs.length > 0 ? ttlsMs : roundLivesMs.filter((ttlMs) => ttlMs < spanMs)
  return ttlSweep(stream, [...swept, Infinity]).map((row) => ({
    ...row,
    ttlMs: row.ttlMs === Infinity ? null : row.ttlMs,
  }))
}

/**
 * The miss ratio of an LRU cache at every size, from one pass over a stream, and what one reads off such a curve.
 * What is easily got wrong: a deleted object keeps its place in the stack until it is asked for again, so that with deletions the curve is an upper bound: a cache
 * would use the room sooner. Without them it is exact, unless it was sampled (`bound`).
 */
import { requestsOf, type AccessStream } from './access-stream.js'
import { ByteRecency } from './byte-recency.js'
import { firstRequest, Recency } from './recency.js'
import { sampleOf, type Sample } from './shards.js'

export interface CurvePoint {
  /** Objects or bytes. */
  size: number
  missRatio: number
}

export interface MissRatioCurve {
  unit: 'objects' | 'bytes'
  requests: number
  /** Size at which nothing more can be won: all objects that were asked for. */
  wholeSize: number
  /** Mean error that is to be expected of a point; 0 where all requests were looked at. */
  bound: number
  /** 1 for a cache of size 0. */
  missRatioAt(size: number): number
}

export interface CurveOptions {
  /** Look at no more than this many objects, chosen by hash (SHARDS); all of them without. */
  sampledObjects?: number
  /** Of a curve in bytes: the sizes at which it is exact, ascending; between them it is a line. Evenly spread ratios when left out. */
  sizesBytes?: Float64Array
}

/** In bytes where the stream has sizes, else in objects. */
export function missRatioCurve(stream: AccessStream, options: CurveOptions = {}): MissRatioCurve {
  const sample =
    options.sampledObjects === undefined || options.sampledObjects >= stream.keyCount
      ? undefined
      : sampleOf(stream, options.sampledObjects)
  const looked = sample?.stream ?? stream
  return looked.sizes === undefined
    ? objectCurve(stream, looked, sample)
    : byteCurve(stream, looked, looked.sizes, sample, options.sizesBytes)
}

/** What an LRU cache of half the size would miss more, as a share of requests: near 0, the cache is larger than it is worth. */
export const lossOfHalf = (curve: MissRatioCurve, size: number): number =>
  curve.missRatioAt(size / 2) - curve.missRatioAt(size)

/** `count` points between 1 and the whole, evenly spread on a logarithmic axis, which is how caches are bought. */
export function pointsOf(curve: MissRatioCurve, count = 64): CurvePoint[] {
  const points: CurvePoint[] = []
  for (const size of spreadSizes(curve.wholeSize, count)) {
    if (size !== points.at(-1)?.size) points.push({ size, missRatio: curve.missRatioAt(size) })
  }
  return points
}

function objectCurve(whole: AccessStream, looked: AccessStream, sample: Sample | undefined): MissRatioCurve {
  const { keys, keyCount, deletions } = looked
  const recency = new Recency(keyCount)
  const hits = new Float64Array(keyCount + 1)
  const deleted = new Uint8Array(deletions === undefined ? 0 : keyCount)
  for (let i = 0; i < keys.length; i++) {
    const id = keys[i]!
    if (deletions !== undefined && deletions[i] === 1) {
      deleted[id] = 1
      continue
    }
    const distance = recency.request(id)
    if (deleted.length > 0 && deleted[id] === 1) deleted[id] = 0
    else if (distance !== firstRequest) hits[distance]!++
  }
  const correction = sample?.correction ?? 0
  if (keyCount > 0) hits[1]! += correction
  for (let size = 1; size <= keyCount; size++) hits[size]! += hits[size - 1]!
  const requests = requestsOf(looked) + correction
  const rate = sample?.rate ?? 1
  return {
    unit: 'objects',
    requests: requestsOf(whole),
    wholeSize: whole.keyCount,
    bound: sample?.bound ?? 0,
    missRatioAt: (size) => missRatio(valueAt(hits, rate === 1 ? Math.floor(size) : size * rate), requests),
  }
}

function byteCurve(
  whole: AccessStream,
  looked: AccessStream,
  sizes: Uint32Array,
  sample: Sample | undefined,
  given: Float64Array | undefined,
): MissRatioCurve {
  const { keys, keyCount, deletions } = looked
  const wholeSize = (whole.sizes ?? sizes).reduce((sum, size) => sum + size, 0)
  const rate = sample?.rate ?? 1
  const steps = Float64Array.from(given ?? spreadSizes(wholeSize, 256))
  const scaled = steps.map((size) => size * rate)
  const recency = new ByteRecency(sizes)
  const hits = new Float64Array(steps.length + 1)
  const deleted = new Uint8Array(deletions === undefined ? 0 : keyCount)
  for (let i = 0; i < keys.length; i++) {
    const id = keys[i]!
    if (deletions !== undefined && deletions[i] === 1) {
      deleted[id] = 1
      continue
    }
    const distance = recency.request(id)
    if (deleted.length > 0 && deleted[id] === 1) deleted[id] = 0
    else if (distance !== firstRequest) hits[firstAtLeast(scaled, distance)]!++
  }
  const correction = sample?.correction ?? 0
  hits[0]! += correction
  for (let step = 1; step < steps.length; step++) hits[step]! += hits[step - 1]!
  const requests = requestsOf(looked) + correction
  return {
    unit: 'bytes',
    requests: requestsOf(whole),
    wholeSize,
    bound: sample?.bound ?? 0,
    missRatioAt: (size) => missRatio(lineAt(steps, hits, size), requests),
  }
}

const missRatio = (hits: number, requests: number): number =>
  requests <= 0 ? 1 : Math.min(1, Math.max(0, 1 - hits / requests))

/** A value of cumulated hits between two whole distances. */
function valueAt(cumulated: Float64Array, distance: number): number {
  const last = cumulated.length - 1
  if (distance >= last) return cumulated[last]!
  if (!(distance > 0)) return 0
  const below = Math.floor(distance)
  return cumulated[below]! + (cumulated[below + 1]! - cumulated[below]!) * (distance - below)
}

function lineAt(steps: Float64Array, cumulated: Float64Array, size: number): number {
  const step = firstAtLeast(steps, size)
  if (steps.length === 0 || !(size > 0)) return 0
  if (step >= steps.length) return cumulated[steps.length - 1]!
  if (steps[step] === size) return cumulated[step]!
  const [fromSize, fromHits] = step === 0 ? [0, 0] : [steps[step - 1]!, cumulated[step - 1]!]
  return fromHits + ((cumulated[step]! - fromHits) * (size - fromSize)) / (steps[step]! - fromSize)
}

/** Index of the first of `ascending` that is at least `value`; its length when there is none. */
function firstAtLeast(ascending: Float64Array, value: number): number {
  let from = 0
  let to = ascending.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (ascending[middle]! < value) from = middle + 1
    else to = middle
  }
  return from
}

function spreadSizes(whole: number, count: number): number[] {
  if (whole < 1) return []
  const sizes = Array.from({ length: count }, (_, i) => Math.round(whole ** (i / Math.max(1, count - 1))))
  return [...new Set(sizes)]
}

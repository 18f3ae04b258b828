/** What others may use of the simulations: pure functions over access streams and small rows, the same answer every time. */
export { denseStream, internKeys, requestsOf, type AccessStream } from './access-stream.js'
export { optimalOutcome, unboundedOutcome } from './bounds.js'
export type { CachePolicy } from './cache-policy.js'
export {
  coldStart,
  warmingNeeded,
  type ColdStart,
  type ColdStartInput,
  type ColdStartPoint,
  type ColdStartSummary,
} from './cold-start.js'
export { enoughSize, kneeOf } from './knee.js'
export { lossOfHalf, missRatioCurve, pointsOf, type CurvePoint, type MissRatioCurve } from './miss-ratio-curve.js'
export { cachePolicies, cachePolicyOf } from './policies/index.js'
export { popularityOf, shareOfTop, zipfPopularity, type PopularityClass } from './popularity.js'
export { runCache, type CacheOptions, type CacheOutcome } from './run-cache.js'
export { ttlSweep, type TtlOutcome } from './ttl-sweep.js'
export { requestCounts, zipfExponent, zipfStream } from './zipf.js'
export { studyCache, type StudyOptions } from './study-cache.js'
export { studyColdStart } from './study-cold-start.js'

/** What a simulation found, as reporters print it. Ratios are 0…1, times milliseconds; what is unknown is null. */

/** What was simulated. */
export interface Simulated {
  /** Evidence, as the user named it; hostile text. */
  sources: readonly string[]
  /** The cache and the pattern of its keys; empty for all. Hostile text. */
  cache: string
  pattern: string
  requests: number
  /** Invalidations among the accesses. */
  deletions: number
  objects: number
  /** Sum of the sizes of all objects; null when the evidence does not know them. */
  totalBytes: number | null
  /** From the first access to the last; null when the evidence has no times. */
  spanMs: number | null
  /** How steeply popularity falls with rank; null with too few objects. */
  zipfExponent: number | null
}

export interface SizedRatio {
  size: number
  missRatio: number
}

/** Policies at sizes, under one time to live. */
export interface PolicyTable {
  /** null: nothing expires. */
  ttlMs: number | null
  /** One miss ratio for each size. */
  policies: readonly { id: string; title: string; parameters: string; missRatios: readonly number[] }[]
  /** The best that could be had; a bound below it where not `exact`. */
  optimal: { exact: boolean; missRatios: readonly number[] }
  /** Of a cache that keeps everything. */
  unbounded: number
}

/** What a time to live wins, and how old answers become for it, in a cache without limit. */
export interface LifeRow {
  ttlMs: number | null
  hitRatio: number
  meanAgeMs: number
  worstAgeMs: number
}

export interface CacheStudy {
  kind: 'cache'
  of: Simulated
  unit: 'objects' | 'bytes'
  sizes: readonly number[]
  tables: readonly PolicyTable[]
  /** Of an LRU cache, without expiry. */
  curve: { points: readonly SizedRatio[]; bound: number; knee: SizedRatio | null; enough: SizedRatio | null }
  lives: readonly LifeRow[]
}

/** A figure that went into a model, and how it is known. */
export interface ModelInput {
  id: string
  title: string
  value: number | boolean | null
  unit: string
  origin: 'measured' | 'given' | 'assumed'
}

export interface ColdPoint {
  atMs: number
  hitRatio: number
  databasePerSecond: number
  waitMs: number
  failedPerSecond: number
}

/** One way in which a cache could start cold. */
export interface ColdScene {
  id: string
  title: string
  points: readonly ColdPoint[]
  peakDatabasePerSecond: number
  overloadedMs: number
  longestWaitMs: number
  failedShare: number
  /** null: not within the time that was looked at. */
  recoveredMs: number | null
  /** Still failing at the end, though load never rose. */
  stuck: boolean
  extraQueries: number
}

export interface ColdStartStudy {
  kind: 'cold-start'
  of: Simulated
  inputs: readonly ModelInput[]
  warmHitRatio: number
  warmDatabasePerSecond: number
  /** If every request missed and failed. */
  worstDatabasePerSecond: number
  capacityPerSecond: number
  scenes: readonly ColdScene[]
  /** Fewest of the most wanted objects to be there beforehand for the database never to be overloaded; null when not even all are enough. */
  warmingNeeded: number | null
}

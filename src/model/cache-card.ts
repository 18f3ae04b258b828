/** One pattern of keys of one cache, as the report shows it: what it holds, what it is worth, and what would become of it. */
export interface CacheCard {
  /** `system://host:port/namespace`. */
  cache: string
  /** Key with its variable parts replaced. */
  pattern: string
  /** What the counts are of. */
  origin: 'capture' | 'trace'
  windowSeconds: number
  reads: number
  writes: number
  deletes: number
  keys: number
  hits: number
  misses: number
  readers: string[]
  writers: string[]
  /** What answers a miss; left out when no trace shows it. */
  source?: { kind: 'query' | 'client'; store: string; tables: string[] }
  /** Medians of traces; left out when there are none. */
  timesMs?: { read: number; write: number; source: number }
  /** What it saves a second, and what it takes. */
  worth: { msPerSecond?: number; callsPerSecond: number; memoryBytes?: number }
  ttl: {
    /** Median, shortest and longest in force, ms; left out when hidden. */
    p50Ms?: number
    minMs?: number
    maxMs?: number
    /** Share of keys without any. */
    eternalShare: number
    /** What requirements allow, ms; left out where nothing is required. */
    allowedMs?: number
  }
  /** Writes to the tables behind it, and after how many of them the cache was told. */
  invalidation: { store: string; table: string; writers: string[]; writes: number; told: number; tellers: string[] }[]
  /** How old what is read may be, ms: left out when unknown, null when without end. */
  worstStalenessMs?: number | null
  /** Miss ratio of an LRU cache of this pattern alone, by size; left out with too few reads. */
  curve?: {
    unit: 'bytes' | 'objects'
    points: { size: number; missRatio: number }[]
    knee?: number
    /** Smallest size within one per cent of the best. */
    enough: number
    /** What the keys seen take now. */
    present: number
  }
  /** Were it empty: queries a second on its store; left out where traces do not show the store. */
  coldStart?: { store: string; warmPerSecond: number; coldPerSecond: number; seenPerSecond: number; refillMs?: number }
  /** The fewest keys that carry four fifths of the hits, most wanted first; at most 500. */
  warming: { keys: string[]; hits: number; ofHits: number }
}

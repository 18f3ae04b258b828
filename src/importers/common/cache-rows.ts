/**
 * Rows of `cache_servers` and `cache_keys` as importers make them; the columns are documented in store/schema/.
 * What is easily got wrong: unknown is -1 (a limit of 0 means none), so a counter that a server does not tell must not become 0.
 */
export interface CacheServerRow {
  Source: string
  Cache: string
  /** Empty for the whole server. */
  Database: string
  System: string
  Version: string
  AtMs: number
  UptimeSeconds: number
  Hits: number
  Misses: number
  Expired: number
  Evicted: number
  UsedBytes: number
  MaxBytes: number
  Policy: string
  Keys: number
  KeysWithExpiry: number
  AvgTtlMs: number
  OpsPerSecond: number
  Clients: number
  Shards: number
  Denied: readonly string[]
}

export interface CacheKeyRow {
  Source: string
  Cache: string
  Database: string
  Key: string
  Type: string
  TtlMs: number
  MemoryBytes: number
  Elements: number
  IdleSeconds: number
  Frequency: number
  Encoding: string
  Sampled: number
  Total: number
}

/** A server of which nothing is known yet. */
export const unknownServer: Omit<CacheServerRow, 'Source' | 'Cache' | 'System'> = {
  Database: '',
  Version: '',
  AtMs: 0,
  UptimeSeconds: 0,
  Hits: -1,
  Misses: -1,
  Expired: -1,
  Evicted: -1,
  UsedBytes: -1,
  MaxBytes: -1,
  Policy: '',
  Keys: -1,
  KeysWithExpiry: -1,
  AvgTtlMs: -1,
  OpsPerSecond: -1,
  Clients: -1,
  Shards: 1,
  Denied: [],
}

/** A whole number as text, bounded to what a column holds; `otherwise` for anything else. */
export function wholeNumber(text: string | undefined, otherwise = -1): number {
  if (text === undefined || !/^\d{1,19}$/.test(text)) return otherwise
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}

/**
 * What INFO of Redis and its kin says, as rows of `cache_servers`: one for the server, one for each database that holds keys.
 * What is easily got wrong: hits and misses are counted for the whole server, so the rows of databases do not have them.
 */
import { unknownServer, wholeNumber, type CacheServerRow } from './cache-rows.js'

export type InfoFields = ReadonlyMap<string, string>

const mostFields = 20_000
const longestValue = 500

/** Lines `name:value`; headings, blank lines and what else stands between are passed over. */
export function parseInfo(text: string): InfoFields {
  const fields = new Map<string, string>()
  for (const line of text.split('\n', mostFields)) {
    const [, name, value] = /^([A-Za-z][\w.@-]*):(.*?)\r?$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) fields.set(name, value.slice(0, longestValue))
  }
  return fields
}

export interface DatabaseKeys {
  database: string
  keys: number
  expires: number
  averageTtlMs: number
}

/** The databases that hold keys, by number. */
export function keyspaceOf(info: InfoFields): DatabaseKeys[] {
  return [...info].flatMap(([name, value]) => {
    const database = /^db(\d{1,9})$/.exec(name)?.[1]
    const part = (key: string): number => wholeNumber(new RegExp(`(?:^|,)${key}=(\\d+)`).exec(value)?.[1])
    if (database === undefined || part('keys') < 0) return []
    return [{ database, keys: part('keys'), expires: part('expires'), averageTtlMs: part('avg_ttl') }]
  })
}

export interface Observed {
  source: string
  /** `redis://host:port`; empty where it is not known. */
  cache: string
  shards?: number
  denied?: readonly string[]
  /** Of CONFIG GET, where it was allowed; they win over INFO. */
  settings?: ReadonlyMap<string, string>
  /** Used where the server does not tell its time; 0 for unknown. */
  atMs?: number
}

export function serverRows(info: InfoFields, observed: Observed): CacheServerRow[] {
  const { source, cache, shards = 1, denied = [], settings, atMs = 0 } = observed
  const number = (name: string): number => wholeNumber(info.get(name))
  const databases = keyspaceOf(info)
  const sum = (values: readonly number[]): number =>
    !info.has('redis_version') && databases.length === 0 ? -1 : values.reduce((total, each) => total + each, 0)
  const expiring = sum(databases.map((each) => each.expires))
  const common: CacheServerRow = {
    ...unknownServer,
    Source: source,
    Cache: cache,
    System: systemOf(info),
    Version: info.get('valkey_version') ?? info.get('redis_version') ?? '',
    AtMs: Math.floor(wholeNumber(info.get('server_time_usec'), atMs * 1_000) / 1_000),
    UptimeSeconds: wholeNumber(info.get('uptime_in_seconds'), 0),
    MaxBytes: wholeNumber(settings?.get('maxmemory') ?? info.get('maxmemory')),
    Policy: settings?.get('maxmemory-policy') ?? info.get('maxmemory_policy') ?? '',
    Shards: shards,
    Denied: denied,
  }
  const server: CacheServerRow = {
    ...common,
    Hits: number('keyspace_hits'),
    Misses: number('keyspace_misses'),
    Expired: number('expired_keys'),
    Evicted: number('evicted_keys'),
    UsedBytes: number('used_memory'),
    Keys: sum(databases.map((each) => each.keys)),
    KeysWithExpiry: expiring,
    // Weighted by the keys that have one, in whole numbers.
    AvgTtlMs:
      expiring <= 0
        ? -1
        : Math.round(databases.reduce((total, each) => total + each.expires * each.averageTtlMs, 0) / expiring),
    OpsPerSecond: number('instantaneous_ops_per_sec'),
    Clients: number('connected_clients'),
  }
  return [
    server,
    ...databases.map(({ database, keys, expires, averageTtlMs }) => ({
      ...common,
      Database: database,
      Keys: keys,
      KeysWithExpiry: expires,
      AvgTtlMs: expires > 0 ? averageTtlMs : -1,
    })),
  ]
}

/** Valkey says `redis_version` too, for clients that look for it. */
function systemOf(info: InfoFields): string {
  return info.get('server_name') === 'valkey' || info.has('valkey_version') ? 'valkey' : 'redis'
}

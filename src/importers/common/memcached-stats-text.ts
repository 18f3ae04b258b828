/**
 * What `stats` of memcached says, as a row of `cache_servers`.
 * What is easily got wrong: it counts a key that had expired as a miss and in `get_expired`, and evicts by age unless it was started with -M.
 */
import { unknownServer, wholeNumber, type CacheServerRow } from './cache-rows.js'

export type Stats = ReadonlyMap<string, string>

const mostLines = 20_000

/** `evicts` is the setting `evictions`. Lines `STAT name value`, or the table of `memcached-tool host stats`; anything else is passed over. */
export function parseStats(text: string): Map<string, string> {
  const stats = new Map<string, string>()
  for (const line of text.split('\n', mostLines)) {
    const [, name, value] = /^(?:STAT |\s{2,})(\S{1,100})\s+(\S.{0,200})/.exec(line.replace(/\s+$/, '')) ?? []
    if (name === undefined || value === undefined) continue
    // A setting and a counter have one name.
    stats.set(name === 'evictions' && /^o(n|ff)$/.test(value) ? 'evicts' : name, value)
  }
  return stats
}

export function statsRow(
  stats: Stats,
  settings: Stats,
  { source, cache, denied = [] }: { source: string; cache: string; denied?: readonly string[] },
): CacheServerRow {
  const number = (name: string): number => wholeNumber(stats.get(name))
  const uptime = number('uptime')
  const commands = ['cmd_get', 'cmd_set', 'cmd_touch', 'cmd_meta'].reduce(
    (sum, name) => sum + Math.max(0, number(name)),
    0,
  )
  const evictions = settings.get('evicts')
  const ofAge = settings.get('lru_segmented') === 'yes' ? 'lru-segmented' : 'lru'
  return {
    ...unknownServer,
    Source: source,
    Cache: cache,
    System: 'memcached',
    Version: stats.get('version') ?? '',
    AtMs: Math.max(0, number('time')) * 1_000,
    UptimeSeconds: Math.max(0, uptime),
    Hits: number('get_hits'),
    Misses: number('get_misses'),
    Expired: number('get_expired'),
    Evicted: number('evictions'),
    UsedBytes: number('bytes'),
    MaxBytes: number('limit_maxbytes'),
    Policy: evictions === undefined ? '' : evictions === 'on' ? ofAge : 'noeviction',
    Keys: number('curr_items'),
    // It keeps no rate; the mean since it was started.
    OpsPerSecond: uptime > 0 ? commands / uptime : -1,
    Clients: number('curr_connections'),
    Denied: denied,
  }
}

/**
 * What the audits of caches ask of their rows alike: which keys are kept as a cache, what the server's settings are, how a place is named.
 * What is easily got wrong: Redis keeps baskets, queues and locks as well. Only keys that behave as a cache are judged as one.
 */
import type { Evidence } from '../../model/audit.js'
import type { Place } from '../../model/finding.js'
import type { CachePatternsRow, CacheServersRow } from '../../survey/rows.js'
import { sampledProof, type SampledProof } from '../../lib/sampled-proof.js'
import { grouped } from '../../lib/grouped.js'

/** Patterns that are kept as a cache, of keys that the evidence shows. */
export function cached(rows: readonly CachePatternsRow[]): CachePatternsRow[] {
  return rows.filter((row) => row.cached === 1 && row.pattern !== '')
}

export function placeOf({ cache, pattern }: Pick<CachePatternsRow, 'cache' | 'pattern'>): Place {
  return { store: cache, keyPattern: pattern }
}

/** How a sentence names a pattern. */
export function told({ cache, pattern }: Pick<CachePatternsRow, 'cache' | 'pattern'>): string {
  return `${pattern} in ${cache}`
}

export const noCache = 'Nobody in this evidence uses a cache (redis, valkey or memcached).'

/** Evidence of an audit that judges patterns: `samples` is what it could judge. A server without a command is a cache that was not watched. */
export function cacheEvidence(
  rows: readonly CachePatternsRow[],
  servers: readonly CacheServersRow[],
  samples: number,
  least: number,
  of: string,
  advice: string,
): Evidence {
  const applicable = rows.length + servers.length > 0
  return { applicable, reason: noCache, samples, least, of, advice, blind: hiddenCaches(rows) }
}

/** Caches of which the evidence hides every key. */
function hiddenCaches(rows: readonly CachePatternsRow[]): string[] {
  return [...grouped(rows, (row) => row.cache)]
    .filter(([, patterns]) => patterns.every((row) => row.pattern === ''))
    .map(([cache]) => `${cache}: its keys are hidden`)
}

export function readProof(row: CachePatternsRow, samples: number): SampledProof {
  return sampledProof(row.readTraceIds, row.readSpanIds, samples)
}

export function missProof(row: CachePatternsRow, samples: number): SampledProof {
  return row.missTraceIds.length > 0
    ? sampledProof(row.missTraceIds, row.missSpanIds, samples)
    : readProof(row, samples)
}

export function writeProof(row: CachePatternsRow, samples: number): SampledProof {
  return { traceIds: [...new Set(row.writeTraceIds)], spanIds: [], samples }
}

/**
 * What the server of a cache says of itself. A file of INFO names no server, nor does a capture: beside each other they are of one.
 */
export function serverOf(
  { cache, origin }: Pick<CachePatternsRow, 'cache' | 'origin'>,
  servers: readonly CacheServersRow[],
): CacheServersRow | undefined {
  const whole = servers.filter((row) => row.database === '')
  const address = cache.replace(/\/[^/]*$/, '')
  const named = whole.find((row) => row.cache !== '' && (row.cache === cache || row.cache === address))
  const unnamed = whole.filter((row) => row.cache === '')
  return named ?? (origin === 'capture' && unnamed.length === 1 && whole.length === 1 ? unnamed[0] : undefined)
}

/** Keys that nothing would remove: no rule to evict those without expiry, or no limit that would call for it. */
export function keepsForEver({ policy, maxBytes }: CacheServersRow): boolean {
  return policy.startsWith('volatile-') || policy === 'noeviction' || maxBytes === 0
}

export function perSecond(count: number, seconds: number): number {
  return count / Math.max(1, seconds)
}

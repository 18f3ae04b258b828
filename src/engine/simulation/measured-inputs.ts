/**
 * What evidence says about the figures that a cold start depends on: hit ratio, time to live, and the database behind the cache.
 * What is easily got wrong: the database's capacity is at least the busiest second that it was seen to serve. What it could serve beyond that, nobody has seen.
 */
import type { CachePatternsRow } from '../../survey/rows.js'
import { survey } from '../../survey/survey.js'
import type { ChosenKeys } from './choose-keys.js'
import type { Accesses } from './with-accesses.js'

export interface MeasuredInputs {
  /** Undefined where the evidence does not tell hit from miss. */
  hitRatio?: number
  ttlMs?: number
  databaseLatencyMs?: number
  databaseCapacityPerSecond?: number
}

/** Fewer answers than these say nothing of all. */
const fewest = 20

export async function measureInputs({ store }: Accesses, chosen: ChosenKeys): Promise<MeasuredInputs> {
  const { cachePatterns } = await survey(store, ['cachePatterns'])
  const rows = cachePatterns.filter(
    (row) => row.cache === chosen.cache && (chosen.params['pattern'] === undefined || row.pattern === chosen.pattern),
  )
  const sum = (of: (row: CachePatternsRow) => number): number => rows.reduce((total, row) => total + of(row), 0)
  const hits = sum((row) => row.hits)
  const misses = sum((row) => row.misses)
  const lived = rows.filter((row) => row.ttlP50Ms > 0).sort((a, b) => b.reads - a.reads)[0]
  const answered = rows.filter((row) => row.tracedMisses > 0).sort((a, b) => b.tracedMisses - a.tracedMisses)[0]
  const busiest = answered === undefined ? 0 : await busiestSecond(store, answered)
  return {
    ...(hits + misses >= fewest && { hitRatio: hits / (hits + misses) }),
    ...(lived !== undefined && lived.expiringWrites > lived.plainWrites && { ttlMs: lived.ttlP50Ms }),
    ...(answered !== undefined && { databaseLatencyMs: Math.max(0.1, answered.sourceMs) }),
    ...(busiest > 0 && { databaseCapacityPerSecond: busiest }),
  }
}

/** Of a database its queries, of a service its requests; what failed was not served. */
async function busiestSecond(
  store: Accesses['store'],
  { sourceKind, sourceStore }: Pick<CachePatternsRow, 'sourceKind' | 'sourceStore'>,
): Promise<number> {
  const served =
    sourceKind === 'query'
      ? "Role = 'query' AND Store = {source:String}"
      : "Role = 'server' AND Service = {source:String}"
  const [found] = await store.query<{ most: number }>(
    `SELECT max(served) AS most FROM (SELECT count() AS served FROM spans WHERE ${served} AND NOT Error GROUP BY intDiv(StartNs, 1000000000))`,
    { source: sourceStore },
  )
  return found?.most ?? 0
}

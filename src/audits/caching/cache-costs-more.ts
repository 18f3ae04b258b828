/**
 * A cache that makes reads slower on average: what its hits save is less than what its misses cost.
 *
 *     hit: 0.5 ms instead of 0.9 ms          miss: 0.5 ms + 0.9 ms + 0.4 ms for the write
 *
 * Confused with low-hit-ratio: with a slow database one hit in five may pay, with a quick one four in five may not. Medians from traces;
 * what the database is spared is worth something beyond time, and the message says how much.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { percent } from '../../lib/percent.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, missProof, perSecond, placeOf, told } from './cache-use.js'

const limits = {
  gain: { default: 0, unit: 'ms/request', why: 'Below, reads would be quicker without the cache.', source: 'derived' },
  relief: {
    default: 0.8,
    unit: 'ratio',
    why: 'A cache that answers so many reads relieves what lies behind it, and that may be worth the time: then it is a note.',
    source: 'house',
  },
  reads: {
    default: 200,
    unit: 'count',
    why: 'Differences of tenths of a millisecond take some reads to be told from chance.',
    source: 'house',
  },
  misses: { default: 30, unit: 'count', why: 'The medians of what answers a miss take some as well.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'overview'>
type Row = Needs['cachePatterns'][number]

/** Time that a read gains on average by the cache, ms; negative when it loses. */
export function gainPerRead(row: Row): number {
  const hitRatio = row.hits / Math.max(1, row.hits + row.misses)
  return hitRatio * (row.sourceMs - row.getMs) - (1 - hitRatio) * (row.getMs + row.setMs)
}

export function isMeasured(row: Row, limit: { reads: number; misses: number }): boolean {
  return row.hits + row.misses >= limit.reads && row.tracedMisses >= limit.misses && row.getMs > 0
}

const ms = (value: number): string => `${Number(value.toPrecision(2))} ms`

export const cacheCostsMore = defineAudit<Needs, typeof limits>({
  id: 'cache-costs-more',
  family: 'caching',
  title: 'Caches make reads quicker',
  failureTitle: 'A cache makes reads slower',
  definition:
    'With hit ratio h and medians of the times of the cache’s read and write and of what answers a miss, h · (Tsource − Tread) − (1 − h) · (Tread + Twrite) is not above zero, for a pattern with 200 reads and 30 traced misses or more; a note where 80 % of the reads hit, since what lies behind is relieved.',
  why: 'The cache adds latency, memory, a fleet of servers and a way to be wrong, and buys nothing: mostly a database that answers by primary key as quickly as the cache, under a hit ratio that is not high enough.',
  fix: 'Read from the database and drop the pattern; or raise the hit ratio (see low-hit-ratio), or cache the result of something slow: a page, not a row. If the database must be spared, read both in one round trip or keep the popular keys in the process.',
  verify: 'Switch the cache off for a tenth of the traffic and compare the latencies of both parts.',
  needs: ['cachePatterns', 'cacheServers', 'overview'],
  limits,
  references: [
    {
      title: 'Cache made consistent, Meta engineering',
      url: 'https://engineering.fb.com/2022/06/08/core-infra/cache-made-consistent/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'no gain and no loss',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'book:{id}',
              cached: 1,
              reads: 200,
              hits: 100,
              misses: 100,
              tracedMisses: 100,
              getMs: 1,
              setMs: 1,
              sourceMs: 3,
              windowSeconds: 60,
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'slower, but four of five reads are answered',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'book:{id}',
              cached: 1,
              reads: 200,
              hits: 160,
              misses: 40,
              tracedMisses: 40,
              getMs: 1,
              setMs: 1,
              sourceMs: 1,
              windowSeconds: 60,
            },
          ],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'a little gain',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'book:{id}',
              cached: 1,
              reads: 200,
              hits: 100,
              misses: 100,
              tracedMisses: 100,
              getMs: 1,
              setMs: 1,
              sourceMs: 3.1,
              windowSeconds: 60,
            },
          ],
        },
      },
      {
        name: '199 reads',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'book:{id}',
              cached: 1,
              reads: 199,
              hits: 0,
              misses: 199,
              tracedMisses: 100,
              getMs: 1,
              setMs: 1,
              sourceMs: 1,
              windowSeconds: 60,
            },
          ],
        },
      },
    ],
  },
  evidence: ({ cachePatterns, cacheServers }, limit) =>
    cacheEvidence(
      cachePatterns,
      cacheServers,
      Math.max(
        0,
        ...cached(cachePatterns)
          .filter((row) => row.tracedMisses >= limit.misses && row.getMs > 0)
          .map((row) => row.hits + row.misses),
      ),
      limit.reads,
      'reads of one pattern whose misses are traced to their answers',
      'Only traces show how long the cache and what lies behind it take: record more traffic with keys in db.query.text.',
    ),
  audit: ({ cachePatterns, overview }, limit) =>
    cached(cachePatterns).flatMap((row): FindingDraft[] => {
      const gain = gainPerRead(row)
      if (!isMeasured(row, limit) || gain > limit.gain) return []
      const reads = row.hits + row.misses
      const traces = overview[0]?.traces ?? 0
      return [
        {
          severity: row.hits / reads < limit.relief ? 'warning' : 'note',
          message: `A read of ${told(row)} loses ${ms(-gain)} by the cache: ${percent(row.hits / reads)} of ${reads} reads hit, a hit takes ${ms(row.getMs)} where ${row.sourceStore === '' ? 'its source' : row.sourceStore} takes ${ms(row.sourceMs)}, and a miss takes ${ms(row.getMs + row.setMs)} more. It spares ${Number(perSecond(row.hits, row.windowSeconds).toPrecision(2))} calls a second.`,
          where: placeOf(row),
          measured: { value: gain, unit: 'ms/request' },
          limit: { value: limit.gain, unit: 'ms/request' },
          cost: { value: perSecond(-gain * reads, row.windowSeconds), unit: 'ms/s' },
          ...(traces > 0 && row.origin === 'trace' && { share: reads / traces }),
          proof: missProof(row, reads),
        },
      ]
    }),
})

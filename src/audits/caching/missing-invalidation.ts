/**
 * The table changes, and the cache goes on telling the old figure.
 *
 *     GET level:7 ─▶ miss ─▶ SELECT … stock_levels ─▶ SET level:7        so level:{id} is a copy of stock_levels
 *     UPDATE stock_levels …                                              and no DEL, UNLINK or SET of level:{id} follows
 *
 * Confused with a short time to live, which is an invalidation as well: within the staleness that is allowed nothing needs to be told.
 * That keys live longer is shown by the time to live, or by a hit on a key that was written longer ago.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import { percent } from '../../lib/percent.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { allowedStalenessMs } from './allowed-staleness.js'
import { cached, cacheEvidence, told } from './cache-use.js'

const limits = {
  share: { default: 0.2, unit: 'ratio', why: 'Some writes change what no key shows.', source: 'house' },
  writes: { default: 20, unit: 'count', why: 'Fewer say little about who tells the cache.', source: 'house' },
  staleness: {
    default: 60_000,
    unit: 'ms',
    why: 'Readers put up with a minute where nobody has required otherwise.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<
  SurveyRows & CharterRows,
  'cachePatterns' | 'cacheServers' | 'cacheInvalidations' | 'overview' | 'charterRequirements'
>
type Row = Needs['cachePatterns'][number]

/** How long a copy may be read, as far as the evidence shows; infinite where it never expires. */
export function copyLivesMs(row: Row): number {
  if (row.eternalKeys * 2 > row.bornKeys) return Number.POSITIVE_INFINITY
  return Math.max(row.ttlMaxMs, row.hitAgeMaxMs)
}

export const missingInvalidation = defineAudit<Needs, typeof limits>({
  id: 'missing-invalidation',
  family: 'caching',
  title: 'Caches are told when their tables change',
  failureTitle: 'A table changes and its cache is not told',
  definition:
    'The table behind a pattern is the one that is read between a miss and the write of its key. Of 20 or more writes to it, more than 20 % are followed by no DEL, UNLINK or SET of the pattern in the same trace or one that a message of it led to, and keys live longer than the staleness that is required (60 s where nothing is).',
  why: 'Readers see a figure that was true before: the last copy is sold twice, a price that was lowered is charged. Nobody notices in a test, because there the cache is cold.',
  fix: 'Delete the keys of the rows that a statement changes, after its transaction has committed, in the service that owns the table. Where others write the table, publish the change as an event and delete on it. Or shorten the time to live to what readers put up with.',
  verify: 'Run the same traffic and audit again: the writes to the table have a DEL of the pattern in their traces.',
  needs: ['cachePatterns', 'cacheServers', 'cacheInvalidations', 'overview', 'charterRequirements'],
  limits,
  references: [
    {
      title: 'Scaling Memcache at Facebook, NSDI 2013',
      url: 'https://www.usenix.org/conference/nsdi13/technical-sessions/presentation/nishtala',
    },
  ],
  examples: {
    fires: [
      {
        name: 'five of twenty, with a time to live of two minutes',
        rows: {
          cachePatterns: [{ cache: 'redis://levels:6379/0', pattern: 'level:{id}', cached: 1, ttlMaxMs: 120000 }],
          cacheInvalidations: [
            {
              cache: 'redis://levels:6379/0',
              pattern: 'level:{id}',
              store: 'postgresql://pg:5432/stock',
              table: 'stock_levels',
              writes: 20,
              told: 15,
              writers: ['stock'],
              traceIds: ['a1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'a hit on a key that was written 61 seconds ago',
        rows: {
          cachePatterns: [{ cache: 'redis://levels:6379/0', pattern: 'level:{id}', cached: 1, hitAgeMaxMs: 61000 }],
          cacheInvalidations: [
            {
              cache: 'redis://levels:6379/0',
              pattern: 'level:{id}',
              store: 'postgresql://pg:5432/stock',
              table: 'stock_levels',
              writes: 100,
              writers: ['stock'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'more than a requirement allows',
        rows: {
          cachePatterns: [{ cache: 'redis://levels:6379/0', pattern: 'level:{id}', cached: 1, ttlMaxMs: 6000 }],
          cacheInvalidations: [
            {
              cache: 'redis://levels:6379/0',
              pattern: 'level:{id}',
              store: 'postgresql://pg:5432/stock',
              table: 'stock_levels',
              writes: 100,
              writers: ['stock'],
            },
          ],
          charterRequirements: [
            {
              requirement: 'true-levels',
              scopeKind: 'data',
              scope: 'postgresql://pg/stock/stock_levels',
              metric: 'staleness',
              comparator: '<=',
              value: 5000,
              unit: 'ms',
            },
          ],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'four of twenty',
        rows: {
          cachePatterns: [{ cache: 'redis://levels:6379/0', pattern: 'level:{id}', cached: 1, ttlMaxMs: 120000 }],
          cacheInvalidations: [
            { cache: 'redis://levels:6379/0', pattern: 'level:{id}', table: 'stock_levels', writes: 20, told: 16 },
          ],
        },
      },
      {
        name: 'within a minute',
        rows: {
          cachePatterns: [
            { cache: 'redis://levels:6379/0', pattern: 'level:{id}', cached: 1, ttlMaxMs: 60000, hitAgeMaxMs: 59000 },
          ],
          cacheInvalidations: [
            { cache: 'redis://levels:6379/0', pattern: 'level:{id}', table: 'stock_levels', writes: 100 },
          ],
        },
      },
      {
        name: 'nineteen writes',
        rows: {
          cachePatterns: [{ cache: 'redis://levels:6379/0', pattern: 'level:{id}', cached: 1, ttlMaxMs: 120000 }],
          cacheInvalidations: [
            { cache: 'redis://levels:6379/0', pattern: 'level:{id}', table: 'stock_levels', writes: 19 },
          ],
        },
      },
    ],
  },
  evidence: ({ cachePatterns, cacheServers, cacheInvalidations }, limit) =>
    cacheEvidence(
      cachePatterns,
      cacheServers,
      Math.max(0, ...cacheInvalidations.map((row) => row.writes)),
      limit.writes,
      'writes to a table behind a cache',
      'Only traces show them: record traffic that reads through the cache and changes the tables behind it.',
    ),
  audit: ({ cachePatterns, cacheInvalidations, overview, charterRequirements }, limit) => {
    const known = new Map(cached(cachePatterns).map((row) => [`${row.cache}\0${row.pattern}`, row]))
    const traces = overview[0]?.traces ?? 0
    return cacheInvalidations.flatMap((change): FindingDraft[] => {
      const row = known.get(`${change.cache}\0${change.pattern}`)
      const untold = change.writes - change.told
      const share = untold / Math.max(1, change.writes)
      if (row === undefined || change.writes < limit.writes || share <= limit.share) return []
      const required = allowedStalenessMs(change, charterRequirements)
      const allowedMs = required ?? limit.staleness
      const livesMs = copyLivesMs(row)
      if (livesMs <= allowedMs) return []
      const lives = !Number.isFinite(livesMs)
        ? 'never expire'
        : row.ttlMaxMs >= livesMs
          ? `live for ${Math.round(livesMs / 1000)} s`
          : `were found ${Math.round(livesMs / 1000)} s after they had been written`
      const times = sum([change], (each) => each.told)
      return [
        {
          severity: required === undefined ? 'warning' : 'critical',
          message: `${change.writers.join(' and ')} ${change.writers.length === 1 ? 'changes' : 'change'} ${change.table} ${change.writes} times and ${told(row)}, its copy, is told ${times === 0 ? 'never' : `${times} times (${percent(1 - share)})`}; keys ${lives}${required === undefined ? '' : `, and ${Math.round(allowedMs / 1000)} s are allowed`}.`,
          where: { store: change.cache, keyPattern: change.pattern, table: change.table },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          cost: { value: untold / Math.max(1, change.spanSeconds), unit: 'calls/s' },
          ...(traces > 0 && { share: untold / traces }),
          proof: sampledProof(change.traceIds, change.spanIds, change.writes),
        },
      ]
    })
  },
})

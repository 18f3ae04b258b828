/**
 * When the cache is away, the service is away.
 *
 *     GET price:7 ─✗ connection lost ─▶ 500                 although the price is in the database
 *
 * Confused with a store that happens to be Redis: without baskets there is no basket page. Only caches that are filled from elsewhere on a
 * miss are judged, since for those there is another answer. Some clients give off no span for a command that they could not send;
 * then the failing request speaks their words, and requests that did without the cache do not show.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { percent } from '../../lib/percent.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence } from './cache-use.js'

const limits = {
  share: {
    default: 0.5,
    unit: 'ratio',
    why: 'Most requests must do without the cache when it fails.',
    source: 'house',
  },
  errors: { default: 5, unit: 'count', why: 'Fewer are no outage.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'cacheErrors' | 'overview'>

export const hardCacheDependency = defineAudit<Needs, typeof limits>({
  id: 'hard-cache-dependency',
  family: 'caching',
  title: 'Requests do without a cache that fails',
  failureTitle: 'Requests fail when the cache fails',
  definition:
    'Of five or more errors of a cache more than half fail the request in which they happen, although the cache is filled from a database or a service that could have answered.',
  why: 'The cache was added to make things faster, and has become something that everything needs: its restart, its failover and a full memory are outages now, of a service that has all its data elsewhere.',
  fix: 'Catch errors of the cache and read from behind it; give commands a short timeout (50 ms), and a circuit breaker, so that a slow cache is passed over as well. Mind that the database then gets all reads: limit how many at once (see cold-start-overload).',
  verify: 'Stop the cache under load: the error ratio stays where it was, and latency rises.',
  needs: ['cachePatterns', 'cacheServers', 'cacheErrors', 'overview'],
  limits,
  references: [
    {
      title: 'Caching challenges and strategies, Amazon Builders’ Library',
      url: 'https://aws.amazon.com/builders-library/caching-challenges-and-strategies/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'three of five',
        rows: {
          overview: [{ traces: 100 }],
          cachePatterns: [
            {
              cache: 'redis://prices:6379/0',
              pattern: 'price:{id}',
              cached: 1,
              sourceKind: 'query',
              sourceStore: 'postgresql://pg:5432/prices',
            },
          ],
          cacheErrors: [
            {
              service: 'pricing',
              cache: 'redis://prices:6379/0',
              commands: 200,
              errors: 5,
              failed: 3,
              traceIds: ['a1'],
              spanIds: ['s1'],
            },
          ],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'half of ten',
        rows: {
          cachePatterns: [{ cache: 'redis://prices:6379/0', pattern: 'price:{id}', cached: 1, sourceKind: 'query' }],
          cacheErrors: [{ service: 'pricing', cache: 'redis://prices:6379/0', commands: 200, errors: 10, failed: 5 }],
        },
      },
      {
        name: 'four errors',
        rows: {
          cachePatterns: [{ cache: 'redis://prices:6379/0', pattern: 'price:{id}', cached: 1, sourceKind: 'query' }],
          cacheErrors: [{ service: 'pricing', cache: 'redis://prices:6379/0', commands: 200, errors: 4, failed: 4 }],
        },
      },
      {
        name: 'a store with nothing behind it',
        rows: {
          cachePatterns: [{ cache: 'redis://baskets:6379/0', pattern: 'basket:{id}' }],
          cacheErrors: [{ service: 'cart', cache: 'redis://baskets:6379/0', commands: 200, errors: 50, failed: 50 }],
        },
      },
    ],
  },
  evidence: ({ cachePatterns, cacheServers, cacheErrors }, limit) =>
    cacheEvidence(
      cachePatterns,
      cacheServers,
      sum(cacheErrors, (row) => row.errors),
      limit.errors,
      'errors of caches',
      'Nothing failed in this evidence: record traffic while the cache is stopped for some seconds, in a test.',
    ),
  audit: ({ cachePatterns, cacheErrors, overview }, limit) => {
    const behind = new Map(
      cached(cachePatterns)
        .filter((row) => row.sourceKind !== '')
        .map((row) => [row.cache, row.sourceStore]),
    )
    const traces = overview[0]?.traces ?? 0
    return cacheErrors.flatMap((row): FindingDraft[] => {
      const source = behind.get(row.cache)
      const share = row.failed / Math.max(1, row.errors)
      if (source === undefined || row.errors < limit.errors || share <= limit.share) return []
      return [
        {
          severity: 'critical',
          message: `${row.failed} of ${row.errors} requests of ${row.service} failed with ${row.cache} (${percent(share)}), although ${source} could have answered${row.worded > 0 ? '; they are known by the words of the cache’s client' : ''}.`,
          where: { service: row.service, store: row.cache },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          ...(traces > 0 && { share: row.failed / traces }),
          proof: sampledProof(row.traceIds, row.spanIds, row.errors),
        },
      ]
    })
  },
})

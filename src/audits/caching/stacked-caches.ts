/**
 * One request passes two caches for the same thing, and each may be old.
 *
 *     GET page:book:7 ─▶ miss ─▶ catalogue ─▶ GET book:7 (up to 10 min old) ─▶ SET page:book:7 (for 1 min more)
 *
 * Confused with two caches of different things in one request. Here the second is asked while the first one’s miss is being answered, by the
 * service that answers, for a key with the same id.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { joinedProof, sampledProof } from '../../lib/sampled-proof.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cacheEvidence } from './cache-use.js'

const limits = {
  layers: {
    default: 2,
    unit: 'count',
    why: 'One cache has one time to live; of two, nobody knows the sum.',
    source: 'house',
  },
  share: {
    default: 0.5,
    unit: 'ratio',
    why: 'Most misses of the outer cache must ask the inner one.',
    source: 'house',
  },
  requests: { default: 20, unit: 'traces', why: 'Fewer may be chance.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'cacheLayers' | 'overview'>
type Layer = Needs['cacheLayers'][number]

function lifetime(ms: number): string {
  if (ms < 0) return 'for ever'
  return ms === 0 ? 'for a hidden time' : `for ${Math.round(ms / 1000)} s`
}

function staleness(layers: readonly Layer[]): string {
  const times = [layers[0]?.outerTtlMs ?? 0, ...layers.map((layer) => layer.innerTtlMs)]
  if (times.some((ms) => ms < 0)) return 'without end'
  if (times.some((ms) => ms === 0)) return 'the sum of both times to live'
  return `${Math.round(sum(times, (ms) => ms) / 1000)} s`
}

export const stackedCaches = defineAudit<Needs, typeof limits>({
  id: 'stacked-caches',
  family: 'caching',
  title: 'The same thing is cached once',
  failureTitle: 'Caches lie over each other',
  definition:
    'While a miss of one cache is being answered, the service that answers asks a cache of its own for a key with the same id, in 20 or more requests and in at least half of those misses: two layers for one thing.',
  why: 'A copy of a copy is as old as both may be, and an invalidation that reaches one does not reach the other. Hits of the outer cache take the load that the inner one was sized for, so each looks worse than it is.',
  fix: 'Keep the cache nearest to the data, which its owner can invalidate, and drop the other; or give the outer one seconds and the inner one minutes, and invalidate both by the same event.',
  verify: 'Run the same traffic and audit again: a miss of the one leads to the database and not to the other.',
  needs: ['cachePatterns', 'cacheServers', 'cacheLayers', 'overview'],
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
        name: 'half of forty misses',
        rows: {
          cachePatterns: [{ cache: 'redis://pages:6379/0', pattern: 'page:{id}', cached: 1, tracedMisses: 40 }],
          cacheLayers: [
            {
              outerService: 'storefront',
              outerCache: 'redis://pages:6379/0',
              outerPattern: 'page:{id}',
              innerService: 'catalogue',
              innerCache: 'redis://shelf:6379/0',
              innerPattern: 'book:{id}',
              requests: 20,
              outerMisses: 40,
              outerTtlMs: 60000,
              innerTtlMs: 600000,
              traceIds: ['a1'],
              spanIds: ['s1'],
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: '19 requests',
        rows: {
          cachePatterns: [{ cache: 'redis://pages:6379/0', pattern: 'page:{id}', cached: 1, tracedMisses: 40 }],
          cacheLayers: [
            {
              outerService: 'storefront',
              outerCache: 'redis://pages:6379/0',
              outerPattern: 'page:{id}',
              innerService: 'catalogue',
              innerCache: 'redis://shelf:6379/0',
              innerPattern: 'book:{id}',
              requests: 19,
              outerMisses: 19,
            },
          ],
        },
      },
      {
        name: 'fewer than half of the misses',
        rows: {
          cachePatterns: [{ cache: 'redis://pages:6379/0', pattern: 'page:{id}', cached: 1, tracedMisses: 40 }],
          cacheLayers: [
            {
              outerService: 'storefront',
              outerCache: 'redis://pages:6379/0',
              outerPattern: 'page:{id}',
              innerService: 'catalogue',
              innerCache: 'redis://shelf:6379/0',
              innerPattern: 'book:{id}',
              requests: 49,
              outerMisses: 100,
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
      sum(cachePatterns, (row) => row.tracedMisses),
      limit.requests,
      'misses whose answer shows in traces',
      'Only traces show who answers a miss: record traffic with keys in db.query.text.',
    ),
  audit: ({ cacheLayers, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const over = cacheLayers.filter(
      (row) => row.requests >= limit.requests && row.requests / Math.max(1, row.outerMisses) >= limit.share,
    )
    return [
      ...grouped(over, (row) => JSON.stringify([row.outerService, row.outerCache, row.outerPattern])).values(),
    ].flatMap((layers): FindingDraft[] => {
      const [first] = layers
      if (first === undefined || 1 + layers.length < limit.layers) return []
      const under = layers.map(
        (row) =>
          `${row.innerPattern} in ${row.innerCache} (${lifetime(row.innerTtlMs)}, asked by ${row.innerService} in ${percent(row.requests / Math.max(1, row.outerMisses))} of its misses)`,
      )
      return [
        {
          severity: 'warning',
          message: `${first.outerService} keeps ${first.outerPattern} in ${first.outerCache} (${lifetime(first.outerTtlMs)}) over ${under.join(' and over ')}: what it shows may be old by ${staleness(layers)}.`,
          where: { service: first.outerService, store: first.outerCache, keyPattern: first.outerPattern },
          measured: { value: 1 + layers.length, unit: 'count' },
          limit: { value: limit.layers, unit: 'count' },
          ...(traces > 0 && { share: first.requests / traces }),
          proof: joinedProof(layers.map((row) => sampledProof(row.traceIds, row.spanIds, row.requests))),
        },
      ]
    })
  },
})

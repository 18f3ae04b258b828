/**
 * The cache is flushed, and the database behind it gets what the cache kept from it.
 *
 *     warm:  1,000 reads/s ─▶ [cache 95 %] ─▶   50 queries/s
 *     cold:  1,000 reads/s ─▶ [cache  0 %] ─▶ 1,000 queries/s, and each that takes too long is asked again
 *
 * Confused with cache-stampede (one key). What the database can serve is what it was seen to serve without slowing down, unless the charter says
 * more (limit `capacity`): nobody knows whether it could do twice as much, so that is where the audit speaks.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { joinedProof } from '../../lib/sampled-proof.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, missProof } from './cache-use.js'
import { coldLoad, refillMs } from './cold-load.js'

const limits = {
  capacity: {
    default: 0,
    unit: 'calls/s',
    why: 'What the database can serve; 0 is unknown, and then what it was seen to serve counts.',
    source: 'house',
  },
  overSeen: {
    default: 2,
    unit: 'count',
    why: 'A database may serve more than was ever asked of it; twice that is a bet.',
    source: 'Metastable failures, OSDI 2022, and house',
  },
  retryFactor: {
    default: 1.5,
    unit: 'count',
    why: 'Of requests that take too long, half are sent again.',
    source: 'house',
  },
  reads: { default: 1_000, unit: 'count', why: 'Fewer do not tell how requests spread over keys.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'cacheStreams' | 'storeLoad'>

/** Patterns of one cache that one store answers. */
function groups({ cachePatterns, cacheStreams, storeLoad }: Needs, retryFactor: number) {
  const rows = cached(cachePatterns).filter((row) => row.sourceKind === 'query' && row.hits + row.misses > 0)
  return [...grouped(rows, (row) => `${row.cache}\0${row.sourceStore}`).values()].flatMap((patterns) => {
    const cache = patterns[0]?.cache ?? ''
    const streams = cacheStreams.filter(
      (row) => row.cache === cache && patterns.some((one) => one.pattern === row.pattern),
    )
    const load = coldLoad(
      patterns,
      streams,
      storeLoad.find((row) => row.store === patterns[0]?.sourceStore),
      retryFactor,
    )
    return load === undefined ? [] : [{ cache, patterns, streams, load }]
  })
}

const rate = (value: number): string => `${Number(value.toPrecision(2))}/s`

/** A thousand reads of fifty books in nine seconds, of which the cache answers nineteen in twenty. */
const books = {
  cache: 'redis://shelf:6379/0',
  pattern: 'book:{id}',
  cached: 1,
  reads: 1000,
  hits: 950,
  misses: 50,
  sourceKind: 'query',
  sourceStore: 'postgresql://pg:5432/shelf',
  sourceMs: 5,
  windowSeconds: 10,
}
const streamOf = (length: number) => ({
  cache: 'redis://shelf:6379/0',
  pattern: 'book:{id}',
  rate: 1,
  hashes: Array.from({ length }, (_, i) => i % 50),
  atMs: Array.from({ length }, (_, i) => i * 9),
  deletions: Array.from({ length }, () => 0),
})
const load = { store: 'postgresql://pg:5432/shelf', p50Ms: 5, windows: 1 }

export const coldStartOverload = defineAudit<Needs, typeof limits>({
  id: 'cold-start-overload',
  family: 'caching',
  title: 'Databases survive an empty cache',
  failureTitle: 'An empty cache would overload its database',
  definition:
    'Were the cache empty, all its reads of the busiest ten seconds would fall on the database, beside what it serves already, times the retry factor (1.5): more than its capacity, or where that is not declared, more than twice what it was seen to serve without slowing down.',
  why: 'A restart or a flush of the cache is then an outage of the database, and one that keeps itself alive: callers give up and ask again, the database works for callers that are gone, and the cache never fills.',
  fix: 'Warm the popular keys before traffic is let in (the report has the list), let one request fetch for all that wait (single-flight), and shed what the database cannot serve. Give the cache a replica or persistence so that a restart is not a flush. Then measure what the database can serve, and say so in the charter.',
  verify:
    'Flush the cache in a load test at the busiest hour’s rate, and watch the database: latency returns to normal by itself.',
  needs: ['cachePatterns', 'cacheServers', 'cacheStreams', 'storeLoad'],
  limits,
  references: [
    {
      title: 'Metastable failures in the wild, OSDI 2022',
      url: 'https://www.usenix.org/conference/osdi22/presentation/huang-lexiang',
    },
  ],
  examples: {
    fires: [
      {
        name: 'four times what the database was seen to serve',
        rows: {
          cachePatterns: [books],
          cacheStreams: [streamOf(1000)],
          storeLoad: [{ ...load, queries: 370, meanPerSecond: 37, peakPerSecond: 40 }],
        },
        severities: ['warning'],
      },
      {
        name: 'more than the charter says the database can do',
        rows: {
          cachePatterns: [books],
          cacheStreams: [streamOf(1000)],
          storeLoad: [{ ...load, queries: 370, meanPerSecond: 37, peakPerSecond: 400 }],
        },
        limits: { capacity: 150 },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'the database was seen to serve as much',
        rows: {
          cachePatterns: [books],
          cacheStreams: [streamOf(1000)],
          storeLoad: [{ ...load, queries: 370, meanPerSecond: 37, peakPerSecond: 100 }],
        },
      },
      {
        name: '999 reads',
        rows: {
          cachePatterns: [{ ...books, reads: 999, misses: 49 }],
          cacheStreams: [streamOf(999)],
          storeLoad: [{ ...load, queries: 100, meanPerSecond: 10, peakPerSecond: 10 }],
        },
      },
    ],
  },
  evidence: (rows, limit) =>
    cacheEvidence(
      rows.cachePatterns,
      rows.cacheServers,
      Math.max(0, ...groups(rows, limit.retryFactor).map(({ load }) => load.reads)),
      limit.reads,
      'reads of one cache whose misses one store answers',
      'Record more traffic with keys in db.query.text, in traces that show the database as well.',
    ),
  audit: (rows, limit) =>
    groups(rows, limit.retryFactor).flatMap(({ cache, patterns, streams, load }): FindingDraft[] => {
      const declared = limit.capacity > 0
      const allowed = declared ? limit.capacity : load.seenPerSecond * limit.overSeen
      if (load.reads < limit.reads || load.coldPerSecond <= allowed) return []
      const capacityPerSecond = declared ? limit.capacity : load.seenPerSecond
      const ttlMs = Math.max(...patterns.map((row) => row.ttlP50Ms))
      const refilledMs = refillMs(load, streams, { capacityPerSecond, retryFactor: limit.retryFactor, ttlMs })
      const refill =
        refilledMs === undefined
          ? 'by the model it would not recover by itself within the time looked at'
          : `by the model it would be full again after ${Math.round(refilledMs / 1000)} s`
      return [
        {
          severity: declared ? 'critical' : 'warning',
          message: `Were ${cache} empty, ${load.store} would get ${rate(load.coldPerSecond)} instead of ${rate(load.otherPerSecond + load.peakReads * (1 - load.hitRatio))} (hit ratio ${percent(load.hitRatio)}, retries counted), and ${declared ? `can serve ${rate(limit.capacity)}` : `was never seen to serve more than ${rate(load.seenPerSecond)} without slowing down`}; ${refill}.`,
          where: { store: cache, peer: load.store },
          measured: { value: load.coldPerSecond, unit: 'calls/s' },
          limit: { value: allowed, unit: 'calls/s' },
          proof: joinedProof(
            patterns.map((row) =>
              missProof(
                row,
                sum([row], (one) => one.hits + one.misses),
              ),
            ),
          ),
        },
      ]
    }),
})

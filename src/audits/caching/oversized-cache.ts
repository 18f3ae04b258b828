/**
 * A cache that is larger than it is worth: half of it would find as much.
 *
 *     miss ratio  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁        flat from 2 GB on, and 8 GB are paid for
 *                 0   2   4   6   8 GB
 *
 * Confused with oversized-value. The curve is that of an LRU cache over the requests seen, in bytes where a capture shows sizes; keys that nobody
 * asked for in the evidence do not count, so it must be long enough to see what is asked for rarely.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { joinedProof } from '../../lib/sampled-proof.js'
import { sum } from '../../lib/totals.js'
import { enoughSize, lossOfHalf, missRatioCurve, requestsOf } from '../../simulate/index.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cacheEvidence, readProof, serverOf } from './cache-use.js'
import { replayedStream } from './replayed-stream.js'

const limits = {
  loss: {
    default: 0.01,
    unit: 'ratio',
    why: 'Less is within the error of a sampled curve.',
    source: 'SHARDS, FAST 2015',
  },
  requests: {
    default: 10_000,
    unit: 'count',
    why: 'A short look does not see what is asked for rarely.',
    source: 'house',
  },
  size: {
    default: 100_000_000,
    unit: 'bytes',
    why: 'Smaller than a small machine’s memory, nothing is saved.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'cacheStreams'>
type Server = Needs['cacheServers'][number]

/** Streams by the server that serves them; what a server has of memory, by its limit or else by what it uses. */
function servers({ cachePatterns, cacheServers, cacheStreams }: Needs) {
  const byServer = new Map<Server, Needs['cachePatterns']>()
  for (const row of cachePatterns) {
    const server = serverOf(row, cacheServers)
    if (server !== undefined) byServer.set(server, [...(byServer.get(server) ?? []), row])
  }
  return [...byServer].flatMap(([server, patterns]) => {
    const caches = new Set(patterns.map((row) => row.cache))
    const rows = cacheStreams.filter((row) => caches.has(row.cache))
    const sizeBytes = server.maxBytes > 0 ? server.maxBytes : server.usedBytes
    const stream = replayedStream(rows)
    return stream.sizes === undefined || sizeBytes <= 0 ? [] : [{ server, patterns, stream, sizeBytes }]
  })
}

const megabytes = (bytes: number): string => `${Number((bytes / 1e6).toPrecision(3))} MB`

export const oversizedCache = defineAudit<Needs, typeof limits>({
  id: 'oversized-cache',
  family: 'caching',
  title: 'Caches are no larger than they are worth',
  failureTitle: 'A cache of half the size would do as well',
  definition:
    'On the miss-ratio curve of 10,000 or more requests, a cache of half the size would miss less than 1 % of the requests more. Only caches of 100 MB or more whose server tells its memory, and whose sizes a capture shows.',
  why: 'Memory is the dearest part of a cache, and it is bought for a peak that nobody measured. What is never evicted is also never missed, so the hit ratio does not tell.',
  fix: 'Lower maxmemory in steps, to the size at which the curve bends (the report draws it and names it), with allkeys-lru or allkeys-lfu, and watch keyspace_misses.',
  verify: 'After each step the hit ratio of INFO stats stays within one per cent.',
  needs: ['cachePatterns', 'cacheServers', 'cacheStreams'],
  limits,
  references: [
    {
      title: 'Efficient MRC construction with SHARDS, FAST 2015',
      url: 'https://www.usenix.org/conference/fast15/technical-sessions/presentation/waldspurger',
    },
  ],
  examples: {
    fires: [
      {
        name: 'ten keys, for which half of the memory would do',
        rows: {
          cachePatterns: [{ cache: 'redis:///0', pattern: 'book:{id}', origin: 'capture', cached: 1, reads: 10000 }],
          cacheServers: [{ cache: '', database: '', maxBytes: 200000000, usedBytes: 150000000 }],
          cacheStreams: [
            {
              cache: 'redis:///0',
              pattern: 'book:{id}',
              rate: 1,
              hashes: Array.from({ length: 10000 }, (_, i) => i % 10),
              atMs: Array.from({ length: 10000 }, (_, i) => i),
              deletions: Array.from({ length: 10000 }, () => 0),
              objects: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
              objectBytes: Array.from({ length: 10 }, () => 1000000),
            },
          ],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'keys that need all of it, again and again',
        rows: {
          cachePatterns: [{ cache: 'redis:///0', pattern: 'book:{id}', origin: 'capture', cached: 1, reads: 10000 }],
          cacheServers: [{ cache: '', database: '', maxBytes: 110000000, usedBytes: 100000000 }],
          cacheStreams: [
            {
              cache: 'redis:///0',
              pattern: 'book:{id}',
              rate: 1,
              hashes: Array.from({ length: 10000 }, (_, i) => i % 10),
              atMs: Array.from({ length: 10000 }, (_, i) => i),
              deletions: Array.from({ length: 10000 }, () => 0),
              objects: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
              objectBytes: Array.from({ length: 10 }, () => 10000000),
            },
          ],
        },
      },
      {
        name: '9,999 requests',
        rows: {
          cachePatterns: [{ cache: 'redis:///0', pattern: 'book:{id}', origin: 'capture', cached: 1, reads: 9999 }],
          cacheServers: [{ cache: '', database: '', maxBytes: 200000000, usedBytes: 150000000 }],
          cacheStreams: [
            {
              cache: 'redis:///0',
              pattern: 'book:{id}',
              rate: 1,
              hashes: Array.from({ length: 9999 }, (_, i) => i % 10),
              atMs: Array.from({ length: 9999 }, (_, i) => i),
              deletions: Array.from({ length: 9999 }, () => 0),
              objects: [0],
              objectBytes: [1000],
            },
          ],
        },
      },
    ],
  },
  evidence: (rows, limit) =>
    cacheEvidence(
      rows.cachePatterns,
      rows.cacheServers,
      Math.max(0, ...servers(rows).map(({ stream }) => Math.round(requestsOf(stream) / stream.rate))),
      limit.requests,
      'requests of a server whose memory is known, with sizes',
      'Add a long capture of redis-cli MONITOR and the server’s INFO beside it.',
    ),
  audit: (rows, limit) =>
    servers(rows).flatMap(({ server, patterns, stream, sizeBytes }): FindingDraft[] => {
      const requests = Math.round(requestsOf(stream) / stream.rate)
      if (requests < limit.requests || sizeBytes < limit.size) return []
      const { keys, keyCount, sizes, deletions } = stream
      const curve = missRatioCurve({ keys, keyCount, deletions, ...(sizes && { sizes }) }, { sampledObjects: 8_192 })
      // Of a sample of the keys, a cache holds its share of the memory.
      const loss = lossOfHalf(curve, sizeBytes * stream.rate)
      if (loss >= limit.loss) return []
      const enough = enoughSize(curve, limit.loss)
      const place = server.cache === '' ? (patterns[0]?.cache ?? '') : server.cache
      return [
        {
          severity: 'note',
          message: `${place} has ${megabytes(sizeBytes)}${server.maxBytes > 0 ? '' : ' in use'}; with half of it ${requests} requests would have missed ${(loss * 100).toFixed(2)} % more${enough === undefined ? '' : `, and ${megabytes(enough.size / stream.rate)} would have been enough for what was asked`}.`,
          where: { store: place },
          measured: { value: loss, unit: 'ratio' },
          limit: { value: limit.loss, unit: 'ratio' },
          cost: { value: Math.max(0, sizeBytes - (enough?.size ?? 0) / stream.rate), unit: 'bytes' },
          proof: joinedProof(
            patterns.map((row) =>
              readProof(
                row,
                sum([row], (one) => one.reads),
              ),
            ),
          ),
        },
      ]
    }),
})

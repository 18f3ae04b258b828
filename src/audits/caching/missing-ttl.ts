/**
 * Keys that nothing ever takes away again.
 *
 *     SET book:12 {…}              no EX, no EXPIRE afterwards: it stays until somebody deletes it, or until the memory is full
 *
 * Confused with data that Redis is the home of: a basket or a counter without expiry is no cached copy. Only patterns that are filled from
 * elsewhere on a miss, or mostly written with a time to live, are judged.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { percent } from '../../lib/percent.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, keepsForEver, placeOf, serverOf, told, writeProof } from './cache-use.js'

const limits = {
  share: { default: 0.05, unit: 'ratio', why: 'A few keys are settings; more are forgotten.', source: 'house' },
  keys: { default: 20, unit: 'count', why: 'A handful of keys does not fill a memory.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'cacheSamples'>
type Row = Needs['cachePatterns'][number]
type Sample = Needs['cacheSamples'][number]

/** Patterns of a running cache whose keys mostly expire, or that may all be evicted: those are copies. */
function kept({ cacheSamples, cachePatterns, cacheServers }: Needs): Sample[] {
  return cacheSamples.filter((row) => {
    const written = cachePatterns.some(
      (pattern) => pattern.pattern === row.pattern && sameServer(pattern.cache, row.cache) && toldKeys(pattern) > 0,
    )
    const evictable = serverOf(liveOne(row), cacheServers)?.policy.startsWith('allkeys-') === true
    return !written && (evictable || row.eternalKeys * 2 <= row.keys)
  })
}

/** A sample is of a server that is named. */
const liveOne = (row: Row | Sample): Pick<Row, 'cache' | 'origin'> => ({
  cache: row.cache,
  origin: 'origin' in row ? row.origin : 'server',
})

const sameServer = (one: string, other: string): boolean => one === other || one.replace(/\/[^/]*$/, '') === other

/** Keys whose writes tell whether they have a time to live. */
const toldKeys = (row: Row): number => (row.expiringWrites + row.plainWrites > 0 ? row.bornKeys : 0)

/** The pattern as SCAN takes it. */
const globOf = (pattern: string): string => pattern.replaceAll(/[\\*?[\]^]/g, '\\$&').replaceAll(/\{(?:id|…)\}/g, '*')
const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const book = { cache: 'redis://shelf:6379/0', pattern: 'book:{id}', cached: 1 }
const sample = { cache: 'redis://shelf:6379/0', pattern: 'book:{id}', type: 'string', keys: 20 }

export const missingTtl = defineAudit<Needs, typeof limits>({
  id: 'missing-ttl',
  family: 'caching',
  title: 'Cached keys expire',
  failureTitle: 'Cached keys never expire',
  definition:
    'Of the keys written to one pattern of a cache more than 5 % are written without a time to live and never given one, of 20 keys or more. Of a running cache the keys that are there count, where most of the pattern have a time to live or the policy may evict any key (allkeys-*). Critical where the server evicts only keys with one (volatile-*), evicts nothing (noeviction), or has no limit of memory.',
  why: 'A copy without an end is stale for ever once an invalidation is lost, and the memory grows with every key that was ever asked for. With noeviction the end is that all writes fail, at the busiest hour.',
  fix: 'Write with EX in the same command (SET key value EX 600), with some chance in it so that keys do not expire together. Give keys that exist a time with EXPIRE … NX. Set maxmemory, and allkeys-lru or allkeys-lfu where the whole store is a cache.',
  verify: 'Run the same traffic and audit again. In INFO keyspace, `expires` comes up to `keys`.',
  needs: ['cachePatterns', 'cacheServers', 'cacheSamples'],
  limits,
  references: [{ title: 'Key eviction, Redis', url: 'https://redis.io/docs/latest/develop/reference/eviction/' }],
  examples: {
    fires: [
      {
        name: 'two of twenty',
        rows: {
          cachePatterns: [{ ...book, bornKeys: 20, eternalKeys: 2, plainWrites: 2, expiringWrites: 18 }],
        },
        severities: ['warning'],
      },
      {
        name: 'where nothing is evicted',
        rows: {
          cachePatterns: [{ ...book, bornKeys: 100, eternalKeys: 6, plainWrites: 100 }],
          cacheServers: [{ cache: 'redis://shelf:6379', policy: 'noeviction', maxBytes: 1000000 }],
        },
        severities: ['critical'],
      },
      {
        name: 'where only keys with a time to live are evicted',
        rows: {
          cachePatterns: [{ ...book, bornKeys: 100, eternalKeys: 100, plainWrites: 100 }],
          cacheServers: [{ cache: 'redis://shelf:6379', policy: 'volatile-lru', maxBytes: 1000000 }],
        },
        severities: ['critical'],
      },
      {
        name: 'forgotten here and there in a running cache',
        rows: {
          cacheSamples: [{ ...sample, sampled: 5000, total: 90000, eternalKeys: 2 }],
          cacheServers: [{ cache: 'redis://shelf:6379', policy: 'noeviction' }],
        },
        severities: ['critical'],
      },
      {
        name: 'never given in a running cache that may evict any key',
        rows: {
          cacheSamples: [{ ...sample, sampled: 5000, total: 90000, eternalKeys: 20 }],
          cacheServers: [{ cache: 'redis://shelf:6379', policy: 'allkeys-lru', maxBytes: 1000000 }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'one of twenty keys of a running cache',
        rows: {
          cacheSamples: [{ ...sample, sampled: 20, total: 20, eternalKeys: 1 }],
          cacheServers: [{ cache: 'redis://shelf:6379', policy: 'allkeys-lru', maxBytes: 1000000 }],
        },
      },
      {
        name: 'baskets in a running Redis, of which none expires',
        rows: {
          cacheSamples: [
            {
              cache: 'redis://baskets:6379/0',
              pattern: 'basket:{id}',
              type: 'hash',
              keys: 900,
              sampled: 900,
              total: 900,
              eternalKeys: 900,
            },
          ],
          cacheServers: [{ cache: 'redis://baskets:6379', policy: 'noeviction' }],
        },
      },
      {
        name: 'one of twenty',
        rows: {
          cachePatterns: [{ ...book, bornKeys: 20, eternalKeys: 1, plainWrites: 20 }],
        },
      },
      {
        name: 'a store that is no cache',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://baskets:6379/0',
              pattern: 'basket:{id}',
              cached: 0,
              bornKeys: 900,
              eternalKeys: 900,
              plainWrites: 900,
            },
          ],
        },
      },
      {
        name: 'nineteen keys',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'page:{…}',
              cached: 1,
              bornKeys: 19,
              eternalKeys: 19,
              plainWrites: 19,
            },
          ],
        },
      },
    ],
  },
  evidence: (rows, limit) => {
    const written = Math.max(0, ...cached(rows.cachePatterns).map(toldKeys))
    const there = Math.max(0, ...kept(rows).map((row) => row.keys))
    return cacheEvidence(
      rows.cachePatterns,
      rows.cacheServers,
      Math.max(written, there),
      limit.keys,
      'keys of one pattern of which it is known whether they have a time to live',
      'Keep the arguments of SET in db.query.text (or how many there were), add a capture of redis-cli MONITOR, or name the server (redis://host:port).',
    )
  },
  audit: (rows, limit) => {
    const { cachePatterns, cacheServers } = rows
    const written = cached(cachePatterns).flatMap((row): FindingDraft[] => {
      const share = row.eternalKeys / Math.max(1, row.bornKeys)
      if (toldKeys(row) < limit.keys || share <= limit.share) return []
      return [
        {
          ...judged(row, share, limit.share, cacheServers),
          message: `${row.eternalKeys} of ${row.bornKeys} keys of ${told(row)} were written without a time to live (${percent(share)})${because(row, cacheServers)}.`,
          ...(row.residentBytes > 0 &&
            row.windowSeconds > 0 && {
              cost: { value: (row.residentBytes * share) / row.windowSeconds, unit: 'bytes/s' as const },
            }),
          prescription: {
            title: 'Give the keys that exist a time to live',
            language: 'sh',
            text: `redis-cli -n ${/\/(\d+)$/.exec(row.cache)?.[1] ?? '0'} --scan --pattern ${shellQuoted(globOf(row.pattern))} | while IFS= read -r key; do redis-cli -n ${/\/(\d+)$/.exec(row.cache)?.[1] ?? '0'} EXPIRE "$key" $((450 + RANDOM % 300)) NX; done`,
          },
          proof: writeProof(row, row.bornKeys),
        },
      ]
    })
    const there = kept(rows).flatMap((row): FindingDraft[] => {
      const share = row.eternalKeys / Math.max(1, row.keys)
      if (row.keys < limit.keys || share <= limit.share) return []
      return [
        {
          ...judged(row, share, limit.share, cacheServers),
          message: `${row.eternalKeys} of ${row.keys} keys of ${told(row)}${row.sampled < row.total ? ', a sample,' : ''} have no time to live (${percent(share)})${because(row, cacheServers)}.`,
          proof: { traceIds: [], spanIds: [], samples: row.keys },
        },
      ]
    })
    return [...written, ...there]
  },
})

function judged(
  row: Row | Sample,
  share: number,
  limit: number,
  servers: Needs['cacheServers'],
): Pick<FindingDraft, 'severity' | 'where' | 'measured' | 'limit'> {
  const server = serverOf(liveOne(row), servers)
  return {
    severity: server !== undefined && keepsForEver(server) ? 'critical' : 'warning',
    where: placeOf(row),
    measured: { value: share, unit: 'ratio' },
    limit: { value: limit, unit: 'ratio' },
  }
}

function because(row: Row | Sample, servers: Needs['cacheServers']): string {
  const server = serverOf(liveOne(row), servers)
  if (server === undefined) return ''
  return `; the server has ${server.maxBytes === 0 ? 'no limit of memory' : 'a limit of memory'} and the policy ${server.policy === '' ? 'it did not tell' : server.policy}`
}

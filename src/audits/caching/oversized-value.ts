/**
 * Values that are too large to travel: each read carries all of it, and the server answers nobody else meanwhile.
 *
 *     GET catalogue:export ─▶ 195,000 bytes
 *
 * Confused with a cache that is too large (oversized-cache). Sizes come from what a capture shows being written, and from the sample of a
 * running server; traces show none.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { truncate } from '../../lib/text.js'
import type { SurveyRows } from '../../survey/rows.js'
import { noCache, placeOf, writeProof } from './cache-use.js'

const limits = {
  string: {
    default: 100_000,
    unit: 'bytes',
    why: 'At 1 Gbit/s such a value takes a millisecond of the wire.',
    source: 'RedisInsight',
  },
  fields: {
    default: 5_000,
    unit: 'count',
    why: 'HGETALL of more blocks the server for milliseconds.',
    source: 'RedisInsight',
  },
  members: { default: 1_000, unit: 'count', why: 'SMEMBERS of more blocks the server.', source: 'RedisInsight' },
  values: { default: 1, unit: 'count', why: 'One such value is enough.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheSamples'>

/** `195 kB`, as the limit is written. */
function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`
}

export const oversizedValue = defineAudit<Needs, typeof limits>({
  id: 'oversized-value',
  family: 'caching',
  title: 'Cached values are small',
  failureTitle: 'A cached value is too large',
  definition:
    'A string of more than 100 kB, a hash of more than 5,000 fields, or a set of more than 1,000 members is kept in a cache.',
  why: 'The server answers one command at a time: while it copies a megabyte, thousands of small reads wait, and their latency shows a spike that has nothing to do with them. Reading one field of a JSON text carries all of it.',
  fix: 'Split the value by what is read together (a key a book, not one for the catalogue), keep large exports in object storage, compress texts, use HSCAN or HMGET instead of HGETALL.',
  verify: 'Run the same traffic and audit again, or `redis-cli --bigkeys`.',
  needs: ['cachePatterns', 'cacheSamples'],
  limits,
  references: [
    { title: 'Recommendations of Redis Insight', url: 'https://redis.io/docs/latest/develop/tools/insight/' },
  ],
  examples: {
    fires: [
      {
        name: 'over 100 kB',
        rows: {
          cachePatterns: [
            { cache: 'redis:///2', pattern: 'export', valueMaxBytes: 100001, valueMaxKey: 'export', writes: 1 },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'a hash of 5,001 fields in a running server',
        rows: {
          cacheSamples: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'sections',
              type: 'hash',
              keys: 1,
              largestElements: 5001,
              largestKey: 'sections',
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: '100 kB',
        rows: {
          cachePatterns: [
            { cache: 'redis:///2', pattern: 'export', valueMaxBytes: 100000, valueMaxKey: 'export', writes: 1 },
          ],
        },
      },
      {
        name: 'a set of 1,000 members',
        rows: {
          cacheSamples: [
            { cache: 'redis://shelf:6379/0', pattern: 'readers', type: 'set', keys: 1, largestElements: 1000 },
          ],
        },
      },
    ],
  },
  evidence: ({ cachePatterns, cacheSamples }, limit) => ({
    applicable: cachePatterns.length + cacheSamples.length > 0,
    reason: noCache,
    samples:
      cachePatterns.reduce((total, row) => total + (row.valueMaxBytes > 0 ? row.writes : 0), 0) +
      cacheSamples.reduce((total, row) => total + row.keys, 0),
    least: limit.values,
    of: 'values whose size is known',
    advice: 'Traces do not show sizes: add a capture of redis-cli MONITOR, or name the server (redis://host:port).',
  }),
  audit: ({ cachePatterns, cacheSamples }, limit) => {
    const written = cachePatterns
      .filter((row) => row.valueMaxBytes > limit.string)
      .map((row): FindingDraft => ({
        severity: 'warning',
        message: `${truncate(row.valueMaxKey, 80)} in ${row.cache} holds ${kilobytes(row.valueMaxBytes)}.`,
        where: placeOf(row),
        measured: { value: row.valueMaxBytes, unit: 'bytes' },
        limit: { value: limit.string, unit: 'bytes' },
        proof: writeProof(row, row.writes),
      }))
    const most: Record<string, { limit: number; of: string; unit: 'bytes' | 'count' }> = {
      string: { limit: limit.string, of: 'bytes', unit: 'bytes' },
      hash: { limit: limit.fields, of: 'fields', unit: 'count' },
      set: { limit: limit.members, of: 'members', unit: 'count' },
    }
    const kept = cacheSamples.flatMap((row): FindingDraft[] => {
      const one = most[row.type]
      if (one === undefined || row.largestElements <= one.limit) return []
      const size = one.unit === 'bytes' ? kilobytes(row.largestElements) : `${row.largestElements} ${one.of}`
      return [
        {
          severity: 'warning',
          message: `${truncate(row.largestKey, 80)} in ${row.cache} is a ${row.type} of ${size}.`,
          where: placeOf(row),
          measured: { value: row.largestElements, unit: one.unit },
          limit: { value: one.limit, unit: one.unit },
          proof: { traceIds: [], spanIds: [], samples: row.keys },
        },
      ]
    })
    return [...written, ...kept]
  },
})

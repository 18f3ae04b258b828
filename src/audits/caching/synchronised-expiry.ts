/**
 * Keys that were written together and expire together: a cold start once every time to live.
 *
 *     09:00:00  SET price:1…200 EX 40        09:00:40  200 keys gone, everybody asks the database
 *
 * Confused with cache-stampede (one key, many readers at once). A slot is a twentieth of the time to live: keys written evenly over time put
 * a twentieth of what is alive into each. Evidence shorter than a time to live has few slots, so a slot must also stand out of the others.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { percent } from '../../lib/percent.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, placeOf, told, writeProof } from './cache-use.js'

const limits = {
  share: {
    default: 0.2,
    unit: 'ratio',
    why: 'Four times what an even flow of writes would put into one slot.',
    source: 'house',
  },
  outstanding: {
    default: 3,
    unit: 'count',
    why: 'The slot must hold three times the keys of a mean slot, so that short evidence is not taken for a rhythm.',
    source: 'house',
  },
  keys: { default: 50, unit: 'count', why: 'Fewer keys at once are no load.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers'>

export const synchronisedExpiry = defineAudit<Needs, typeof limits>({
  id: 'synchronised-expiry',
  family: 'caching',
  title: 'Keys expire one by one',
  failureTitle: 'Many keys of a pattern expire at the same moment',
  definition:
    'More than 20 % of the keys of one pattern that are alive expire within one slot, a twentieth of their time to live, and that slot holds three times as many as the mean slot; of 50 keys or more.',
  why: 'At that moment the hit ratio of the pattern falls to nothing, and the database gets in a second what it otherwise gets in a minute. It comes back every time to live, because keys that were filled together expire together again.',
  fix: 'Add chance to the time to live where it is set: `ttl * (0.75 + Math.random() / 2)`. Where a job fills the cache, spread its writes, or refresh popular keys before they expire.',
  verify:
    'Run the same traffic and audit again, or look at `TTL` of a sample of keys: no two hundred of them are equal.',
  needs: ['cachePatterns', 'cacheServers'],
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
        name: '21 of a hundred in one slot',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://prices:6379/0',
              pattern: 'price:{id}',
              cached: 1,
              ttlP50Ms: 40000,
              slotMs: 2000,
              slotKeys: 21,
              aliveKeys: 100,
              windowSeconds: 40,
              expiringKeys: 100,
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'a fifth',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://prices:6379/0',
              pattern: 'price:{id}',
              cached: 1,
              ttlP50Ms: 40000,
              slotMs: 2000,
              slotKeys: 20,
              aliveKeys: 100,
              windowSeconds: 40,
              expiringKeys: 100,
            },
          ],
        },
      },
      {
        name: 'evidence that is shorter than the time to live',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://prices:6379/0',
              pattern: 'price:{id}',
              cached: 1,
              ttlP50Ms: 600000,
              slotMs: 30000,
              slotKeys: 30,
              aliveKeys: 100,
              windowSeconds: 120,
              expiringKeys: 100,
            },
          ],
        },
      },
      {
        name: '49 keys',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://prices:6379/0',
              pattern: 'price:{id}',
              cached: 1,
              ttlP50Ms: 40000,
              slotMs: 2000,
              slotKeys: 49,
              aliveKeys: 49,
              windowSeconds: 40,
              expiringKeys: 49,
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
      Math.max(0, ...cached(cachePatterns).map((row) => row.aliveKeys)),
      limit.keys,
      'keys of one pattern whose time to live is known',
      'Traces seldom show times to live: add a capture of redis-cli MONITOR.',
    ),
  audit: ({ cachePatterns }, limit) =>
    cached(cachePatterns).flatMap((row): FindingDraft[] => {
      const share = row.slotKeys / Math.max(1, row.aliveKeys)
      // Writes had as many slots to fall into as the evidence is long.
      const mean = row.expiringKeys / Math.max(1, (row.windowSeconds * 1000) / Math.max(1, row.slotMs))
      if (row.aliveKeys < limit.keys || share <= limit.share || row.slotKeys < limit.outstanding * mean) return []
      return [
        {
          severity: 'warning',
          message: `${row.slotKeys} of ${row.aliveKeys} keys of ${told(row)} (${percent(share)}) expire within ${(row.slotMs / 1000).toFixed(1)} s of each other; they live for ${Math.round(row.ttlP50Ms / 1000)} s.`,
          where: placeOf(row),
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          cost: { value: row.slotKeys / Math.max(0.001, row.slotMs / 1000), unit: 'calls/s' },
          proof: writeProof(row, row.aliveKeys),
        },
      ]
    }),
})

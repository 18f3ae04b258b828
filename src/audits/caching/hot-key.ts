/**
 * One key that everybody asks for: whatever the number of shards, one of them serves it.
 *
 *     GET shop:settings ×1,569 of 5,947 commands ─▶ [shard 3]       [shard 1] [shard 2] [shard 4] idle
 *
 * Confused with a popular pattern: many keys of one pattern spread over shards, one key does not.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { truncate } from '../../lib/text.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, perSecond, placeOf, readProof, serverOf } from './cache-use.js'

const limits = {
  warning: {
    default: 0.1,
    unit: 'ratio',
    why: 'A tenth of a cache’s work for one key is a tenth that cannot be spread.',
    source: 'house',
  },
  note: { default: 0.05, unit: 'ratio', why: 'Worth knowing before the traffic grows.', source: 'house' },
  fairShares: {
    default: 2,
    unit: 'count',
    why: 'With several shards, a key with more than twice the fair share of one makes that shard the first to fall.',
    source: 'house',
  },
  commands: { default: 1_000, unit: 'count', why: 'In a quiet cache every key is a large share.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'overview'>

export const hotKey = defineAudit<Needs, typeof limits>({
  id: 'hot-key',
  family: 'caching',
  title: 'No key carries a cache alone',
  failureTitle: 'One key takes a large share of all commands',
  definition:
    'One key has more than 10 % of the commands of its cache, or more than twice the fair share of one shard; a note above 5 %. A cache has 1,000 commands or more.',
  why: 'A cluster spreads keys, not commands: the shard with this key is full while others idle, and adding shards does not help. When the key expires, everybody is a miss at once.',
  fix: 'Keep it in the process for some seconds (a local cache in front, or client-side caching with invalidation), read it once a request and not once a layer, or split it in copies (`settings:{1..8}`) that readers choose from by chance.',
  verify:
    'Run the same traffic and audit again: the key’s share falls below the limit. `redis-cli --hotkeys` shows the same where the policy is LFU.',
  needs: ['cachePatterns', 'cacheServers', 'overview'],
  limits,
  references: [
    { title: 'Client-side caching, Redis', url: 'https://redis.io/docs/latest/develop/reference/client-side-caching/' },
  ],
  examples: {
    fires: [
      {
        name: '101 of a thousand',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'settings',
              cached: 1,
              cacheCommands: 1000,
              topKey: 'settings',
              topKeyCommands: 101,
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: '51 of a thousand',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'settings',
              cached: 1,
              cacheCommands: 1000,
              topKey: 'settings',
              topKeyCommands: 51,
            },
          ],
        },
        severities: ['note'],
      },
      {
        name: 'more than two fair shares of forty shards',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'settings',
              cached: 1,
              cacheCommands: 1000,
              topKey: 'settings',
              topKeyCommands: 51,
            },
          ],
          cacheServers: [{ cache: 'redis://shelf:6379', shards: 40 }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'a twentieth',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'settings',
              cached: 1,
              cacheCommands: 1000,
              topKey: 'settings',
              topKeyCommands: 50,
            },
          ],
        },
      },
      {
        name: 'a quiet cache',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'settings',
              cached: 1,
              cacheCommands: 999,
              topKey: 'settings',
              topKeyCommands: 900,
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
      Math.max(0, ...cached(cachePatterns).map((row) => row.cacheCommands)),
      limit.commands,
      'commands of one cache with keys',
      'Record more traffic, or add a capture of redis-cli MONITOR.',
    ),
  audit: ({ cachePatterns, cacheServers, overview }, limit) => {
    const caches = new Set(cached(cachePatterns).map((row) => row.cache))
    const rows = cachePatterns.filter((row) => caches.has(row.cache) && row.topKey !== '')
    return [...grouped(rows, (row) => row.cache).values()].flatMap((patterns) =>
      patterns.flatMap((row): FindingDraft[] => {
        const shards = serverOf(row, cacheServers)?.shards ?? 1
        const warning = shards > 1 ? Math.min(limit.warning, limit.fairShares / shards) : limit.warning
        const share = row.topKeyCommands / Math.max(1, row.cacheCommands)
        if (row.cacheCommands < limit.commands || share <= Math.min(warning, limit.note)) return []
        const loud = share > warning
        const traces = overview[0]?.traces ?? 0
        return [
          {
            severity: loud ? 'warning' : 'note',
            message: `${truncate(row.topKey, 80)} has ${row.topKeyCommands} of the ${row.cacheCommands} commands of ${row.cache} (${percent(share)})${row.topKeyService === '' ? '' : `, most of them from ${row.topKeyService}`}.`,
            where: placeOf(row),
            measured: { value: share, unit: 'ratio' },
            limit: { value: loud ? warning : limit.note, unit: 'ratio' },
            cost: { value: perSecond(row.topKeyCommands, row.windowSeconds), unit: 'calls/s' },
            ...(traces > 0 && row.origin === 'trace' && { share: row.topKeyCommands / traces }),
            proof: readProof(row, row.topKeyCommands),
          },
        ]
      }),
    )
  },
})

/**
 * A cache that is written more than read: it carries what nobody wants to know.
 *
 *     SET views:12 7 · SET views:12 8 · SET views:12 9        GET views:12 … never
 *
 * Confused with low-hit-ratio: there writes follow misses, and more hits would mend them. Writes that answer a miss are therefore not counted
 * here, nor the first write of a key (a cache that is filled before it is read), unless nobody reads the pattern at all.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { percent } from '../../lib/percent.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, perSecond, placeOf, told, writeProof } from './cache-use.js'

const limits = {
  share: {
    default: 0.3,
    unit: 'ratio',
    why: 'Of 53 published clusters 33 lie below.',
    source: 'Twitter, OSDI 2020',
  },
  commands: { default: 100, unit: 'count', why: 'Fewer say little about how keys are used.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers'>
type Row = Needs['cachePatterns'][number]

/** Writes that change what is kept. */
function changes(row: Row): number {
  const unasked = row.writes - row.fills
  return Math.max(0, row.reads + row.looks === 0 ? unasked : unasked - row.preloads)
}

const commands = (row: Row): number => row.reads + row.looks + row.writes

export const writeHeavyCache = defineAudit<Needs, typeof limits>({
  id: 'write-heavy-cache',
  family: 'caching',
  title: 'Caches are read more than written',
  failureTitle: 'A cache is written nearly as often as it is read, or more',
  definition:
    'Of the reads and writes of one pattern of keys more than 30 % are writes, with 100 commands or more. Writes that answer a miss do not count, nor the first write of a key that is read.',
  why: 'What is written more than read was kept for nobody: each write costs a round trip, memory and replication, and pushes out keys that somebody wants. Counters and logs end up in caches this way, and are lost with the first restart.',
  fix: 'If nobody reads it, stop writing it. If it is a counter or a log, give it a store that keeps it, or publish it as an event. If every change is written through while few are read, delete the key on change and let the next reader fill it.',
  verify: 'Run the same traffic and audit again: the pattern is gone, or most of its commands are reads.',
  needs: ['cachePatterns', 'cacheServers'],
  limits,
  references: [
    {
      title: 'A large scale analysis of hundreds of in-memory cache clusters at Twitter, OSDI 2020',
      url: 'https://www.usenix.org/conference/osdi20/presentation/yang',
    },
  ],
  examples: {
    fires: [
      {
        name: '31 of a hundred',
        rows: {
          cachePatterns: [{ cache: 'redis://shelf:6379/0', pattern: 'views:{id}', cached: 1, reads: 69, writes: 31 }],
        },
        severities: ['warning'],
      },
      {
        name: 'never read',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: 'views:{id}', cached: 1, writes: 100, preloads: 100 },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: '30 of a hundred',
        rows: {
          cachePatterns: [{ cache: 'redis://shelf:6379/0', pattern: 'views:{id}', cached: 1, reads: 70, writes: 30 }],
        },
      },
      {
        name: 'writes that answer misses',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'book:{id}',
              cached: 1,
              reads: 100,
              writes: 90,
              fills: 90,
              misses: 90,
            },
          ],
        },
      },
      {
        name: 'filled before the shop opens',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: 'price:{id}', cached: 1, reads: 100, writes: 200, preloads: 200 },
          ],
        },
      },
    ],
  },
  evidence: ({ cachePatterns, cacheServers }, limit) =>
    cacheEvidence(
      cachePatterns,
      cacheServers,
      Math.max(0, ...cached(cachePatterns).map(commands)),
      limit.commands,
      'reads and writes of one pattern of keys',
      'Record more traffic, with keys in db.query.text, or add a capture of redis-cli MONITOR.',
    ),
  audit: ({ cachePatterns }, limit) =>
    cached(cachePatterns).flatMap((row): FindingDraft[] => {
      const writes = changes(row)
      const reads = row.reads + row.looks
      const share = writes / Math.max(1, reads + writes)
      if (commands(row) < limit.commands || share <= limit.share) return []
      const who =
        row.writers.length > 0
          ? `${row.writers.join(' and ')} ${row.writers.length === 1 ? 'writes' : 'write'}`
          : 'Writers write'
      return [
        {
          severity: 'warning',
          message: `${who} ${told(row)} ${row.writes} times; ${reads === 0 ? 'nobody reads it' : `it is read ${reads} times (${percent(share)} of its commands change what is kept)`}.`,
          where: placeOf(row),
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          cost: { value: perSecond(writes, row.windowSeconds), unit: 'calls/s' },
          proof: writeProof(row, row.writes),
        },
      ]
    }),
})

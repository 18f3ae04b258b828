/**
 * A cache as a back door between services: one writes what the other reads, and nobody declared a contract.
 *
 *     reviews ──SET stars:7──▶ [ redis ] ◀──GET stars:7── catalogue
 *
 * Confused with two services that keep keys of their own on one server: that shares a machine. Here they share keys.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, placeOf, told, writeProof } from './cache-use.js'

const limits = {
  services: {
    default: 2,
    unit: 'services',
    why: 'With two, the key is a contract between them.',
    source: 'by definition',
  },
  commands: { default: 20, unit: 'count', why: 'Fewer say little about who uses a key.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers'>
type Row = Needs['cachePatterns'][number]

const isTraced = (row: Row): boolean => row.readers.length + row.writers.length > 0
const and = (names: readonly string[]): string => names.join(' and ')

export const sharedCache = defineAudit<Needs, typeof limits>({
  id: 'shared-cache',
  family: 'caching',
  title: 'Cached keys are used by one service',
  failureTitle: 'Services share the keys of a cache',
  definition:
    'Two or more services write the keys of one pattern, or a service reads keys that only another one writes, each five times or more.',
  why: 'The shape of a cached value is nobody’s contract: a deployment of the writer breaks the reader, at the moment when the old values expire. With two writers the last one wins, and no one can say how old a value is.',
  fix: 'Let the service that owns the data answer for it, with a cache of its own; or publish changes as events, and let the reader keep its own copy. Give each service a user of its own in the ACL, for its own keys (`~stars:*`).',
  verify: 'Run the same traffic and audit again: each pattern has one service.',
  needs: ['cachePatterns', 'cacheServers'],
  limits,
  references: [
    { title: 'ACL, Redis', url: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/' },
  ],
  examples: {
    fires: [
      {
        name: 'one writes, another reads',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'stars:{id}',
              cached: 1,
              reads: 10,
              writes: 10,
              readers: ['catalogue'],
              writers: ['reviews'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'two write',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'stars:{id}',
              cached: 1,
              reads: 0,
              writes: 20,
              writers: ['orders', 'reviews'],
            },
          ],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'one reads and writes',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'book:{id}',
              cached: 1,
              reads: 90,
              writes: 40,
              readers: ['catalogue'],
              writers: ['catalogue'],
            },
          ],
        },
      },
      {
        name: 'nineteen commands',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'stars:{id}',
              cached: 1,
              reads: 9,
              writes: 10,
              readers: ['catalogue'],
              writers: ['reviews'],
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
      sum(cached(cachePatterns).filter(isTraced), (row) => row.reads + row.looks + row.writes),
      limit.commands,
      'commands on cached keys whose service is known',
      'Only traces name services: record them with keys in db.query.text.',
    ),
  audit: ({ cachePatterns }, limit) =>
    cached(cachePatterns).flatMap((row): FindingDraft[] => {
      const strangers = row.writers.length === 0 ? [] : row.readers.filter((reader) => !row.writers.includes(reader))
      const sharing = new Set([...row.writers, ...strangers])
      if (sharing.size < limit.services || row.reads + row.looks + row.writes < limit.commands) return []
      const critical = row.writers.length >= 2
      const reading = strangers.length === 0 ? '' : `${strangers.length === 1 ? ' reads' : ' read'} what `
      return [
        {
          severity: critical ? 'critical' : 'warning',
          message: `${and(strangers)}${reading}${and(row.writers)} ${row.writers.length === 1 ? 'writes' : 'write'} to ${told(row)} (${row.reads + row.looks} reads, ${row.writes} writes).`,
          where: placeOf(row),
          measured: { value: sharing.size, unit: 'services' },
          limit: { value: limit.services, unit: 'services' },
          proof: writeProof(row, row.reads + row.looks + row.writes),
        },
      ]
    }),
})

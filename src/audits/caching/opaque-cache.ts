/**
 * Nobody can see what is in it.
 *
 *     redis  GET ?  GET ?  SET ? ?            keys are sanitised, and neither a capture nor the server is in the evidence
 *
 * Confused with unusable-attributes (spans without system or address). Values should be hidden; keys are names, and hiding them hides what
 * the cache is for. Where only some commands hide their key (HGETALL in some instrumentations), the others tell.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { readProof, cacheEvidence, serverOf } from './cache-use.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  visible: {
    default: 0.1,
    unit: 'ratio',
    why: 'With fewer keys than one in ten nothing can be said about any pattern.',
    source: 'house',
  },
  commands: { default: 20, unit: 'count', why: 'Fewer are no use of a cache.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'cacheSamples' | 'cacheErrors' | 'overview'>

export const opaqueCache = defineAudit<Needs, typeof limits>({
  id: 'opaque-cache',
  family: 'caching',
  title: 'What caches hold can be seen',
  failureTitle: 'Nobody can see what a cache holds',
  definition:
    'Of 20 or more commands on one cache fewer than 10 % name a key, and there is neither a capture of it nor evidence of its server.',
  why: 'When readers complain about old figures at night, somebody has to know which keys there are, who writes them and for how long. Here nobody can: not its hit ratio, not its hot keys, not what a restart would cost.',
  fix: 'Let the instrumentation keep keys and hide values: `dbStatementSerializer` in Node.js, `sanitize_query` with keys kept in Python, `otel.instrumentation.common.db-statement-sanitizer` in Java. Or add a capture of redis-cli MONITOR, or name the server (redis://host:port) in the evidence.',
  verify: 'Audit again: the report has a card for each pattern of the cache.',
  needs: ['cachePatterns', 'cacheServers', 'cacheSamples', 'cacheErrors', 'overview'],
  limits,
  references: [
    { title: 'Semantic conventions for Redis', url: 'https://opentelemetry.io/docs/specs/semconv/database/redis/' },
  ],
  examples: {
    fires: [
      {
        name: 'one of twenty',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: '', commands: 19, cacheCommands: 20, origin: 'trace' },
            { cache: 'redis://shelf:6379/0', pattern: 'book:{id}', commands: 1, cacheCommands: 20, origin: 'trace' },
          ],
          cacheErrors: [{ service: 'catalogue', cache: 'redis://shelf:6379/0', commands: 20 }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'two of twenty',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: '', commands: 18, cacheCommands: 20, origin: 'trace' },
            { cache: 'redis://shelf:6379/0', pattern: 'book:{id}', commands: 2, cacheCommands: 20, origin: 'trace' },
          ],
        },
      },
      {
        name: 'the server is in the evidence',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: '', commands: 900, cacheCommands: 900, origin: 'trace' },
          ],
          cacheServers: [{ cache: 'redis://shelf:6379', policy: 'allkeys-lru' }],
        },
      },
      {
        name: 'nineteen commands',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: '', commands: 19, cacheCommands: 19, origin: 'trace' },
          ],
        },
      },
    ],
  },
  evidence: ({ cachePatterns, cacheServers, cacheSamples }, limit) => ({
    ...cacheEvidence(
      cachePatterns,
      cacheServers,
      sum(cachePatterns, (row) => row.commands) + sum(cacheSamples, (row) => row.keys),
      limit.commands,
      'commands on caches, or keys of a running one',
      'Record more traffic.',
    ),
    blind: [],
  }),
  audit: ({ cachePatterns, cacheServers, cacheErrors, overview }, limit) =>
    [...grouped(cachePatterns, (row) => row.cache)].flatMap(([cache, rows]): FindingDraft[] => {
      const all = sum(rows, (row) => row.commands)
      const hidden = rows.find((row) => row.pattern === '')
      const visible = (all - (hidden?.commands ?? 0)) / Math.max(1, all)
      if (hidden === undefined || all < limit.commands || visible >= limit.visible) return []
      if (serverOf(hidden, cacheServers) !== undefined) return []
      const services = cacheErrors.filter((row) => row.cache === cache).map((row) => row.service)
      const [service] = services
      const traces = overview[0]?.traces ?? 0
      return [
        {
          severity: 'warning',
          message: `${hidden.commands} of ${all} commands of ${services.length === 0 ? 'its clients' : services.join(' and ')} on ${cache} name no key (${percent(1 - visible)}), and neither a capture nor its server is in the evidence.`,
          where: { store: cache, ...(services.length === 1 && service !== undefined && { service }) },
          measured: { value: visible, unit: 'ratio' },
          limit: { value: limit.visible, unit: 'ratio' },
          ...(traces > 0 && { share: hidden.commands / traces }),
          proof:
            hidden.readTraceIds.length > 0
              ? readProof(hidden, all)
              : { traceIds: [...new Set(hidden.anyTraceIds)], spanIds: [], samples: all },
        },
      ]
    }),
})

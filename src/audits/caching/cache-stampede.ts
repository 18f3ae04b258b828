/**
 * One key is gone, and everybody who wants it asks the database for it at the same time.
 *
 *     GET sale:page ─▶ miss ─▶ SELECT … 0.9 s ▬▬▬▬▬▬▬▬ ─▶ SET
 *     GET sale:page ─▶ miss ─▶ SELECT … 0.9 s   ▬▬▬▬▬▬▬▬ ─▶ SET
 *     GET sale:page ─▶ miss ─▶ SELECT … 0.9 s    ▬▬▬▬▬▬▬▬ ─▶ SET        … eight times
 *
 * Confused with synchronised-expiry (many keys gone at once). A capture does not show the database: there a burst is several readers that
 * find nothing before the first has written, and each of whom writes; whoever waits for another does not write.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { sum } from '../../lib/totals.js'
import { truncate } from '../../lib/text.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, perSecond, placeOf, told } from './cache-use.js'

const limits = {
  atOnce: { default: 5, unit: 'count', why: 'Two or three at once are chance.', source: 'house' },
  misses: { default: 5, unit: 'count', why: 'Without misses nothing can be stormed.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'cacheBursts' | 'overview'>

export const cacheStampede = defineAudit<Needs, typeof limits>({
  id: 'cache-stampede',
  family: 'caching',
  title: 'A missing key is fetched once',
  failureTitle: 'Many fetch the same missing key at once',
  definition:
    'Five or more identical database reads from different requests overlap after a miss of one key. In a capture without traces: five or more readers find one key missing before the first writes it, and each of them writes it.',
  why: 'The slower the answer, the more readers arrive before it comes, and each makes it slower: a page of 0.9 seconds becomes an outage when its key expires in a busy hour. The work is the same, done many times.',
  fix: 'Let one fetch and the others wait for the answer: a promise a process (single-flight), a short lock across processes (SET lock NX PX), or serve the old value while one refreshes it. Renew popular keys before they expire.',
  verify: 'Run the same traffic and audit again: for each expiry the database sees the statement once.',
  needs: ['cachePatterns', 'cacheServers', 'cacheBursts', 'overview'],
  limits,
  references: [
    {
      title: 'Optimal probabilistic cache stampede prevention, VLDB 2015',
      url: 'https://www.vldb.org/pvldb/vol8/p886-vattani.pdf',
    },
    { title: 'singleflight, Go', url: 'https://pkg.go.dev/golang.org/x/sync/singleflight' },
  ],
  examples: {
    fires: [
      {
        name: 'five at once',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: 'sale:page', cached: 1, misses: 5, windowSeconds: 60 },
          ],
          cacheBursts: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'sale:page',
              key: 'sale:page',
              mostAtOnce: 5,
              bursts: [5],
              extraReads: 4,
              sourceMs: 900,
              statement: 'SELECT ?',
              sourceStore: 'postgresql://pg:5432/shelf',
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'in a capture',
        rows: {
          cachePatterns: [
            { cache: 'redis:///2', pattern: 'sale:page', cached: 1, misses: 40, windowSeconds: 60, origin: 'capture' },
          ],
          cacheBursts: [
            {
              cache: 'redis:///2',
              pattern: 'sale:page',
              key: 'sale:page',
              mostAtOnce: 8,
              bursts: [8, 8, 3],
              extraReads: 16,
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'four at once',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: 'sale:page', cached: 1, misses: 40, windowSeconds: 60 },
          ],
          cacheBursts: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'sale:page',
              key: 'sale:page',
              mostAtOnce: 4,
              bursts: [4, 4, 4],
              extraReads: 9,
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
      sum(cached(cachePatterns), (row) => row.misses),
      limit.misses,
      'misses',
      'Record traffic in which keys expire, with keys in db.query.text.',
    ),
  audit: ({ cachePatterns, cacheBursts, overview }, limit) => {
    const known = new Map(cached(cachePatterns).map((row) => [`${row.cache}\0${row.pattern}`, row]))
    const traces = overview[0]?.traces ?? 0
    return cacheBursts.flatMap((burst): FindingDraft[] => {
      const row = known.get(`${burst.cache}\0${burst.pattern}`)
      if (row === undefined || burst.mostAtOnce < limit.atOnce) return []
      const large = burst.bursts.filter((size) => size >= limit.atOnce)
      const asked =
        burst.statement === ''
          ? 'each of them wrote it'
          : `each asked ${burst.sourceStore} for ${truncate(burst.statement, 120)} (${Math.round(burst.sourceMs)} ms)`
      return [
        {
          severity: 'warning',
          message: `Up to ${burst.mostAtOnce} readers at once found ${truncate(burst.key, 60)} missing in ${told(row)}, and ${asked}; ${large.length === 1 ? 'it happened once' : `it happened ${large.length} times`}.`,
          where: placeOf(row),
          measured: { value: burst.mostAtOnce, unit: 'count' },
          limit: { value: limit.atOnce, unit: 'count' },
          cost:
            burst.sourceMs > 0
              ? { value: perSecond(burst.extraReads * burst.sourceMs, row.windowSeconds), unit: 'ms/s' }
              : { value: perSecond(burst.extraReads, row.windowSeconds), unit: 'calls/s' },
          ...(traces > 0 && burst.traceIds.length > 0 && { share: sum(large, (size) => size) / traces }),
          proof: sampledProof(
            burst.traceIds,
            burst.spanIds,
            sum(large, (size) => size),
          ),
        },
      ]
    })
  },
})

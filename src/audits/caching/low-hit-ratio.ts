/**
 * A cache that is asked and has nothing.
 *
 *     GET menu:7:42   ─▶ nothing ─▶ SELECT … ─▶ SET menu:7:42     again and again, of 10 reads 2 are found
 *
 * Confused with one-hit-wonders (keys that nobody reads twice, a reason for few hits) and cache-costs-more (a ratio that may be fine, over a
 * database that is as quick as the cache). A cache as a whole is only found when its ratio stays low without the patterns that were found.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { joinedProof } from '../../lib/sampled-proof.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, missProof, perSecond, placeOf, serverOf, told } from './cache-use.js'

const limits = {
  warning: {
    default: 0.8,
    unit: 'ratio',
    why: 'Of 53 published clusters 37 lie above: most caches do better.',
    source: 'Twitter cache traces, 2020',
  },
  critical: {
    default: 0.5,
    unit: 'ratio',
    why: 'More reads go through than are answered: 46 of the 53 clusters do better.',
    source: 'Twitter cache traces, 2020',
  },
  reads: {
    default: 1_000,
    unit: 'count',
    why: 'A cache that has just been started has few hits, and will have more.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'overview'>
type Row = Needs['cachePatterns'][number]

const judged = (row: Row): number => row.hits + row.misses

interface Counted {
  where: FindingDraft['where']
  name: string
  hits: number
  reads: number
  rows: Row[]
  by: string
}

function patterns({ cachePatterns }: Needs): Counted[] {
  return cached(cachePatterns).map((row) => ({
    where: placeOf(row),
    name: told(row),
    hits: row.hits,
    reads: judged(row),
    rows: [row],
    by: row.origin === 'capture' ? 'the capture' : 'the traces',
  }))
}

/** A cache by its server's counters, or by the patterns that were not found by themselves. */
function wholes({ cachePatterns, cacheServers }: Needs, found: readonly Counted[]): Counted[] {
  const blamed = new Set(found.flatMap((one) => one.rows))
  const used = [...grouped(cached(cachePatterns), (row) => row.cache)].map(([cache, rows]): Counted => {
    const rest = rows.filter((row) => !blamed.has(row))
    return {
      where: { store: cache },
      name: blamed.size > rows.length - rest.length || rest.length === rows.length ? cache : `what is left of ${cache}`,
      hits: sum(rest, (row) => row.hits),
      reads: sum(rest, judged),
      rows: rest,
      by: 'its patterns together',
    }
  })
  const counters = cacheServers
    .filter((row) => row.database === '' && row.hits >= 0 && row.misses >= 0 && row.cache !== '')
    .filter((row) => !cachePatterns.some((pattern) => serverOf(pattern, [row]) === row && blamed.has(pattern)))
    .map((row): Counted => ({
      where: { store: row.cache },
      name: row.cache,
      hits: row.hits,
      reads: row.hits + row.misses,
      rows: [],
      by: 'the counters of its server',
    }))
  return [...used.filter(({ where }) => !counters.some((counter) => counter.where.store === where.store)), ...counters]
}

function isLow(one: Counted, limit: { warning: number; reads: number }): boolean {
  return one.reads >= limit.reads && one.hits / one.reads < limit.warning
}

export const lowHitRatio = defineAudit<Needs, typeof limits>({
  id: 'low-hit-ratio',
  family: 'caching',
  title: 'Caches have what they are asked for',
  failureTitle: 'A cache rarely has what it is asked for',
  definition:
    'Of 1,000 or more reads of one pattern of keys, or of one cache, fewer than 80 % find their key; critical below 50 %. A read that is followed by an answer of a database or a service and a write of the same key is a miss; the counters of a server count before anything inferred.',
  why: 'Each miss costs a round trip to the cache, the database all the same, and a write. Below one half most requests pay for the cache and few are paid by it, and the memory holds what nobody asks for.',
  fix: 'Look at the keys first: a part that differs for every user, session or query (`menu:{user}:{random}`) makes a key of its own for everybody; leave it out, or cache what is behind it. If keys are right, raise the time to live as far as staleness allows, or the memory if keys are evicted. If readers simply never ask twice, do not cache.',
  verify:
    'Run the same traffic and audit again, or compare keyspace_hits and keyspace_misses of INFO stats before and after.',
  needs: ['cachePatterns', 'cacheServers', 'overview'],
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
        name: '799 of a thousand',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: 'book:{id}', cached: 1, reads: 1000, hits: 799, misses: 201 },
          ],
        },
        severities: ['warning'],
      },
      {
        name: '499 of a thousand',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: 'book:{id}', cached: 1, reads: 1000, hits: 499, misses: 501 },
          ],
        },
        severities: ['critical'],
      },
      {
        name: 'many small patterns, none of which would do by itself',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: 'book:{id}', cached: 1, reads: 600, hits: 400, misses: 200 },
            { cache: 'redis://shelf:6379/0', pattern: 'page:{id}', cached: 1, reads: 600, hits: 400, misses: 200 },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'by the counters of the server',
        rows: {
          cachePatterns: [{ cache: 'redis://shelf:6379/0', pattern: 'book:{id}', cached: 1, reads: 9, hits: 9 }],
          cacheServers: [{ cache: 'redis://shelf:6379', system: 'redis', hits: 700, misses: 300 }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'four of five',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: 'book:{id}', cached: 1, reads: 1000, hits: 800, misses: 200 },
          ],
        },
      },
      {
        name: '999 reads',
        rows: {
          cachePatterns: [
            { cache: 'redis://shelf:6379/0', pattern: 'book:{id}', cached: 1, reads: 999, hits: 0, misses: 999 },
          ],
        },
      },
      {
        name: 'a store that is no cache',
        rows: {
          cachePatterns: [
            { cache: 'redis://baskets:6379/0', pattern: 'basket:{id}', cached: 0, reads: 5000, hits: 10, misses: 4990 },
          ],
        },
      },
    ],
  },
  evidence: (rows, limit) => {
    const known = [...patterns(rows), ...wholes(rows, [])].filter((one) => one.reads >= limit.reads)
    const most = Math.max(0, ...cached(rows.cachePatterns).map(judged), ...known.map((one) => one.reads))
    return cacheEvidence(
      rows.cachePatterns,
      rows.cacheServers,
      known.length > 0 ? known.reduce((total, one) => total + one.reads, 0) : most,
      limit.reads,
      'reads of one cache that tell a hit from a miss',
      'Record more traffic, add a capture of redis-cli MONITOR, or name the server (redis://host:port), whose counters tell.',
    )
  },
  audit: (rows, limit) => {
    const low = patterns(rows).filter((one) => isLow(one, limit))
    const all = [...low, ...wholes(rows, low).filter((one) => isLow(one, limit))]
    const traces = rows.overview[0]?.traces ?? 0
    return all.map((one): FindingDraft => {
      const ratio = one.hits / one.reads
      const critical = ratio < limit.critical
      const misses = one.reads - one.hits
      const wasted = sum(one.rows, (row) => perSecond(row.misses * (row.getMs + row.setMs), row.windowSeconds))
      return {
        severity: critical ? 'critical' : 'warning',
        message: `${one.name} had ${one.hits} of ${one.reads} reads (${percent(ratio)} hits, by ${one.by}); ${misses} went through to what lies behind it.`,
        where: one.where,
        measured: { value: ratio, unit: 'ratio' },
        limit: { value: critical ? limit.critical : limit.warning, unit: 'ratio' },
        ...(wasted > 0 && { cost: { value: wasted, unit: 'ms/s' } }),
        ...(traces > 0 && one.rows.some((row) => row.origin === 'trace') && { share: misses / traces }),
        proof: joinedProof(one.rows.map((row) => missProof(row, row.misses))),
      }
    })
  },
})

/**
 * A statement that keeps its caller waiting.
 *
 *     SELECT … ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓ 812 ms   (literals replaced, so every run of it counts)
 *
 * Three times or more, because one slow run is a lock, a cold page or a pause. The time is the client's: pool waits that the
 * instrumentation puts into the span count too, and the fix says how to tell.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  duration: {
    default: 500,
    unit: 'ms',
    why: 'A user feels half a second, and a pool of ten connections serves twenty such queries a second at most.',
    source: 'Sentry',
  },
  critical: {
    default: 2_000,
    unit: 'ms',
    why: 'Four times the warning: callers with usual timeouts now give up.',
    source: 'house',
  },
  times: {
    default: 3,
    unit: 'count',
    why: 'Once is a lock or a cold page, three times is the statement.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'statements' | 'overview'>

export const slowQuery = defineAudit<Needs, typeof limits>({
  id: 'slow-query',
  family: 'data',
  title: 'Database statements answer fast',
  failureTitle: 'A database statement is slow',
  definition: 'One statement (literals replaced) of one service takes longer than the limit three times or more.',
  why: 'A slow statement holds a connection, and a pool without free connections stalls every request of the service, not only those that need the data.',
  fix: 'Look at its plan (EXPLAIN ANALYZE): an index for the WHERE and ORDER BY columns, fewer columns, a limit, keyset instead of OFFSET pages, or a precomputed table. If the plan is fast, the time is spent waiting: for a lock, or for a connection of the pool.',
  verify:
    'EXPLAIN ANALYZE with production’s row counts, then the same traffic: the 95th percentile of the statement falls below the limit.',
  needs: ['statements', 'overview'],
  limits,
  references: [
    {
      title: 'Slow DB queries, Sentry',
      url: 'https://docs.sentry.io/product/issues/issue-details/performance-issues/slow-db-queries/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'three times just over',
        rows: {
          overview: [{ traces: 100, querySpans: 10 }],
          statements: [
            {
              service: 'catalogue',
              store: 'postgresql://pg:5432/books',
              statement: 'SELECT * FROM books WHERE title LIKE ?',
              statementId: 'ab',
              spans: 10,
              traces: 10,
              p50Ms: 20,
              p95Ms: 502,
              maxMs: 503,
              longestMs: [503, 502, 501, 20],
              traceIds: ['a1'],
              spanIds: ['s1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'seconds',
        rows: {
          overview: [{ traces: 100, querySpans: 10 }],
          statements: [
            {
              service: 'catalogue',
              store: 'postgresql://pg:5432/books',
              statement: 'SELECT * FROM books WHERE title LIKE ?',
              statementId: 'ab',
              spans: 10,
              traces: 10,
              p50Ms: 2000,
              p95Ms: 2100,
              maxMs: 2100,
              longestMs: [2100, 2050, 2001, 2000],
              traceIds: ['a1'],
              spanIds: ['s1'],
            },
          ],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'twice over',
        rows: {
          overview: [{ querySpans: 10 }],
          statements: [
            { service: 'catalogue', statementId: 'ab', spans: 10, longestMs: [900, 800, 500, 20], maxMs: 900 },
          ],
        },
      },
      {
        name: 'three times just at the limit',
        rows: {
          overview: [{ querySpans: 10 }],
          statements: [
            { service: 'catalogue', statementId: 'ab', spans: 10, longestMs: [500, 500, 500, 20], maxMs: 500 },
          ],
        },
      },
    ],
  },
  evidence: ({ statements, overview }, limit) => ({
    applicable: (overview[0]?.querySpans ?? 0) > 0,
    reason: 'No service queries a database.',
    samples: statements.reduce((sum, row) => sum + row.spans, 0),
    least: limit.times,
    of: 'queries with their statement',
    advice: 'Let the database instrumentation record db.query.text (sanitised is enough).',
  }),
  audit: ({ statements, overview }, limit) => {
    const seconds = Math.max(1, ((overview[0]?.endMs ?? 0) - (overview[0]?.startMs ?? 0)) / 1000)
    const traces = overview[0]?.traces ?? 0
    return statements.flatMap((row): FindingDraft[] => {
      const slow = row.longestMs.filter((ms) => ms > limit.duration)
      if (slow.length < limit.times) return []
      const critical = row.longestMs.filter((ms) => ms > limit.critical).length >= limit.times
      const many =
        slow.length === row.longestMs.length && row.spans > slow.length ? `at least ${slow.length}` : `${slow.length}`
      return [
        {
          severity: critical ? 'critical' : 'warning',
          message: `${row.service} waited longer than ${limit.duration} ms for ${many} of ${row.spans} runs of one statement (median ${Math.round(row.p50Ms)} ms, longest ${Math.round(row.maxMs)} ms): ${row.statement.slice(0, 160)}`,
          where: {
            service: row.service,
            store: row.store,
            operation: `${row.operation} #${row.statementId.slice(0, 8)}`,
          },
          measured: {
            value: row.p95Ms > limit.duration ? row.p95Ms : (slow[limit.times - 1] ?? row.maxMs),
            unit: 'ms',
          },
          limit: { value: critical ? limit.critical : limit.duration, unit: 'ms' },
          cost: { value: slow.reduce((sum, ms) => sum + ms, 0) / seconds, unit: 'ms/s' },
          share: traces > 0 ? (row.traces * (slow.length / row.spans)) / traces : 0,
          proof: { traceIds: row.traceIds.slice(0, slow.length), spanIds: row.spanIds.slice(0, 1), samples: row.spans },
        },
      ]
    })
  },
})

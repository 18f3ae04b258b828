/**
 * One query for a list, then one more for every row of it.
 *
 *     GET /orders   SELECT … FROM orders        1
 *                   SELECT … FROM items WHERE order_id = ?   ×N, one after another
 *
 * Queries that overlap were sent in parallel, and retries of a failed one are no repetition. Sanitised text hides what differed
 * between runs: such groups count only when they are long, or when their durations tell that the rows differed.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  queries: { default: 5, unit: 'count', why: 'Fewer repetitions are rarely worth a join.', source: 'Sentry' },
  duration: { default: 50, unit: 'ms', why: 'Together they must be worth mending.', source: 'Sentry' },
  sanitisedQueries: {
    default: 15,
    unit: 'count',
    why: 'With the values hidden, only many repetitions tell a loop from a coincidence.',
    source: 'perf-sentinel',
  },
  criticalQueries: {
    default: 50,
    unit: 'count',
    why: 'Ten times the warning: the loop grows with the data and will not stop here.',
    source: 'house',
  },
  requests: { default: 3, unit: 'traces', why: 'One odd request is no pattern.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'repeatedQueries' | 'overview'>
type Row = Needs['repeatedQueries'][number]

/** Groups of a row that are an N+1: with a source query, and not merely alike because their text was sanitised. */
function proven(row: Row, sanitisedQueries: number): number {
  return row.calls >= sanitisedQueries ? row.sourced : row.sourced - row.hidden
}

export const nPlusOneQuery = defineAudit<Needs, typeof limits>({
  id: 'n-plus-one-query',
  family: 'data',
  title: 'Lists are read with a bounded number of queries',
  failureTitle: 'A query is repeated for every row of another',
  definition:
    'Under one parent span a source query, then five or more runs of one statement one after another, together 50 ms or more; sanitised statements only with fifteen or more, or when their durations vary by more than half of their mean.',
  why: 'The number of queries grows with the data: what takes 20 ms in a test takes seconds with a customer of ten years, and every one of the queries holds a connection and a round trip.',
  fix: 'Read the rows together: a join, `WHERE id = ANY($1)`, or the eager loading of your mapper (include, joinedload, preload, dataloader). Where rows are written one by one, insert them in one statement.',
  verify: 'Run the same request with ten and with a hundred rows: the number of its queries stays the same.',
  needs: ['repeatedQueries', 'overview'],
  limits,
  references: [
    {
      title: 'N+1 queries, Sentry',
      url: 'https://docs.sentry.io/product/issues/issue-details/performance-issues/n-one-queries/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'five and fifty milliseconds',
        rows: {
          overview: [{ traces: 100, querySpans: 600 }],
          repeatedQueries: [
            {
              service: 'orders',
              operation: 'GET /orders',
              store: 'postgresql://pg:5432/orders',
              statement: 'SELECT * FROM items WHERE order_id = $1',
              statementId: 'ab',
              calls: 5,
              groups: 3,
              sourced: 3,
              p50Ms: 50,
              maxMs: 60,
              totalMs: 155,
              traceIds: ['a1'],
              spanIds: ['s1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'fifteen, although the values are hidden',
        rows: {
          overview: [{ traces: 100, querySpans: 600 }],
          repeatedQueries: [
            {
              service: 'orders',
              operation: 'GET /orders',
              statement: 'SELECT * FROM items WHERE order_id = ?',
              statementId: 'ab',
              calls: 15,
              groups: 3,
              sourced: 3,
              hidden: 3,
              p50Ms: 75,
              maxMs: 80,
              totalMs: 225,
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'fifty',
        rows: {
          overview: [{ traces: 100, querySpans: 600 }],
          repeatedQueries: [
            {
              service: 'orders',
              operation: 'GET /orders',
              statement: 'SELECT 1',
              statementId: 'ab',
              calls: 50,
              groups: 3,
              sourced: 3,
              p50Ms: 250,
              maxMs: 280,
              totalMs: 750,
            },
          ],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'four',
        rows: {
          overview: [{ querySpans: 600 }],
          repeatedQueries: [
            {
              service: 'orders',
              operation: 'GET /orders',
              statementId: 'ab',
              calls: 4,
              groups: 90,
              sourced: 90,
              p50Ms: 80,
              totalMs: 7200,
            },
          ],
        },
      },
      {
        name: 'forty-nine milliseconds',
        rows: {
          overview: [{ querySpans: 600 }],
          repeatedQueries: [
            {
              service: 'orders',
              operation: 'GET /orders',
              statementId: 'ab',
              calls: 9,
              groups: 90,
              sourced: 90,
              p50Ms: 49,
              totalMs: 4410,
            },
          ],
        },
      },
      {
        name: 'fourteen with hidden values and even durations',
        rows: {
          overview: [{ querySpans: 600 }],
          repeatedQueries: [
            {
              service: 'orders',
              operation: 'GET /orders',
              statementId: 'ab',
              calls: 14,
              groups: 90,
              sourced: 90,
              hidden: 90,
              p50Ms: 90,
              totalMs: 8100,
            },
          ],
        },
      },
      {
        name: 'no source query: a batch of its own',
        rows: {
          overview: [{ querySpans: 600 }],
          repeatedQueries: [
            {
              service: 'orders',
              operation: 'POST /import',
              statementId: 'ab',
              calls: 20,
              groups: 90,
              sourced: 0,
              p50Ms: 90,
              totalMs: 8100,
            },
          ],
        },
      },
      {
        name: 'two requests',
        rows: {
          overview: [{ querySpans: 600 }],
          repeatedQueries: [
            {
              service: 'orders',
              operation: 'GET /orders',
              statementId: 'ab',
              calls: 20,
              groups: 2,
              sourced: 2,
              p50Ms: 90,
              totalMs: 180,
            },
          ],
        },
      },
    ],
  },
  evidence: ({ overview }, limit) => ({
    applicable: (overview[0]?.querySpans ?? 0) > 0,
    reason: 'No service queries a database.',
    samples: overview[0]?.querySpans ?? 0,
    least: limit.queries * limit.requests,
    of: 'queries',
    advice: 'Record more requests that read lists, with the statement in db.query.text.',
  }),
  audit: ({ repeatedQueries, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const places = new Map<string, Row[]>()
    for (const row of repeatedQueries) {
      if (row.calls < limit.queries || row.p50Ms < limit.duration || proven(row, limit.sanitisedQueries) <= 0) continue
      const key = JSON.stringify([row.service, row.operation, row.store, row.statementId])
      places.set(key, [...(places.get(key) ?? []), row])
    }
    return [...places.values()].flatMap((rows): FindingDraft[] => {
      const groups = rows.reduce((sum, row) => sum + proven(row, limit.sanitisedQueries), 0)
      const worst = rows.reduce((worst, row) => (row.calls > worst.calls ? row : worst))
      if (groups < limit.requests) return []
      const critical = worst.calls >= limit.criticalQueries
      const repeated = rows.reduce((sum, row) => sum + row.totalMs, 0)
      const all = rows.reduce((sum, row) => sum + row.groups, 0)
      return [
        {
          severity: critical ? 'critical' : 'warning',
          message: `${worst.service} runs one statement up to ${worst.calls} times in a row for one ${worst.operation || 'request'} (${groups} times seen, together up to ${Math.round(worst.maxMs)} ms): ${worst.statement.slice(0, 160)}`,
          where: {
            service: worst.service,
            operation: worst.operation,
            store: worst.store,
            ...(worst.tables[0] !== undefined && { table: worst.tables[0] }),
          },
          measured: { value: worst.calls, unit: 'count' },
          limit: { value: critical ? limit.criticalQueries : limit.queries, unit: 'count' },
          cost: { value: repeated / Math.max(1, all), unit: 'ms/request' },
          share: traces > 0 ? groups / traces : 0,
          proof: { traceIds: worst.traceIds, spanIds: worst.spanIds, samples: groups },
        },
      ]
    })
  },
})

/**
 * Calls that do not look as if they need each other, made one after another although the request waits for all of them.
 *
 *     parent ├─ GET /book ─┤├─ GET /reviews ─┤├─ GET /stock ─┤      sum − longest is what parallel calls would save
 *
 * Confused with: real data dependency, which no trace shows. So changes (POST, PUT, PATCH, DELETE) never count, and the finding is a question with a price.
 * Repetitions of one call are n-plus-one-call and count once here.
 */
import { grouped } from '../../lib/grouped.js'
import { sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SerialCallsRow, SurveyRows } from '../../survey/rows.js'
import { toAnybody } from './call-evidence.js'

const limits = {
  calls: { default: 3, unit: 'count', why: 'Two in a row are often question and follow-up.', source: 'Sentry' },
  savingMs: { default: 100, unit: 'ms', why: 'Less is not worth the concurrency.', source: 'Sentry' },
  savingShare: {
    default: 0.1,
    unit: 'ratio',
    why: 'A tenth of the time of the operation: less drowns in its variation.',
    source: 'Sentry',
  },
  criticalSavingMs: { default: 2000, unit: 'ms', why: 'Users leave.', source: 'Sentry' },
  parents: { default: 5, unit: 'count', why: 'One odd request proves no pattern.', source: 'house' },
  traces: { default: 20, unit: 'traces', why: 'Fewer walked requests do not show what is usual.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'serialCalls' | 'walked' | 'requests' | 'overview'>

const seen = {
  overview: [{ traces: 100, clientSpans: 300 }],
  walked: [{ rootService: 'storefront', rootOperation: 'GET /books/{id}', traces: 20 }],
  requests: [{ service: 'storefront', operation: 'GET /books/{id}', traces: 100 }],
}
const series = {
  rootService: 'storefront',
  rootOperation: 'GET /books/{id}',
  service: 'storefront',
  operation: 'GET /books/{id}',
  sequence: ['catalogue GET /books/{id}', 'reviews GET /reviews', 'stock GET /stock/{id}'],
  traceIds: ['a1'],
}

export const serialFanOut = defineAudit<Needs, typeof limits>({
  id: 'serial-fan-out',
  family: 'services',
  title: 'Independent calls are made at once',
  failureTitle: 'A service asks several others one after another',
  definition:
    'Calls of one parent span with different templates that lie on the critical path and do not overlap: at least 3, and making them at once would save at least 100 ms and 10 % of the parent (sum less longest). Calls that change something (POST, PUT, PATCH, DELETE) are left out; critical from 2 s.',
  why: 'The request waits for the sum where it could wait for the longest. A trace cannot show whether one call needs the answer of another: read the code of the operation before you change it. The saving is what it costs to leave it.',
  fix: 'Start the calls that do not need each other at the same time and wait for all of them (Promise.all, errgroup, CompletableFuture.allOf, asyncio.gather), with one deadline. Where one needs an id that another returns, pass the id in with the request.',
  verify:
    'Run the same traffic again: in the waterfall of the operation the calls overlap, and its median falls by about the saving.',
  needs: ['serialCalls', 'walked', 'requests', 'overview'],
  limits,
  references: [
    {
      title: 'Consecutive HTTP, Sentry',
      url: 'https://docs.sentry.io/product/issues/issue-details/performance-issues/consecutive-http/',
    },
    {
      title: 'CRISP: Critical Path Analysis of Large-Scale Microservice Architectures, USENIX ATC 2022',
      url: 'https://www.usenix.org/conference/atc22/presentation/zhang-zhizhou',
    },
  ],
  examples: {
    fires: [
      {
        name: 'three calls, 100 ms to save of a second',
        rows: {
          ...seen,
          serialCalls: [
            { ...series, calls: 3, groups: 5, traces: 5, p50SavingMs: 100, totalSavingMs: 500, p50ParentMs: 1000 },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'two seconds to save',
        rows: {
          ...seen,
          serialCalls: [
            { ...series, calls: 3, groups: 20, traces: 20, p50SavingMs: 2000, totalSavingMs: 40000, p50ParentMs: 3000 },
          ],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'two calls, or 99 ms, or less than a tenth, or four requests',
        rows: {
          ...seen,
          serialCalls: [
            { ...series, calls: 2, groups: 20, traces: 20, p50SavingMs: 900, totalSavingMs: 18000, p50ParentMs: 1000 },
            {
              ...series,
              operation: 'GET /a',
              calls: 3,
              groups: 20,
              traces: 20,
              p50SavingMs: 99,
              totalSavingMs: 1980,
              p50ParentMs: 200,
            },
            {
              ...series,
              operation: 'GET /b',
              calls: 3,
              groups: 20,
              traces: 20,
              p50SavingMs: 150,
              totalSavingMs: 3000,
              p50ParentMs: 1501,
            },
            {
              ...series,
              operation: 'GET /c',
              calls: 3,
              groups: 4,
              traces: 4,
              p50SavingMs: 500,
              totalSavingMs: 2000,
              p50ParentMs: 1000,
            },
          ],
        },
      },
      {
        name: 'nineteen requests walked',
        rows: {
          ...seen,
          walked: [{ rootService: 'storefront', rootOperation: 'GET /books/{id}', traces: 19 }],
          serialCalls: [
            { ...series, calls: 3, groups: 19, traces: 19, p50SavingMs: 500, totalSavingMs: 9500, p50ParentMs: 1000 },
          ],
        },
      },
    ],
  },
  evidence: ({ overview, walked }, limit) => ({
    ...toAnybody(overview),
    samples: (overview[0]?.clientSpans ?? 0) > 0 ? sum(walked, (row) => row.traces) : 0,
    least: limit.traces,
    of: 'requests whose critical path was walked',
    advice: `Record at least ${limit.traces} requests with the CLIENT spans of the callers.`,
  }),
  audit: ({ serialCalls, walked, requests, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const series = serialCalls.filter((row) => {
      const saving = Math.max(limit.savingMs, limit.savingShare * row.p50ParentMs)
      return row.calls >= limit.calls && row.p50SavingMs >= saving
    })
    const samples = grouped(walked, (row) => JSON.stringify([row.rootService, row.rootOperation]))
    const roots = grouped(requests, (row) => JSON.stringify([row.service, row.operation]))
    /** Requests of the whole evidence for which the sampled traces of a row stand. */
    const standFor = (row: SerialCallsRow): number => {
      const key = JSON.stringify([row.rootService, row.rootOperation])
      const sample = sum(samples.get(key) ?? [], (one) => one.traces)
      return sample > 0 ? (row.traces / sample) * sum(roots.get(key) ?? [], (one) => one.traces) : 0
    }
    return [...grouped(series, (row) => JSON.stringify([row.service, row.operation])).values()]
      .filter((rows) => sum(rows, (row) => row.groups) >= limit.parents)
      .map((rows): FindingDraft => {
        const worst = rows.reduce((a, b) => (b.totalSavingMs > a.totalSavingMs ? b : a))
        const critical = worst.p50SavingMs >= limit.criticalSavingMs
        return {
          severity: critical ? 'critical' : 'warning',
          message: `${worst.service} makes ${worst.calls} different calls one after another in ${worst.operation} (${worst.sequence.slice(0, 5).join(', then ')}${worst.sequence.length > 5 ? ', …' : ''}): at once they would save ${Math.round(worst.p50SavingMs)} of ${Math.round(worst.p50ParentMs)} ms (medians).`,
          where: { service: worst.service, operation: worst.operation },
          measured: { value: worst.p50SavingMs, unit: 'ms' },
          limit: {
            value: critical ? limit.criticalSavingMs : Math.max(limit.savingMs, limit.savingShare * worst.p50ParentMs),
            unit: 'ms',
          },
          cost: { value: worst.p50SavingMs, unit: 'ms/request' },
          share: traces > 0 ? sum(rows, standFor) / traces : 0,
          proof: {
            traceIds: worst.traceIds,
            spanIds: worst.spanIds,
            samples: sum(rows, (row) => row.groups),
          },
        }
      })
  },
})

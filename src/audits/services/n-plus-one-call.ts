/**
 * One question asked as many calls: a loop over items that calls another service for each.
 *
 *     parent ├─ GET /prices/{id} ─┤├─ GET /prices/{id} ─┤├─ GET /prices/{id} ─┤ …   one after another
 *
 * Confused with: parallel calls (left out by the relation), retries (a failed call does not count), polling (waits between the calls: `busyShare`),
 * and clients that name no route or path, whose calls all look the same (left out, listed as blind).
 */
import { grouped } from '../../lib/grouped.js'
import { largest, sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { RepeatedCallsRow, SurveyRows } from '../../survey/rows.js'
import { toAnybody } from './call-evidence.js'

const limits = {
  calls: {
    default: 5,
    unit: 'count',
    why: 'Fewer may well be different questions; five that take long together are a loop.',
    source: 'Sentry',
  },
  togetherMs: { default: 300, unit: 'ms', why: 'From here on a user feels the loop.', source: 'Sentry' },
  manyCalls: {
    default: 10,
    unit: 'count',
    why: 'Ten of one kind grow with the data: short today, long with the next customer.',
    source: 'Sentry',
  },
  busyShare: {
    default: 0.1,
    unit: 'ratio',
    why: 'A loop that waits nine tenths of its time between its calls polls; it does not hurry.',
    source: 'house',
  },
  parents: { default: 5, unit: 'count', why: 'One odd request proves no pattern.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'repeatedCalls' | 'longCalls' | 'overview'>

/** A bare verb names no operation: two such calls need not be the same. */
const nameless = (row: { protocol: string; operation: string }) =>
  row.protocol === 'http' && !row.operation.includes('/')

const loop = {
  service: 'basket',
  parentOperation: 'GET /basket',
  callee: 'prices',
  protocol: 'http',
  operation: 'GET /prices/{id}',
  traceIds: ['a1'],
}
const traffic = { overview: [{ traces: 100 }], longCalls: [{ caller: 'basket', callee: 'prices', calls: 1000 }] }

export const nPlusOneCall = defineAudit<Needs, typeof limits>({
  id: 'n-plus-one-call',
  family: 'services',
  title: 'Lists are asked for with one call',
  failureTitle: 'A service calls another once for every item',
  definition:
    'Under one parent span, the same call (method and template, or rpc method) to one callee, one after another: at least 5 calls that take 300 ms together, or at least 10.',
  why: 'The time grows with the data: the loop that takes 50 ms in a test takes five seconds for the customer with the long list, and sends the callee a burst for each of them. Ten calls of one kind hardly ever need to be ten.',
  fix: 'Collect the ids first and ask once: give the callee an operation that takes a list (GET /prices?ids=1,2,3, a repeated field, a data loader). Where the callee cannot change, send the calls in parallel with a bound, and remember answers within the request.',
  verify:
    'Run the same traffic again: the parent operation makes one call of this kind whatever the length of the list, and its 95th percentile no longer grows with it.',
  needs: ['repeatedCalls', 'longCalls', 'overview'],
  limits,
  references: [
    {
      title: 'N+1 API calls, Sentry',
      url: 'https://docs.sentry.io/product/issues/issue-details/performance-issues/n-one-api-calls/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'five slow calls, 300 ms together, for five baskets',
        rows: {
          ...traffic,
          repeatedCalls: [{ ...loop, calls: 5, groups: 5, traces: 5, totalMs: 1500, p50Ms: 300, p50ElapsedMs: 310 }],
        },
        severities: ['warning'],
      },
      {
        name: 'ten quick calls, busy a tenth of the time',
        rows: {
          ...traffic,
          repeatedCalls: [{ ...loop, calls: 10, groups: 5, traces: 5, totalMs: 50, p50Ms: 10, p50ElapsedMs: 100 }],
        },
        severities: ['warning'],
      },
      {
        name: 'ten calls for some baskets, a hundred for others: one finding',
        rows: {
          ...traffic,
          repeatedCalls: [
            { ...loop, calls: 10, groups: 3, traces: 3, totalMs: 60, p50Ms: 20, p50ElapsedMs: 30 },
            { ...loop, calls: 100, groups: 2, traces: 2, totalMs: 400, p50Ms: 200, p50ElapsedMs: 300 },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'four calls, 299 ms',
        rows: {
          ...traffic,
          repeatedCalls: [
            { ...loop, calls: 4, groups: 90, traces: 90, totalMs: 90000, p50Ms: 1000, p50ElapsedMs: 1000 },
            { ...loop, calls: 9, groups: 90, traces: 90, totalMs: 26910, p50Ms: 299, p50ElapsedMs: 310 },
          ],
        },
      },
      {
        name: 'polling: ten calls with long waits in between',
        rows: {
          ...traffic,
          repeatedCalls: [{ ...loop, calls: 10, groups: 50, traces: 50, totalMs: 5000, p50Ms: 99, p50ElapsedMs: 1000 }],
        },
      },
      {
        name: 'only four baskets',
        rows: {
          ...traffic,
          repeatedCalls: [{ ...loop, calls: 50, groups: 4, traces: 4, totalMs: 4000, p50Ms: 1000, p50ElapsedMs: 1000 }],
        },
      },
      {
        name: 'calls without route or path',
        rows: {
          ...traffic,
          repeatedCalls: [
            {
              ...loop,
              operation: 'GET',
              calls: 50,
              groups: 40,
              traces: 40,
              totalMs: 4000,
              p50Ms: 100,
              p50ElapsedMs: 120,
            },
          ],
        },
      },
    ],
  },
  evidence: ({ longCalls, repeatedCalls, overview }) => ({
    ...toAnybody(overview),
    // calls that nothing but the callee tells of hang on a parent of their own each: they cannot be seen to repeat
    samples: Math.max(
      sum(longCalls, (row) => row.calls),
      sum(repeatedCalls, (row) => row.calls * row.groups),
    ),
    least: 20,
    of: 'calls with the span of their caller',
    advice: 'Record at least 20 calls, with the CLIENT spans of the callers and the ids of their parents.',
    blind: [
      ...new Set(
        repeatedCalls
          .filter(nameless)
          .map((row) => `${row.service} → ${row.callee}: calls without route or path look all the same`),
      ),
    ],
  }),
  audit: ({ repeatedCalls, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const loops = repeatedCalls.filter((row) => {
      const slow = row.calls >= limit.calls && row.p50Ms >= limit.togetherMs
      const polls = row.p50Ms < limit.busyShare * row.p50ElapsedMs
      return !nameless(row) && !polls && (slow || row.calls >= limit.manyCalls)
    })
    return [
      ...grouped(loops, (row) =>
        JSON.stringify([row.service, row.parentOperation, row.callee, row.operation]),
      ).values(),
    ]
      .filter((rows) => sum(rows, (row) => row.groups) >= limit.parents)
      .map((rows): FindingDraft => {
        const groups = sum(rows, (row) => row.groups)
        const totalMs = sum(rows, (row) => row.totalMs)
        const worst = rows.reduce((a, b) => (b.maxMs > a.maxMs ? b : a))
        const typical = medianCalls(rows, groups)
        const same = sum(rows, (row) => row.identical) >= 0.9 * groups
        const parent = worst.parentOperation ? ` in ${worst.parentOperation}` : ''
        return {
          severity: 'warning',
          message: `${worst.service} calls ${worst.callee} ${typical} times one after another for ${worst.operation}${parent}${same ? ', each time with the same URL' : ''} (median; ${Math.round(totalMs / groups)} ms together, most ${largest(rows, (row) => row.calls)} calls).`,
          where: { service: worst.service, peer: worst.callee, operation: worst.operation },
          measured: { value: typical, unit: 'count' },
          limit: { value: typical >= limit.manyCalls ? limit.manyCalls : limit.calls, unit: 'count' },
          cost: { value: (totalMs / groups) * (1 - 1 / typical), unit: 'ms/request' },
          share: traces > 0 ? sum(rows, (row) => row.traces) / traces : 0,
          proof: { traceIds: worst.traceIds, spanIds: worst.spanIds, samples: groups },
        }
      })
  },
})

function medianCalls(rows: readonly RepeatedCallsRow[], groups: number): number {
  let seen = 0
  for (const row of [...rows].sort((a, b) => a.calls - b.calls)) {
    seen += row.groups
    if (seen >= groups / 2) return row.calls
  }
  return rows.at(-1)?.calls ?? 0
}

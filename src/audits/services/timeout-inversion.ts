/**
 * A caller that gives up before its callee does: the callee works on for nobody.
 *
 *     caller ├──────────── timeout
 *     callee   ├───────────────────────┤      wasted
 *
 * Only durations are compared, so clocks do not matter. Confused with: answers that arrived as errors while the callee tidies up (those have a status),
 * a deadline that the callee knows and obeys (it ends a moment later: `overrunMs`), and users who walk away (no timeout: a note).
 */
import { largest } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { betweenServices } from './call-evidence.js'

const limits = {
  share: {
    default: 0.01,
    unit: 'ratio',
    why: 'One request in a hundred is what a 99th percentile promises.',
    source: 'house',
  },
  traces: { default: 100, unit: 'traces', why: 'One per cent cannot be seen in fewer.', source: 'n ≥ 1/share' },
  overrunMs: {
    default: 10,
    unit: 'ms',
    why: 'A callee that stops within milliseconds obeyed the deadline.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'timeoutInversions' | 'overview'>

const overview = [{ traces: 1000 }]
const edge = {
  caller: 'storefront',
  callee: 'recommendations',
  operation: 'GET /related',
  calls: 100,
  traces: 100,
  p50WaitedMs: 200,
  p50OverrunMs: 10,
  wastedMs: 100,
  traceIds: ['a1'],
}

export const timeoutInversion = defineAudit<Needs, typeof limits>({
  id: 'timeout-inversion',
  family: 'services',
  title: 'Callees stop when their callers do',
  failureTitle: 'A callee works on after its caller has given up',
  definition:
    "Traces in which the caller gave up (its span timed out, or failed without an answer from a callee that succeeded) and the callee's span is longer than the caller's, of all traces of that call: at least 1 % of at least 100.",
  why: 'The work is done and thrown away, and usually done again, because callers that time out retry. So a slow callee gets more load just when it is slow: the first step of most cascading failures.',
  fix: "Order the deadlines: each caller's longer than its callee's, retries included. Pass the deadline along (gRPC does it by itself; over HTTP send the time left in a header), and let the callee check it before each expensive step and cancel its queries. Or make the callee fast enough: the finding prints its 95th percentile.",
  verify:
    'Run the same traffic again: no span of the callee is longer than that of its caller, and the share falls below the limit.',
  needs: ['timeoutInversions', 'overview'],
  limits,
  references: [
    {
      title: 'Addressing Cascading Failures (latency and deadlines), Site Reliability Engineering',
      url: 'https://sre.google/sre-book/addressing-cascading-failures/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'one request in a hundred',
        rows: { overview, timeoutInversions: [{ ...edge, inverted: 1, timedOut: 1 }] },
        severities: ['warning'],
      },
      {
        name: 'nobody says that it was a timeout',
        rows: { overview, timeoutInversions: [{ ...edge, inverted: 5 }] },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'one in a hundred and one',
        rows: { overview, timeoutInversions: [{ ...edge, traces: 101, inverted: 1, timedOut: 1 }] },
      },
      {
        name: 'the callee stops at once',
        rows: { overview, timeoutInversions: [{ ...edge, inverted: 9, timedOut: 9, p50OverrunMs: 9 }] },
      },
      {
        name: 'ninety-nine traces',
        rows: { overview, timeoutInversions: [{ ...edge, traces: 99, inverted: 50, timedOut: 50 }] },
      },
    ],
  },
  evidence: ({ timeoutInversions, overview }, limit) => ({
    ...betweenServices(overview),
    samples: largest(timeoutInversions, (row) => row.traces),
    least: limit.traces,
    of: 'traces of the busiest call with both its spans',
    advice: `Record at least ${limit.traces} traces of a call, with the CLIENT span of the caller and the SERVER span of the callee.`,
  }),
  audit: ({ timeoutInversions, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    return timeoutInversions
      .filter(
        (row) =>
          row.traces >= limit.traces &&
          row.inverted >= limit.share * row.traces &&
          row.inverted > 0 &&
          row.p50OverrunMs >= limit.overrunMs,
      )
      .map((row): FindingDraft => {
        const share = row.inverted / row.traces
        return {
          severity: row.timedOut > 0 ? 'warning' : 'note',
          message: `${row.caller} gives up on ${row.callee} after ${Math.round(row.p50WaitedMs)} ms in ${(share * 100).toFixed(1)} % of the traces of ${row.operation}, and ${row.callee} works on for ${Math.round(row.p50OverrunMs)} ms (medians; its 95th percentile is ${Math.round(row.p95CalleeMs)} ms).`,
          where: { service: row.caller, peer: row.callee, operation: row.operation },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          cost: { value: row.wastedMs / row.traces, unit: 'ms/request' },
          share: traces > 0 ? row.inverted / traces : 0,
          proof: { traceIds: row.traceIds, spanIds: row.spanIds.slice(0, 1), samples: row.traces },
        }
      })
  },
})

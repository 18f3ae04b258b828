/**
 * A client that waits for ever: calls that hang far beyond what is usual and do not end in a timeout.
 *
 *     usual  ├──┤
 *     hangs  ├────────────────────────── … 30 s and more, then an answer or a broken connection
 *
 * Confused with: streams, long polls and jobs, which are long by design. Upgraded connections are left out by the relation; a call whose
 * median is long already is told as a note. A caller that timed out even once on this edge has a timeout, be it a long one.
 */
import { grouped } from '../../lib/grouped.js'
import { largest, sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { LongCallsRow, SurveyRows } from '../../survey/rows.js'
import { toAnybody } from './call-evidence.js'

const limits = {
  durationMs: {
    default: 30_000,
    unit: 'ms',
    why: 'No user waits longer, and few defaults of clients that have a timeout at all are.',
    source: 'Datadog',
  },
  hangs: { default: 3, unit: 'count', why: 'One may be a suspended machine.', source: 'house' },
  usualShare: {
    default: 0.1,
    unit: 'ratio',
    why: 'A call whose median reaches a tenth of the limit is long by design: a stream, a long poll, a job.',
    source: 'house',
  },
  calls: { default: 100, unit: 'count', why: 'Hanging calls are rare: few calls show none.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'longCalls' | 'overview'>

const overview = [{ traces: 200 }]
const call = {
  caller: 'orders',
  callee: 'payments',
  operation: 'POST /charges',
  calls: 100,
  p50Ms: 40,
  traceIds: ['a1'],
}

export const missingTimeout = defineAudit<Needs, typeof limits>({
  id: 'missing-timeout',
  family: 'services',
  title: 'Callers give up in time',
  failureTitle: 'A caller waits without a timeout',
  definition:
    'Three or more calls from one service to another that take 30 s or longer and do not end in a timeout, where no call between the two ever timed out. A call that is usually long is a note.',
  why: 'A caller without a deadline hands its worker, its connection and its own caller to the slowest day of somebody else: when the callee hangs, everything in front of it hangs within minutes, and looks like the culprit. A timeout turns that into errors that can be counted, retried and cut off.',
  fix: 'Set a deadline on the client: a little above the 99th percentile of the callee, and below the deadline of whoever called you. Set connect and read timeouts both, pass the remaining time along (gRPC deadlines, a header), and let the callee stop working when it has passed.',
  verify:
    'Make the callee sleep for a minute in a test: the call ends at the deadline with a timeout error. In the next recording no call of this pair lasts longer.',
  needs: ['longCalls', 'overview'],
  limits,
  references: [
    {
      title: 'Timeouts, retries, and backoff with jitter, Amazon Builders’ Library',
      url: 'https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'three calls of thirty seconds',
        rows: { overview, longCalls: [{ ...call, longestMs: [30_000, 30_000, 30_000, 90] }] },
        severities: ['warning'],
      },
      {
        name: 'usually as long as a tenth of the limit: by design, perhaps',
        rows: { overview, longCalls: [{ ...call, p50Ms: 3000, longestMs: [90_000, 60_000, 31_000] }] },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'two hanging calls, and one just under the limit',
        rows: { overview, longCalls: [{ ...call, longestMs: [40_000, 30_000, 29_999] }] },
      },
      {
        name: 'a timeout is there',
        rows: { overview, longCalls: [{ ...call, timeouts: 1, longestMs: [40_000, 40_000, 40_000] }] },
      },
      {
        name: 'ninety-nine calls',
        rows: { overview, longCalls: [{ ...call, calls: 99, longestMs: [40_000, 40_000, 40_000] }] },
      },
    ],
  },
  evidence: ({ longCalls, overview }, limit) => ({
    ...toAnybody(overview),
    samples: sum(longCalls, (row) => row.calls),
    least: limit.calls,
    of: 'calls',
    advice: `Record at least ${limit.calls} calls with the CLIENT spans of the callers, over hours in which something was slow.`,
  }),
  audit: ({ longCalls, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    return [...grouped(longCalls, (row) => JSON.stringify([row.caller, row.callee])).values()].flatMap(
      (rows): FindingDraft[] => {
        if (rows.some((row) => row.timeouts > 0)) return []
        const isLong = (row: LongCallsRow) => row.p50Ms >= limit.usualShare * limit.durationMs
        const hanging = judged(
          rows.filter((row) => !isLong(row)),
          limit,
        )
        const byDesign = judged(rows.filter(isLong), limit)
        const { hangs, worst } = hanging.hangs.length >= limit.hangs ? hanging : byDesign
        if (hangs.length < limit.hangs || !worst) return []
        const note = hanging.hangs.length < limit.hangs
        const longest = largest(hangs, (ms) => ms)
        const calls = sum(rows, (row) => row.calls)
        return [
          {
            severity: note ? 'note' : 'warning',
            message: note
              ? `${worst.caller} waits up to ${seconds(longest)} for ${worst.callee} in ${worst.operation}, which usually takes ${seconds(worst.p50Ms)}: if it is no stream, long poll or job, it lacks a timeout.`
              : `${worst.caller} waited ${seconds(longest)} for ${worst.callee} in ${worst.operation}, which usually takes ${Math.round(worst.p50Ms)} ms; ${hangs.length} calls hung, and none ended in a timeout.`,
            where: { service: worst.caller, peer: worst.callee },
            measured: { value: longest, unit: 'ms' },
            limit: { value: limit.durationMs, unit: 'ms' },
            cost: { value: traces > 0 ? sum(hangs, (ms) => ms) / traces : 0, unit: 'ms/request' },
            share: traces > 0 ? hangs.length / traces : 0,
            proof: { traceIds: worst.traceIds, spanIds: worst.spanIds.slice(0, 1), samples: calls },
          },
        ]
      },
    )
  },
})

function judged(
  rows: readonly LongCallsRow[],
  limit: { durationMs: number },
): { hangs: number[]; worst?: LongCallsRow } {
  const hangs = rows.flatMap((row) => row.longestMs.filter((ms) => ms >= limit.durationMs))
  const worst = rows.toSorted((a, b) => (b.longestMs[0] ?? 0) - (a.longestMs[0] ?? 0))[0]
  return { hangs, ...(worst && { worst }) }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
}

/**
 * A call fails, and then nothing: no span around it fails, nothing else is tried, and the answer goes out as if all were well.
 *
 *     GET /books/{id} ✓ ──▶ pricing: quote ✗        200 OK, without a price
 *
 * Confused with: a fallback (the caller then does what it does not do where the call succeeds), a retry that succeeds (only the last
 * attempt counts), and an answer such as 404 that is no failure. A default that is made up within the process cannot be told from
 * silence, and for whoever looks at the traces it is the same.
 */
import { percent } from '../../lib/percent.js'
import { sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  share: {
    default: 0.05,
    unit: 'ratio',
    why: 'One failure in twenty that nobody sees is enough to hide an outage of the callee.',
    source: 'house',
  },
  failures: {
    default: 20,
    unit: 'count',
    why: 'A share of a twentieth cannot be seen in fewer failures.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'failedCalls' | 'overview'>
type FailedCalls = Needs['failedCalls'][number]

const overview = [{ traces: 1000 }]
const quote = {
  caller: 'storefront',
  callee: 'pricing',
  kind: 'call',
  operation: 'bookshop.Pricing/Quote',
  traceIds: ['a1'],
  spanIds: ['b1'],
}

/** Failures of which it is known what became of them. */
function judged({ failures, unclear }: FailedCalls): number {
  return failures - unclear
}

export const swallowedError = defineAudit<Needs, typeof limits>({
  id: 'swallowed-error',
  family: 'visibility',
  title: 'Failures of calls are shown or answered by a fallback',
  failureTitle: 'Calls fail, and nothing shows it',
  definition:
    'Share of the calls and publishes that fail for good (5xx, 408, 429, timeouts, failed RPCs; of attempts at one request only the last counts) and are swallowed: no span around the call failed or answered 4xx or 5xx, and the caller then does nothing that it does not do where the call succeeds.',
  why: 'Users get half an answer (no price, no recommendations, an order that nobody was told about), error rates and alerts stay at zero, and the outage is found by a customer. The trace of a request that failed in part looks like one that succeeded.',
  fix: 'Decide for each such call. If the answer is of no use without it, let the failure through. If it is, make the degradation visible: set the span’s status or record the exception on it, count it (degraded_responses_total by callee), and say so in the answer; then alert on that. A failed publish is a lost message: write it to an outbox and send it again.',
  verify:
    'Let the callee fail in a test: the requests that it touches show an error, an answer above 399, or the span of a fallback.',
  needs: ['failedCalls', 'overview'],
  limits,
  references: [
    {
      title:
        'Simple Testing Can Prevent Most Critical Failures, Yuan et al., OSDI 2014 (error handlers that ignore the error)',
      url: 'https://www.usenix.org/conference/osdi14/technical-sessions/presentation/yuan',
    },
    {
      title: 'OpenTelemetry: recording errors on spans',
      url: 'https://opentelemetry.io/docs/specs/semconv/general/recording-errors/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'two of twenty quotes fail unseen',
        rows: { overview, failedCalls: [{ ...quote, failures: 20, shown: 10, followed: 8, swallowed: 2, traces: 2 }] },
        severities: ['warning'],
      },
      {
        name: 'events that are published to nobody, and nobody is told',
        rows: {
          overview,
          failedCalls: [
            {
              caller: 'orders',
              callee: 'rabbitmq://broker/orders.placed',
              kind: 'publish',
              operation: 'send orders.placed',
              failures: 40,
              unclear: 19,
              shown: 19,
              swallowed: 2,
              traces: 2,
              traceIds: ['a1'],
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'one of twenty',
        rows: { overview, failedCalls: [{ ...quote, failures: 20, shown: 19, swallowed: 1, traces: 1 }] },
      },
      {
        name: 'all of nineteen',
        rows: { overview, failedCalls: [{ ...quote, failures: 19, swallowed: 19, traces: 19 }] },
      },
      {
        name: 'something follows, and no success tells whether it always does',
        rows: { overview, failedCalls: [{ ...quote, failures: 38, unclear: 19, swallowed: 19, traces: 19 }] },
      },
      {
        name: 'shown, or answered from a cache',
        rows: { overview, failedCalls: [{ ...quote, failures: 400, shown: 200, followed: 200 }] },
      },
    ],
  },
  evidence: ({ failedCalls, overview }, limit) => ({
    applicable: failedCalls.length > 0 || (overview[0]?.clientSpans ?? 0) > 0 || (overview[0]?.services ?? 0) !== 1,
    reason: 'Nothing calls a service or publishes a message.',
    samples: Math.max(0, ...failedCalls.map((row) => judged(row))),
    least: limit.failures,
    of: 'failures of one call',
    advice: `What becomes of failures shows only when calls fail: record at least ${limit.failures} failures of a call, from an incident or a test in which a service answers with errors.`,
    blind: failedCalls
      .filter((row) => judged(row) < limit.failures)
      .map((row) => `${row.caller} → ${row.callee}: ${judged(row)} failures of ${row.operation}`),
  }),
  audit: ({ failedCalls, overview }, limit) => {
    const traces = sum(overview, (row) => row.traces)
    return failedCalls.flatMap((row): FindingDraft[] => {
      const { caller, callee, kind, operation, swallowed, shown, followed } = row
      const all = judged(row)
      const share = all > 0 ? swallowed / all : 0
      if (all < limit.failures || share <= limit.share) return []
      const rest = [
        ...(shown > 0 ? [`${shown} are shown`] : []),
        ...(followed > 0 ? [`${followed} are followed by a fallback`] : []),
      ]
      const what = kind === 'publish' ? `messages to ${callee}` : `calls of ${callee} (${operation})`
      return [
        {
          severity: 'warning',
          message: `${caller} goes on as if nothing had happened after ${percent(share)} of its ${all} failed ${what}${rest.length > 0 ? `; ${rest.join(', ')}` : ''}.`,
          where:
            kind === 'publish'
              ? { service: caller, destination: callee }
              : { service: caller, peer: callee, operation },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          share: traces > 0 ? row.traces / traces : 0,
          proof: { traceIds: row.traceIds, spanIds: row.spanIds.slice(0, 1), samples: all },
        },
      ]
    })
  },
})

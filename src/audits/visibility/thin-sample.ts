/**
 * Operations of which there are too few traces to judge them: what this report does not say about them is not praise.
 *
 *     POST /refunds     7 traces      a fault in one of ten requests is more likely unseen than seen
 *
 * One finding for all of them, a note while other operations have enough; a warning only when none has. A rare operation is no fault of
 * the system, so this is about the recording alone.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  traces: {
    default: 100,
    unit: 'traces',
    why: 'With a hundred traces a fault in three of a hundred requests is seen with 95 % certainty, and a 95th percentile has five traces above it.',
    source: 'rule of three',
  },
} satisfies Record<string, Limit>

/** Beyond a month the evidence is no recording that one could prolong, but traces from here and there. */
const longestSeconds = 30 * 86_400

type Needs = Pick<SurveyRows, 'requests' | 'overview'>

/** How long the same recording would have to be, as people say it. */
function duration(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} seconds`
  if (seconds < 7_200) return `${Math.ceil(seconds / 60)} minutes`
  if (seconds < 172_800) return `${Math.ceil(seconds / 3_600)} hours`
  return `${Math.ceil(seconds / 86_400)} days`
}

export const thinSample = defineAudit<Needs, typeof limits>({
  id: 'thin-sample',
  family: 'visibility',
  title: 'Every operation was seen often enough to judge it',
  failureTitle: 'Operations were seen too rarely to judge them',
  definition: 'Root operations with fewer traces than the audits need; says how many would do.',
  why: 'Audits that see too little stay silent, and their silence looks like health. A percentile of seven traces is one of the seven.',
  fix: 'Record longer, sample more of the rare operations (a tail sampler can keep all of a rare operation and a share of the others), or drive them with a load test.',
  verify: 'Audit the longer recording: the operations named here have as many traces as asked for.',
  needs: ['requests', 'overview'],
  limits,
  references: [
    { title: 'Rule of three (statistics)', url: 'https://en.wikipedia.org/wiki/Rule_of_three_(statistics)' },
    {
      title: 'Tail sampling processor',
      url: 'https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor',
    },
  ],
  examples: {
    fires: [
      {
        name: 'one rare operation beside a busy one',
        rows: {
          overview: [{ traces: 599, startMs: 0, endMs: 600_000 }],
          requests: [
            { service: 'storefront', operation: 'GET /books', traces: 500, traceIds: ['a1'] },
            { service: 'storefront', operation: 'POST /refunds', traces: 99, traceIds: ['a2'] },
          ],
        },
        severities: ['note'],
      },
      {
        name: 'nothing was seen often enough: one warning',
        rows: {
          overview: [{ traces: 12, startMs: 0, endMs: 60_000 }],
          requests: [
            { service: 'storefront', operation: 'GET /books', traces: 10 },
            { service: 'orders', operation: 'relay outbox', traces: 2 },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'a hundred traces of each',
        rows: {
          overview: [{ traces: 200, startMs: 0, endMs: 600_000 }],
          requests: [
            { service: 'storefront', operation: 'GET /books', traces: 100 },
            { service: 'storefront', operation: 'POST /refunds', traces: 100 },
          ],
        },
      },
    ],
  },
  evidence: ({ overview }) => ({
    applicable: true,
    samples: overview[0]?.traces ?? 0,
    least: 1,
    of: 'traces',
    advice: 'Give it traces.',
  }),
  audit: ({ requests, overview }, limit) => {
    // one operation may begin in several roles: it is one operation
    const operations = new Map<string, { service: string; operation: string; traces: number; traceIds: string[] }>()
    for (const { service, operation, traces, traceIds } of requests) {
      const known = operations.get(`${service}\0${operation}`)
      if (known) known.traces += traces
      else operations.set(`${service}\0${operation}`, { service, operation, traces, traceIds })
    }
    const thin = [...operations.values()]
      .filter((each) => each.traces < limit.traces)
      .sort((a, b) => b.traces - a.traces || (a.service + a.operation < b.service + b.operation ? -1 : 1))
    const [busiest] = thin
    const rarest = thin.at(-1)
    if (!busiest || !rarest) return []
    const window = overview[0]
    const seconds = window ? (window.endMs - window.startMs) / 1000 : 0
    const neededSeconds = (seconds * limit.traces) / Math.max(1, rarest.traces)
    const longer =
      neededSeconds > 0 && neededSeconds < longestSeconds
        ? `, which this traffic gives in about ${duration(neededSeconds)}`
        : ''
    const traces = thin.reduce((sum, each) => sum + each.traces, 0)
    const names = thin.slice(0, 3).map((each) => `${each.operation} of ${each.service} (${each.traces})`)
    const all = thin.length === operations.size
    const subject =
      operations.size === 1
        ? 'The only operation has fewer than'
        : all
          ? `None of the ${thin.length} operations has`
          : `${thin.length} of ${operations.size} operations ${thin.length === 1 ? 'has' : 'have'} fewer than`
    return [
      {
        severity: all ? 'warning' : 'note',
        message: `${subject} ${limit.traces} traces: ${names.join(', ')}${thin.length > 3 ? ' …' : ''}. ${limit.traces} of each would do${longer}.`,
        where: { service: busiest.service },
        measured: { value: rarest.traces, unit: 'traces' },
        limit: { value: limit.traces, unit: 'traces' },
        cost: { value: thin.length, unit: 'count' },
        share: traces / Math.max(1, window?.traces ?? 0),
        proof: {
          traceIds: thin.flatMap((each) => each.traceIds.slice(0, 1)).slice(0, 10),
          spanIds: [],
          samples: traces,
        },
      },
    ]
  },
})

/**
 * A callee is down, and its caller goes on calling: nothing opens, nobody waits less, and the callee gets no rest.
 *
 *     asked  ████████████████████████      asked  ████████████████████████
 *     calls  ████████▒▒▒▒▒▒▒▒████████      calls  ████████▒·····▒···██████      ▒ failed
 *               no breaker                           a breaker
 *
 * Calls are held against what the caller was asked in the same seconds: fewer shoppers are no breaker, and more retries are none either.
 * Confused with: retry-storm (more calls for one request; a breaker ends those too), missing-timeout (nobody gives up).
 * A caller that passes its callee's failures on makes its own callers fail: the outage is told where it begins.
 */
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { FailingSpellsRow, SurveyRows } from '../../survey/rows.js'
import { toAnybody } from './call-evidence.js'

const limits = {
  fall: {
    default: 0.1,
    unit: 'ratio',
    why: 'An open breaker lets one call in twenty through, or fewer; a tenth less is what chance does.',
    source: 'house',
  },
  calls: {
    default: 20,
    unit: 'count',
    why: 'Calls after a breaker would have opened: fewer do not show what the caller does.',
    source: 'Hystrix (requestVolumeThreshold)',
  },
  surely: {
    default: 100,
    unit: 'count',
    why: 'With fewer calls a breaker may be there that opens later: some wait for a hundred. Then it is a note.',
    source: 'Resilience4j (minimumNumberOfCalls), Polly (MinimumThroughput)',
  },
  usualEntries: {
    default: 20,
    unit: 'count',
    why: 'How often a request leads to a call must be known from times when calls succeed.',
    source: 'house',
  },
  usualErrors: {
    default: 0.2,
    unit: 'ratio',
    why: 'Where calls fail at all times, failures are answers (not found, not allowed), and no breaker should open.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'failingSpells' | 'overview'>
type Limits = Record<keyof typeof limits, number>

const overview = [{ traces: 1000, services: 3, clientSpans: 1000 }]
const outage = {
  caller: 'orders',
  entry: 'POST /orders',
  callee: 'payments',
  operation: 'POST /charges',
  usualEntries: 200,
  usualCalls: 200,
  lateEntries: 110,
  lateCalls: 100,
  lateFailed: 100,
  lateTraces: 100,
  lateSeconds: 30,
  spells: 1,
  failingSeconds: [1000, 1002],
  traceIds: ['a1'],
}

export const missingCircuitBreaker = defineAudit<Needs, typeof limits>({
  id: 'missing-circuit-breaker',
  family: 'services',
  title: 'Callers leave a failing callee alone',
  failureTitle: 'A caller goes on calling a callee that is down',
  definition:
    'At least half of the calls to a callee fail, 20 or more of them within ten seconds, which is when a circuit breaker opens. From then until calls succeed again the caller makes 20 calls or more, and per request that it is asked no less than 90 % of what it makes otherwise. Below 100 such calls it is a note.',
  why: 'Every call to a callee that is down holds a thread, a connection and a user until it fails, so the caller goes down next. And the load never lets up: a service that falls over under load gets up again only when somebody stops asking. The figures at which a breaker opens are the defaults of Hystrix; with fewer than 100 calls a breaker with the defaults of Resilience4j or Polly might still be closed.',
  fix: 'Put a circuit breaker around the client of this callee (Resilience4j, Polly, opossum, gobreaker, or outlier detection in the mesh): open after a handful of failures, let one call through every few seconds, and answer meanwhile with what can be answered: a default, a stale copy, "later". Retries belong inside of it, so that they end when it opens.',
  verify:
    'Let the callee answer with errors for half a minute under load: within seconds the calls to it fall to a trickle while requests to the caller go on and are answered at once.',
  needs: ['failingSpells', 'overview'],
  limits,
  references: [
    {
      title: 'Circuit breaker, Azure architecture patterns',
      url: 'https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker',
    },
    { title: 'Hystrix configuration (circuit breaker)', url: 'https://github.com/Netflix/Hystrix/wiki/Configuration' },
    { title: 'Resilience4j CircuitBreaker', url: 'https://resilience4j.readme.io/docs/circuitbreaker' },
  ],
  examples: {
    fires: [
      { name: 'as many calls as ever', rows: { overview, failingSpells: [outage] }, severities: ['warning'] },
      {
        name: 'ninety-nine calls, of which a patient breaker might think nothing',
        rows: { overview, failingSpells: [{ ...outage, lateCalls: 99, lateEntries: 100 }] },
        severities: ['note'],
      },
      {
        name: 'an outage that passes through is one finding, where it begins',
        rows: {
          overview,
          failingSpells: [
            outage,
            { ...outage, caller: 'payments', entry: 'POST /charges', callee: 'bank', failingSeconds: [1002] },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      { name: 'a tenth fewer calls', rows: { overview, failingSpells: [{ ...outage, lateEntries: 112 }] } },
      {
        name: 'a breaker that lets a call through now and then',
        rows: { overview, failingSpells: [{ ...outage, lateCalls: 12 }] },
      },
      {
        name: 'nineteen calls',
        rows: { overview, failingSpells: [{ ...outage, lateEntries: 19, lateCalls: 19 }] },
      },
      {
        name: 'an operation that also calls rarely when all is well',
        rows: { overview, failingSpells: [{ ...outage, usualEntries: 19, usualCalls: 1 }] },
      },
      {
        name: 'answers that look like failures at all times',
        rows: { overview, failingSpells: [{ ...outage, usualFailed: 41 }] },
      },
    ],
  },
  evidence: ({ failingSpells, overview }, limit) => ({
    ...toAnybody(overview),
    samples: edges(failingSpells, limit).length,
    least: 1,
    of: 'callees that failed for so long that a circuit breaker would have opened',
    advice:
      'Only an outage shows a circuit breaker: record one, or inject one (let a callee answer with errors for half a minute, at two calls a second or more).',
  }),
  audit: ({ failingSpells, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const stubborn = edges(failingSpells, limit).filter(
      (edge) => edge.calls >= limit.calls && edge.calls > 0 && edge.calls >= (1 - limit.fall) * edge.expected,
    )
    const first = stubborn.filter(
      (edge) => !stubborn.some((inner) => inner.caller === edge.callee && causes(inner, edge)),
    )
    return (first.length > 0 ? first : stubborn).map((edge): FindingDraft => {
      const { caller, callee, rows, calls, entries, expected } = edge
      const failed = sum(rows, (row) => row.lateFailed)
      const worst = rows.reduce((a, b) => (b.lateFailed > a.lateFailed ? b : a))
      const outer = stubborn
        .filter((other) => other.callee === caller && causes(edge, other))
        .map((other) => other.caller)
      const also =
        outer.length > 0 ? ` ${[...new Set(outer)].sort().join(' and ')} went on calling ${caller} as well.` : ''
      const rate = (amount: number) => Number((amount / Math.max(1, entries)).toPrecision(2))
      return {
        severity: calls >= limit.surely ? 'warning' : 'note',
        message: `While ${percent(failed / calls)} of its calls to ${callee} failed, ${caller} made ${rate(calls)} calls for each request, ${rate(expected)} when all is well: ${calls} calls (${worst.operation}) after a circuit breaker would have opened.${also}`,
        where: { service: caller, peer: callee },
        measured: { value: expected > 0 ? calls / expected : 1, unit: 'ratio' },
        limit: { value: 1 - limit.fall, unit: 'ratio' },
        cost: { value: failed / Math.max(1, ...rows.map((row) => row.lateSeconds)), unit: 'calls/s' },
        share: traces > 0 ? Math.min(1, sum(rows, (row) => row.lateTraces) / traces) : 0,
        proof: { traceIds: worst.traceIds, spanIds: worst.spanIds, samples: calls },
      }
    })
  },
})

/** What one caller does to one callee that is down, over all operations. */
interface Edge {
  caller: string
  callee: string
  rows: FailingSpellsRow[]
  entries: number
  calls: number
  /** Calls that so many entries make when all is well. */
  expected: number
}

/** Pairs of whose behaviour enough was seen, in good times and in bad. */
function edges(rows: readonly FailingSpellsRow[], limit: Limits): Edge[] {
  const known = rows.filter(
    (row) =>
      row.usualEntries >= limit.usualEntries &&
      row.usualCalls > 0 &&
      row.usualFailed <= limit.usualErrors * row.usualCalls,
  )
  return [...grouped(known, (row) => JSON.stringify([row.caller, row.callee])).values()]
    .map((group): Edge => ({
      caller: group[0]?.caller ?? '',
      callee: group[0]?.callee ?? '',
      rows: group,
      entries: sum(group, (row) => row.lateEntries),
      calls: sum(group, (row) => row.lateCalls),
      expected: sum(group, (row) => (row.lateEntries * row.usualCalls) / row.usualEntries),
    }))
    .filter((edge) => Math.max(edge.calls, edge.expected) >= limit.calls)
}

/** Hosts' clocks differ, and a failure takes time to come up: windows that lie next to each other are the same moment. */
const sameMomentSeconds = 2

/** Whether the calls of `outer` fail when those of `inner`, its callee, do. */
function causes(inner: Edge, outer: Edge): boolean {
  const seconds = new Set(inner.rows.flatMap((row) => row.failingSeconds))
  return outer.rows
    .flatMap((row) => row.failingSeconds)
    .some((second) => [-sameMomentSeconds, 0, sameMomentSeconds].some((apart) => seconds.has(second + apart)))
}

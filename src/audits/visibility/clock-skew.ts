/**
 * Clocks that disagree: the callee starts before anyone called it, or is still at work when its answer has long arrived.
 *
 *     storefront   |======= CLIENT =======|
 *     stock     |== SERVER ==|                     no network makes this; stock's clock is behind
 *
 * Confused with servers that answer early and go on: these start on time and are longer than their call. Only what no network can explain
 * counts, so a skew smaller than the network's time stays unseen. One wrong clock shifts every edge of its service:
 * such edges are one finding, at the service that most of them share. A caller that nobody ever calls may be a browser or a phone,
 * whose clock is its owner's business: a note.
 */
import { percent } from '../../lib/percent.js'
import { joinedProof, sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  apartMs: {
    default: 5,
    unit: 'ms',
    why: 'NTP keeps hosts of one network within a millisecond or two.',
    source: 'house',
  },
  callShare: {
    default: 0.05,
    unit: 'ratio',
    why: 'Rarer ones are clocks being stepped, not clocks that are wrong.',
    source: 'house',
  },
  calls: {
    default: 20,
    unit: 'count',
    why: 'A share of fewer calls says nothing.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'clocks' | 'services' | 'overview'>
type Clock = SurveyRows['clocks'][number]

/** Calls of an edge that are apart by more than `limitMs`. */
function callsApart(clock: Clock, limitMs: number): number {
  return clock.apartMs.reduce((sum, ms, index) => sum + (ms > limitMs ? (clock.apartCalls[index] ?? 0) : 0), 0)
}

/**
 * Splits skewed edges by the service whose clock explains them: the service with the most of them, then of what remains, and so on.
 * Of two that explain as many, it is the one with fewer edges that are in order, then the callee.
 */
function byCulprit(skewed: readonly Clock[], all: readonly Clock[]): { service: string; edges: Clock[] }[] {
  const groups: { service: string; edges: Clock[] }[] = []
  let left = [...skewed]
  while (left.length > 0) {
    const touching = (service: string, edges: readonly Clock[]) =>
      edges.filter((edge) => edge.caller === service || edge.callee === service)
    const [culprit] = [...new Set(left.flatMap((edge) => [edge.callee, edge.caller]))]
      .map((service) => ({
        service,
        edges: touching(service, left),
        inOrder: touching(service, all).length - touching(service, skewed).length,
      }))
      .sort((a, b) => b.edges.length - a.edges.length || a.inOrder - b.inOrder || (a.service < b.service ? -1 : 1))
    if (!culprit) break
    groups.push(culprit)
    left = left.filter((edge) => !culprit.edges.includes(edge))
  }
  return groups
}

function rounded(ms: number): string {
  return String(Math.abs(ms) >= 10 ? Math.round(Math.abs(ms)) : Number(Math.abs(ms).toFixed(1)))
}

function median(values: readonly number[]): number {
  const ordered = values.toSorted((a, b) => a - b)
  return ordered[Math.floor((ordered.length - 1) / 2)] ?? 0
}

export const clockSkew = defineAudit<Needs, typeof limits>({
  id: 'clock-skew',
  family: 'visibility',
  title: 'Clocks of services agree',
  failureTitle: 'A service’s clock is off',
  definition:
    'Share of an edge’s calls whose callee starts before its caller, or ends after it although it was waited for and took no longer, by more than the limit beyond what the network took.',
  why: 'Traces are read by the clock: with one off by fifty milliseconds causes come after their effects, gaps appear where none are, and network time is negative. Tokens, caches and locks that compare times across hosts fail in the same way, without showing it.',
  fix: 'Run chrony or the platform’s time service on the hosts of that service and watch its offset; in virtual machines switch on the hypervisor’s clock source; look for containers on one host only (the finding’s proofs name the instance). Until then read the order of its spans from parents, not from times.',
  verify: 'Record again: callees start after their callers and end before them on every edge of this service.',
  needs: ['clocks', 'services', 'overview'],
  limits,
  references: [
    { title: 'Clock skew adjustment in Jaeger', url: 'https://www.jaegertracing.io/docs/latest/faq/#clock-skew' },
    { title: 'chrony', url: 'https://chrony-project.org/' },
  ],
  examples: {
    fires: [
      {
        name: 'six in a hundred calls start six milliseconds early',
        rows: {
          overview: [{ traces: 100 }],
          clocks: [
            {
              caller: 'storefront',
              callee: 'stock',
              calls: 100,
              traces: 6,
              apartMs: [0, 6],
              apartCalls: [94, 6],
              offsetMs: -6.2,
              networkMs: 0.4,
              traceIds: ['a1'],
              spanIds: ['b1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'one clock, three edges, one finding',
        rows: {
          overview: [{ traces: 100 }],
          clocks: [
            { caller: 'orders', callee: 'prices', calls: 20, apartMs: [40], apartCalls: [20], offsetMs: 40 },
            { caller: 'storefront', callee: 'prices', calls: 20, apartMs: [40], apartCalls: [20], offsetMs: 40 },
            { caller: 'prices', callee: 'taxes', calls: 20, apartMs: [40], apartCalls: [20], offsetMs: -40 },
            { caller: 'storefront', callee: 'orders', calls: 20, apartMs: [0], apartCalls: [20] },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'the clock of a reader’s phone',
        rows: {
          overview: [{ traces: 100 }],
          services: [
            { service: 'shop-app', entries: 0 },
            { service: 'storefront', entries: 100 },
          ],
          clocks: [
            { caller: 'shop-app', callee: 'storefront', calls: 100, apartMs: [900], apartCalls: [100], offsetMs: 900 },
          ],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'five milliseconds',
        rows: {
          overview: [{ traces: 100 }],
          clocks: [
            { caller: 'storefront', callee: 'stock', calls: 100, apartMs: [0, 5], apartCalls: [10, 90], offsetMs: 5 },
          ],
        },
      },
      {
        name: 'five in a hundred calls',
        rows: {
          overview: [{ traces: 100 }],
          clocks: [{ caller: 'storefront', callee: 'stock', calls: 100, apartMs: [0, 90], apartCalls: [95, 5] }],
        },
      },
      {
        name: 'nineteen calls',
        rows: {
          overview: [{ traces: 100 }],
          clocks: [
            { caller: 'storefront', callee: 'stock', calls: 19, apartMs: [90], apartCalls: [19], offsetMs: 90 },
            { caller: 'storefront', callee: 'prices', calls: 20, apartMs: [0], apartCalls: [20] },
          ],
        },
      },
    ],
  },
  evidence: ({ clocks, overview }, limit) => ({
    applicable: clocks.length > 0 || (overview[0]?.services ?? 0) !== 1,
    reason: 'There is one service, so there are no two clocks to compare.',
    samples: Math.max(0, ...clocks.map((clock) => clock.calls)),
    least: limit.calls,
    of: 'calls of the busiest edge of which both sides were seen',
    advice: `Record at least ${limit.calls} calls with CLIENT and SERVER spans in one trace.`,
  }),
  audit: ({ clocks, services, overview }, limit) => {
    const neverCalled = new Set(services.filter((row) => row.entries === 0).map((row) => row.service))
    const judged = clocks.filter((clock) => clock.calls >= limit.calls)
    const skewed = judged.filter((clock) => callsApart(clock, limit.apartMs) / clock.calls > limit.callShare)
    return byCulprit(skewed, judged).map(({ service, edges }): FindingDraft => {
      const offsetMs = median(edges.map((edge) => (edge.callee === service ? edge.offsetMs : -edge.offsetMs)))
      const [edge] = edges
      const single = edges.length === 1 && edge !== undefined
      const outside = neverCalled.has(service) || (single && neverCalled.has(edge.caller))
      const apart = edges.reduce((sum, each) => sum + callsApart(each, limit.apartMs), 0)
      const calls = edges.reduce((sum, each) => sum + each.calls, 0)
      const direction = offsetMs >= 0 ? 'ahead of' : 'behind'
      const others = single ? (edge.callee === service ? edge.caller : edge.callee) : `its ${edges.length} neighbours`
      return {
        severity: outside ? 'note' : 'warning',
        message: `The clock of ${service} runs about ${rounded(offsetMs)} ms ${direction} that of ${others}: in ${percent(apart / calls)} of ${calls} calls the two sides cannot both be right by more than ${limit.apartMs} ms.`,
        where: single ? { service: edge.caller, peer: edge.callee } : { service },
        measured: { value: Math.abs(offsetMs), unit: 'ms' },
        limit: { value: limit.apartMs, unit: 'ms' },
        cost: { value: apart, unit: 'count' },
        share: Math.max(...edges.map((each) => each.traces)) / Math.max(1, overview[0]?.traces ?? 0),
        proof: joinedProof(edges.map((each) => sampledProof(each.traceIds, each.spanIds, each.calls))),
      }
    })
  },
})

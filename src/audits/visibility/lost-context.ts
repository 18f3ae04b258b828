/**
 * Two services that talk, and two traces for it: the call is seen on one side, the work on the other, and nothing joins them.
 *
 *     trace 1:  storefront ── CLIENT GET /stock ──▶ ·
 *     trace 2:                                      · ── SERVER GET /stock (a root) ── stock
 *
 * Confused with a silent callee (it has no roots: dark-component), with a callee that samples for itself (its roots are too few to be
 * the lost calls) and with a public entry point, whose roots are users. So the roots must match the unanswered calls,
 * operation by operation where the two sides name operations alike.
 *
 *     trace 1:  kiosk ── publish #17 ──▶ [ orders.placed ]
 *     trace 2:                              [ orders.placed ] ──▶ process #17 (a root, no link) ── shipping
 *
 * Of messages, one id (or one conversation) on both sides proves that two traces belong together. It is this audit's where the consumer
 * keeps the trace of what others publish there, so that the edge is to blame; a consumer that keeps nobody's, and messages of which
 * nobody can tell who sent them, are unlinked-consumer's (dropping-producers.ts).
 */
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { joinedProof, sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { sameOperation, serviceBehind, untracedEntries } from './callee.js'
import { droppingProducers } from './dropping-producers.js'
import { lostMessageExamples } from './lost-message-examples.js'

const limits = {
  lostShare: {
    default: 0.2,
    unit: 'ratio',
    why: 'Below it is the odd client library without instrumentation; above it whole paths are missing.',
    source: 'house',
  },
  spans: {
    default: 20,
    unit: 'spans',
    why: 'A share of fewer entries, or of fewer messages, says nothing.',
    source: 'house',
  },
  matchedShare: {
    default: 0.5,
    unit: 'ratio',
    why: 'When fewer of the lost calls appear as roots on the other side, the callee drops or samples its spans, and that is another fault.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'replies' | 'entries' | 'services' | 'messageContexts' | 'overview'>
type Reply = SurveyRows['replies'][number]

/** Of the calls that nobody answered, how many may be roots of the callee. */
function matchedCalls(calls: readonly Reply[], roots: ReadonlyMap<string, number>): number {
  const lost = new Map<string, number>()
  for (const call of calls) {
    const operation = sameOperation(call.operation)
    lost.set(operation, (lost.get(operation) ?? 0) + call.reached)
  }
  const comparable = [...lost.keys()].some((operation) => roots.has(operation))
  if (!comparable) {
    const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)
    return Math.min(sum(lost.values()), sum(roots.values()))
  }
  let matched = 0
  for (const [operation, count] of lost) matched += Math.min(count, roots.get(operation) ?? 0)
  return matched
}

export const lostContext = defineAudit<Needs, typeof limits>({
  id: 'lost-context',
  family: 'visibility',
  title: 'A call, or a message, and its work are in one trace',
  failureTitle: 'The trace is lost on the way between two services',
  definition:
    'Share of a called service’s SERVER spans that begin a trace of their own although another service’s CLIENT spans, unanswered in their traces, resolve to it; by the edge at which the context is dropped. Of messages: share of what one producer sends to a consumer, by message id or conversation id, that is processed in a trace of its own without a link, while the consumer keeps the trace of what others publish there.',
  why: 'The slow half of the request is in another trace, under another id, and no one can find it from the alarm. Root cause, fan-out, error propagation and the latency budget all stop at this edge; the callee’s work looks like traffic from outside.',
  fix: 'Make the caller send traceparent (is the HTTP or RPC client instrumented, is a propagator configured, does the code build requests by hand?) and the callee read it (same propagator: W3C on both sides, or b3 on both). Look at what lies between them: gateways and proxies that drop unknown headers, thread pools that lose the current context. Of messages: inject the context into the headers where this producer publishes (is its messaging client instrumented, does an outbox relay or a bridge copy the body without the headers?); the consumer reads them already.',
  verify:
    'Record again: the calls of this edge are answered in their own traces, and the callee begins no trace for them; messages of this producer are linked to their publish.',
  needs: ['replies', 'entries', 'services', 'messageContexts', 'overview'],
  limits,
  references: [
    { title: 'Context propagation, OpenTelemetry', url: 'https://opentelemetry.io/docs/concepts/context-propagation/' },
    { title: 'W3C Trace Context', url: 'https://www.w3.org/TR/trace-context/' },
  ],
  examples: {
    fires: [
      {
        name: 'a fifth and one of the stock’s entries',
        rows: {
          overview: [{ traces: 200, endMs: 100_000 }],
          services: [{ service: 'storefront' }, { service: 'stock' }],
          replies: [
            { caller: 'storefront', callee: 'stock', operation: 'GET /stock/{id}', calls: 21, reached: 21, traces: 21 },
            { caller: 'orders', callee: 'stock', operation: 'GET /stock/{id}', calls: 79, answered: 79 },
          ],
          entries: [{ service: 'stock', operation: 'GET /stock/:id', role: 'server', entries: 100, roots: 21 }],
        },
        severities: ['warning'],
      },
      {
        name: 'an address that only behaviour can resolve',
        rows: {
          overview: [{ traces: 200, endMs: 100_000 }],
          services: [{ service: 'storefront' }, { service: 'stock' }],
          replies: [
            { caller: 'storefront', callee: 'sv-17', operation: 'GET /stock/{id}', calls: 20, reached: 20, traces: 20 },
          ],
          entries: [{ service: 'stock', operation: 'GET /stock/{id}', role: 'server', entries: 20, roots: 20 }],
        },
      },
      ...lostMessageExamples.fires,
    ],
    quiet: [
      {
        name: 'a fifth of the entries',
        rows: {
          overview: [{ traces: 200 }],
          services: [{ service: 'storefront' }, { service: 'stock' }],
          replies: [
            { caller: 'storefront', callee: 'stock', operation: 'GET /stock/{id}', calls: 20, reached: 20 },
            { caller: 'orders', callee: 'stock', operation: 'GET /stock/{id}', calls: 80, answered: 80 },
          ],
          entries: [{ service: 'stock', operation: 'GET /stock/:id', role: 'server', entries: 100, roots: 20 }],
        },
      },
      {
        name: 'nineteen entries',
        rows: {
          overview: [{ traces: 200 }],
          services: [{ service: 'storefront' }, { service: 'stock' }],
          replies: [{ caller: 'storefront', callee: 'stock', operation: 'GET /stock/{id}', calls: 19, reached: 19 }],
          entries: [{ service: 'stock', operation: 'GET /stock/:id', role: 'server', entries: 19, roots: 19 }],
        },
      },
      {
        name: 'a callee that samples for itself has too few roots',
        rows: {
          overview: [{ traces: 200 }],
          services: [{ service: 'storefront' }, { service: 'stock' }],
          replies: [{ caller: 'storefront', callee: 'stock', operation: 'GET /stock/{id}', calls: 100, reached: 100 }],
          entries: [{ service: 'stock', operation: 'GET /stock/:id', role: 'server', entries: 49, roots: 49 }],
        },
      },
      {
        name: 'a public entry point whose callers are answered',
        rows: {
          overview: [{ traces: 900 }],
          services: [{ service: 'gateway' }, { service: 'storefront' }],
          replies: [{ caller: 'gateway', callee: 'storefront', operation: 'GET /books', calls: 100, answered: 100 }],
          entries: [{ service: 'storefront', operation: 'GET /books', role: 'server', entries: 900, roots: 800 }],
        },
      },
      ...lostMessageExamples.quiet,
    ],
  },
  evidence: ({ replies, entries, services, messageContexts }, limit) => {
    const behind = serviceBehind(replies, entries, services)
    const called = new Set(replies.map((reply) => behind(reply.callee)))
    const asked = grouped(
      entries.filter((entry) => entry.role === 'server' && called.has(entry.service)),
      (entry) => entry.service,
    )
    const counts = [...asked.values()].map((rows) => rows.reduce((sum, row) => sum + row.entries, 0))
    const calls = Math.max(0, ...counts)
    const messages = Math.max(0, ...messageContexts.map((row) => row.processed))
    return {
      applicable: replies.length > 0 || services.length !== 1,
      reason: 'There is one service, and it calls nobody.',
      samples: Math.max(calls, messages),
      least: limit.spans,
      of: 'SERVER spans of the service that is called most, or messages of the busiest edge',
      advice: `Record at least ${limit.spans} calls between services, with CLIENT spans on one side and SERVER spans on the other, or as many messages with ids.`,
      blind:
        calls > 0 && calls < limit.spans && messages >= limit.spans ? [`calls between services: ${calls} entries`] : [],
    }
  },
  audit: ({ replies, entries, services, messageContexts, overview }, limit) => {
    const behind = serviceBehind(replies, entries, services)
    const untraced = untracedEntries(entries)
    const traced = new Map<string, number>()
    for (const entry of entries)
      if (entry.role === 'server')
        traced.set(entry.service, (traced.get(entry.service) ?? 0) + entry.entries - entry.roots)
    const lost = replies.filter((reply) => reply.reached > 0 && behind(reply.callee) !== undefined)
    const findings: FindingDraft[] = []
    for (const [callee, calls] of grouped(lost, (reply) => behind(reply.callee) ?? '')) {
      const between = calls.filter((call) => call.caller !== callee)
      const reached = between.reduce((sum, call) => sum + call.reached, 0)
      const matched = matchedCalls(between, untraced.get(callee) ?? new Map())
      const entered = matched + (traced.get(callee) ?? 0)
      if (entered < limit.spans || matched / entered <= limit.lostShare) continue
      if (matched / reached < limit.matchedShare) continue
      for (const [caller, edge] of grouped(between, (call) => call.caller)) {
        const edgeLost = edge.reduce((sum, call) => sum + call.reached, 0)
        const edgeCalls = replies
          .filter((reply) => reply.caller === caller && behind(reply.callee) === callee)
          .reduce((sum, call) => sum + call.calls, 0)
        if (edgeLost / edgeCalls <= limit.lostShare) continue
        const traces = edge.reduce((sum, call) => sum + call.traces, 0)
        const share = Math.min(1, matched / entered)
        findings.push({
          severity: 'warning',
          message: `${edgeLost} of ${edgeCalls} calls of ${caller} to ${callee} have no answer in their trace, while ${callee} begins ${matched} traces with just these operations: the context is dropped between them (${percent(share)} of its entries from inside).`,
          where: { service: caller, peer: callee },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.lostShare, unit: 'ratio' },
          cost: { value: edgeLost, unit: 'traces' },
          share: traces / Math.max(1, overview[0]?.traces ?? 0),
          proof: joinedProof(edge.map((call) => sampledProof(call.traceIds, call.spanIds, call.reached))),
        })
      }
    }
    for (const edge of droppingProducers(messageContexts)) {
      const share = edge.lost / edge.processed
      if (edge.processed < limit.spans || share <= limit.lostShare) continue
      const known = edge.conversations === edge.lost ? 'conversation' : 'message id'
      findings.push({
        severity: 'warning',
        message: `${edge.lost} of ${edge.processed} messages of ${edge.producer} to ${edge.destination} are processed by ${edge.consumer} in traces of their own; only the ${known} tells that they belong together. What others publish there keeps its trace, so the context is lost where ${edge.producer} publishes.`,
        where: { service: edge.producer, peer: edge.consumer, destination: edge.destination },
        measured: { value: share, unit: 'ratio' },
        limit: { value: limit.lostShare, unit: 'ratio' },
        cost: { value: edge.lost, unit: 'traces' },
        share: edge.traces / Math.max(1, overview[0]?.traces ?? 0),
        proof: {
          ...sampledProof(edge.traceIds, edge.spanIds, edge.lost),
          traceIds: [...new Set(edge.traceIds.flatMap((id, at) => [id, edge.publishTraceIds[at] ?? id]))].slice(0, 10),
        },
      })
    }
    return findings
  },
})

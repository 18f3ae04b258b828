/**
 * Two services that talk too much for one request: their border cuts through what belongs together.
 *
 *     root ── A ──▶ B   B   B   B   B …   p95 of the calls A→B in one root request
 *
 * Not n-plus-one-call, which is one operation repeated under one parent: here all operations and all places in the trace count.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { betweenServices } from './call-evidence.js'

const limits = {
  callsPerRequest: {
    default: 15,
    unit: 'calls/request',
    why: 'From here on the calls, not the work, set the latency and the failure rate.',
    source: 'perf-sentinel',
  },
  criticalCallsPerRequest: {
    default: 45,
    unit: 'calls/request',
    why: 'Three times the warning: one slow callee now stalls the caller for seconds.',
    source: 'perf-sentinel',
  },
  requests: {
    default: 20,
    unit: 'traces',
    why: 'A 95th percentile needs at least twenty requests.',
    source: 'n ≥ 1/(1−q)',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'pairs' | 'overview'>

export const chattyPair = defineAudit<Needs, typeof limits>({
  id: 'chatty-pair',
  family: 'services',
  title: 'Services call each other a few times per request',
  failureTitle: 'A service calls another too often for one request',
  definition:
    'Calls from one service to another per root request, 95th percentile over the requests in which they talk, all protocols and operations together.',
  why: 'Every call pays a network round trip, serialisation and a chance to fail; twenty calls at 99.9 % each already fail 2 % of the requests. A pair that cannot answer one request without talking many times is one module cut in two.',
  fix: 'Give the callee one operation that answers the whole question (a batch or an aggregate), let the caller ask once and pass the answer along, or merge the two services if they always change together.',
  verify:
    'Run the same traffic and audit again: the 95th percentile of calls per request of this pair falls below the limit, and the latency of the root operations named in the finding falls with it.',
  needs: ['pairs', 'overview'],
  limits,
  references: [
    {
      title: 'Chatty I/O antipattern, Azure Architecture Center',
      url: 'https://learn.microsoft.com/azure/architecture/antipatterns/chatty-io/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'fifteen calls for one basket',
        rows: {
          overview: [{ traces: 100 }],
          pairs: [
            {
              caller: 'basket',
              callee: 'pricing',
              requests: 100,
              calls: 1500,
              p50Calls: 15,
              p95Calls: 15,
              maxCalls: 15,
              answered: 1500,
              networkMs: 3000,
              traceIds: ['a1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'forty-five calls for one basket',
        rows: {
          overview: [{ traces: 100 }],
          pairs: [
            {
              caller: 'basket',
              callee: 'pricing',
              requests: 20,
              calls: 900,
              p50Calls: 45,
              p95Calls: 45,
              maxCalls: 45,
              traceIds: ['a1'],
            },
          ],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'fourteen calls',
        rows: {
          overview: [{ traces: 100 }],
          pairs: [
            {
              caller: 'basket',
              callee: 'pricing',
              requests: 100,
              calls: 1400,
              p50Calls: 14,
              p95Calls: 14,
              maxCalls: 40,
            },
          ],
        },
      },
      {
        name: 'a single busy request proves nothing',
        rows: {
          overview: [{ traces: 100 }],
          pairs: [
            { caller: 'basket', callee: 'pricing', requests: 19, calls: 950, p50Calls: 50, p95Calls: 50, maxCalls: 50 },
            { caller: 'basket', callee: 'stock', requests: 20, calls: 20, p50Calls: 1, p95Calls: 1, maxCalls: 1 },
          ],
        },
      },
    ],
  },
  evidence: ({ pairs, overview }, limit) => ({
    ...betweenServices(overview),
    samples: Math.max(0, ...pairs.map((pair) => pair.requests)),
    least: limit.requests,
    of: 'requests of the busiest pair of services',
    advice: `Record at least ${limit.requests} root requests in which the services talk.`,
  }),
  audit: ({ pairs, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    return pairs
      .filter((pair) => pair.requests >= limit.requests && pair.p95Calls >= limit.callsPerRequest)
      .map((pair): FindingDraft => {
        const critical = pair.p95Calls >= limit.criticalCallsPerRequest
        const networkMs = pair.answered > 0 ? pair.networkMs / pair.answered : 0
        return {
          severity: critical ? 'critical' : 'warning',
          message: `${pair.caller} calls ${pair.callee} ${pair.p95Calls} times for one request (95th percentile; median ${pair.p50Calls}, most ${pair.maxCalls}).`,
          where: { service: pair.caller, peer: pair.callee },
          measured: { value: pair.p95Calls, unit: 'calls/request' },
          limit: { value: critical ? limit.criticalCallsPerRequest : limit.callsPerRequest, unit: 'calls/request' },
          cost: { value: (networkMs * pair.calls) / Math.max(1, pair.requests), unit: 'ms/request' },
          share: traces > 0 ? pair.requests / traces : 0,
          proof: { traceIds: pair.traceIds, spanIds: pair.spanIds, samples: pair.requests },
        }
      })
  },
})

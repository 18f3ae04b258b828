/**
 * Requests that spend their time between services instead of in them.
 *
 *     CLIENT ├──────────────────────────┤
 *     SERVER         ├──────────┤              the rest of CLIENT is in no service
 *
 * Between the spans lie the wire, TLS, proxies without spans, queues for a connection and for a worker, and serialisation: all of it is tax.
 * Clocks do not matter: only durations are compared. A request of two milliseconds may pay half of them without anybody feeling it: `leastMs`.
 */
import { grouped } from '../../lib/grouped.js'
import { largest, sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { NetworkTimeRow, SurveyRows } from '../../survey/rows.js'
import { betweenServices } from './call-evidence.js'

const limits = {
  share: { default: 0.3, unit: 'ratio', why: 'Beyond a third, distribution is the work.', source: 'house' },
  leastMs: { default: 5, unit: 'ms/request', why: 'Less is felt by nobody, whatever its share.', source: 'house' },
  traces: { default: 20, unit: 'traces', why: 'Fewer walked requests do not show what is usual.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'networkTime' | 'walked' | 'requests' | 'overview'>

const root = { rootService: 'storefront', rootOperation: 'GET /books/{id}' }
const edge = { ...root, caller: 'storefront', callee: 'catalogue', traceIds: ['a1'] }
const overview = [{ traces: 100, clientSpans: 100 }]

export const networkTax = defineAudit<Needs, typeof limits>({
  id: 'network-tax',
  family: 'services',
  title: 'Requests spend their time in services',
  failureTitle: 'A request spends its time between services',
  definition:
    'Share of the time of a root operation that its critical path spends inside CLIENT spans and outside the SERVER spans they wait for, over its sampled requests; failed calls are left out.',
  why: 'This time does nothing for the user: it is the wire, handshakes, proxies, and queues for connections and workers. It grows with every split of a service and explodes under load, because queues do. The limit is a house figure; the finding names the edge that pays most.',
  fix: 'Look at the edge that pays most: keep connections open (keep-alive, HTTP/2, a pool that is large enough), put caller and callee in one zone, take out proxies that add nothing, send less, and answer with fewer calls. Many workers busy on the callee make a queue before its span starts: add workers there.',
  verify:
    'Run the same traffic again: the share of the root operation is below the limit, and its median fell by the difference.',
  needs: ['networkTime', 'walked', 'requests', 'overview'],
  limits,
  references: [
    { title: 'The Tail at Scale, Dean and Barroso, CACM 2013', url: 'https://research.google/pubs/the-tail-at-scale/' },
  ],
  examples: {
    fires: [
      {
        name: 'thirty-one of a hundred milliseconds',
        rows: {
          overview,
          requests: [{ service: 'storefront', operation: 'GET /books/{id}', traces: 100 }],
          walked: [{ ...root, traces: 20, rootMs: 2000 }],
          networkTime: [{ ...edge, traces: 20, calls: 20, networkMs: 620, rootMs: 2000 }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'thirty of a hundred milliseconds',
        rows: {
          overview,
          walked: [{ ...root, traces: 20, rootMs: 2000 }],
          networkTime: [{ ...edge, traces: 20, calls: 20, networkMs: 600, rootMs: 2000 }],
        },
      },
      {
        name: 'half of eight milliseconds',
        rows: {
          overview,
          walked: [{ ...root, traces: 20, rootMs: 160 }],
          networkTime: [{ ...edge, traces: 20, calls: 20, networkMs: 80, rootMs: 160 }],
        },
      },
      {
        name: 'nineteen requests',
        rows: {
          overview,
          walked: [{ ...root, traces: 19, rootMs: 1900 }],
          networkTime: [{ ...edge, traces: 19, calls: 19, networkMs: 1000, rootMs: 1900 }],
        },
      },
    ],
  },
  evidence: ({ networkTime, overview }, limit) => ({
    ...betweenServices(overview),
    samples: largest(networkTime, (row) => row.traces),
    least: limit.traces,
    of: 'requests with both spans of a call',
    advice: `Record at least ${limit.traces} requests with the CLIENT span of the caller and the SERVER span of the callee.`,
  }),
  audit: ({ networkTime, walked, requests, overview: [whole] }, limit) => {
    const traces = whole?.traces ?? 0
    const edges = grouped(networkTime, (row) => JSON.stringify([row.rootService, row.rootOperation]))
    return walked.flatMap((root): FindingDraft[] => {
      const rows = edges.get(JSON.stringify([root.rootService, root.rootOperation])) ?? []
      const networkMs = sum(rows, (row) => row.networkMs)
      const share = root.rootMs > 0 ? networkMs / root.rootMs : 0
      const perRequestMs = networkMs / root.traces
      if (root.traces < limit.traces || share <= limit.share || perRequestMs < limit.leastMs) return []
      const worst = rows.reduce((a: NetworkTimeRow, b) => (b.networkMs > a.networkMs ? b : a))
      const all = requests.filter((row) => row.service === root.rootService && row.operation === root.rootOperation)
      const touched = largest(rows, (row) => row.traces) / root.traces
      return [
        {
          severity: 'warning',
          message: `${root.rootOperation} spends ${Math.round(share * 100)} % of its time between services (${perRequestMs.toFixed(1)} of ${(root.rootMs / root.traces).toFixed(1)} ms per request), most of it from ${worst.caller} to ${worst.callee} (${(worst.networkMs / worst.calls).toFixed(1)} ms a call).`,
          where: { service: root.rootService, operation: root.rootOperation },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          cost: { value: perRequestMs, unit: 'ms/request' },
          share: traces > 0 ? (touched * sum(all, (row) => row.traces)) / traces : 0,
          proof: { traceIds: worst.traceIds, spanIds: worst.spanIds, samples: root.traces },
        },
      ]
    })
  },
})

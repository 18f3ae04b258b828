/**
 * A request that passes many services one after another: their latencies add up and their failures multiply.
 *
 *     A ─▶ B ─▶ C ─▶ D ─▶ E ─▶ F ─▶ G      hops on the critical path, p95 over the requests of one root operation
 *
 * Only steps that the root waits for count: what runs beside the critical path, or behind a queue, adds no latency.
 * Sidecars and gateways with spans of their own are services here: each is a hop that can fail.
 */
import { grouped } from '../../lib/grouped.js'
import { largest, sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { CriticalChainsRow, SurveyRows } from '../../survey/rows.js'
import { betweenServices } from './call-evidence.js'

const limits = {
  hops: {
    default: 5,
    unit: 'hops',
    why: 'Above five hops nobody can say from memory what a request passes, and six services at 99.9 % are down four hours a month together.',
    source: 'house',
  },
  traces: {
    default: 20,
    unit: 'traces',
    why: 'A 95th percentile needs at least twenty requests.',
    source: 'n ≥ 1/(1−q)',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'criticalChains' | 'services' | 'requests' | 'overview'>

const chain = ['storefront', 'basket', 'pricing', 'tax', 'customs', 'currency', 'bank']
const root = { rootService: 'storefront', rootOperation: 'POST /orders' }

export const deepChain = defineAudit<Needs, typeof limits>({
  id: 'deep-chain',
  family: 'services',
  title: 'Requests pass few services one after another',
  failureTitle: 'A request passes many services one after another',
  definition:
    'Synchronous steps from one service to another on the critical path of a root operation, 95th percentile over its sampled requests; with the product of the availabilities on the path.',
  why: 'Every hop adds its tail to the latency and its failures to the failures: the chain is as available as the product of its members, and each needs a timeout shorter than that of the one before. The limit is a house figure: judge the chain by its availability, which the finding prints.',
  fix: 'Shorten it where the price is paid: let a service keep a copy of what it asks for on every request (events, a read model), move work that the answer does not need behind a queue, and merge services that only pass the request on.',
  verify: 'Run the same traffic again: the 95th percentile of hops of the root operation is at or below the limit.',
  needs: ['criticalChains', 'services', 'requests', 'overview'],
  limits,
  references: [
    {
      title: 'The Calculus of Service Availability, Treynor et al., ACM Queue 2017',
      url: 'https://queue.acm.org/detail.cfm?id=3096459',
    },
  ],
  examples: {
    fires: [
      {
        name: 'six hops for an order',
        rows: {
          overview: [{ traces: 100 }],
          requests: [{ service: 'storefront', operation: 'POST /orders', traces: 100 }],
          services: [{ service: 'bank', entries: 100, errors: 1 }],
          criticalChains: [{ ...root, path: chain, hops: 6, traces: 20, traceIds: ['a1'] }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'five hops',
        rows: {
          overview: [{ traces: 100 }],
          criticalChains: [{ ...root, path: chain.slice(0, 6), hops: 5, traces: 100 }],
        },
      },
      {
        name: 'six hops in fewer than one request of twenty',
        rows: {
          overview: [{ traces: 100 }],
          criticalChains: [
            { ...root, path: chain, hops: 6, traces: 4 },
            { ...root, path: ['storefront'], hops: 0, traces: 96 },
          ],
        },
      },
      {
        name: 'nineteen requests',
        rows: {
          overview: [{ traces: 100 }],
          criticalChains: [
            { ...root, path: chain, hops: 6, traces: 19 },
            { rootService: 'storefront', rootOperation: 'GET /', path: ['storefront'], hops: 0, traces: 20 },
          ],
        },
      },
    ],
  },
  evidence: ({ criticalChains, overview }, limit) => ({
    ...betweenServices(overview),
    samples: criticalChains.some((row) => row.hops > 0) ? largest(byRoot(criticalChains), requestsOf) : 0,
    least: limit.traces,
    of: 'requests of the busiest root operation',
    advice: `Record at least ${limit.traces} requests of one root operation.`,
  }),
  audit: ({ criticalChains, services, requests, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const availability = new Map(
      services.map((row) => [row.service, row.entries > 0 ? 1 - row.errors / row.entries : 1] as const),
    )
    return byRoot(criticalChains).flatMap((rows): FindingDraft[] => {
      const samples = requestsOf(rows)
      const hops = p95Hops(rows, samples)
      if (samples < limit.traces || hops <= limit.hops) return []
      const deep = rows.filter((row) => row.hops > limit.hops)
      const touched = requestsOf(deep)
      const typical = deep.reduce((a, b) => (b.traces > a.traces ? b : a))
      const { rootService, rootOperation, path } = typical
      const product = path.reduce((all, service) => all * (availability.get(service) ?? 1), 1)
      const all = requests.filter((row) => row.service === rootService && row.operation === rootOperation)
      const share = (sum(all, (row) => row.traces) * touched) / samples
      return [
        {
          severity: 'warning',
          message: `${rootOperation} passes ${hops} hops one after another (95th percentile): ${path.join(' → ')}. Together they answered ${(product * 100).toFixed(2)} % of what they were asked.`,
          where: { service: rootService, operation: rootOperation },
          measured: { value: hops, unit: 'hops' },
          limit: { value: limit.hops, unit: 'hops' },
          share: traces > 0 ? share / traces : 0,
          proof: { traceIds: typical.traceIds, spanIds: typical.spanIds, samples },
        },
      ]
    })
  },
})

function byRoot(rows: readonly CriticalChainsRow[]): CriticalChainsRow[][] {
  return [...grouped(rows, (row) => JSON.stringify([row.rootService, row.rootOperation])).values()]
}

function requestsOf(rows: readonly CriticalChainsRow[]): number {
  return sum(rows, (row) => row.traces)
}

/** The smallest number of hops that 95 % of the requests do not exceed. */
function p95Hops(rows: readonly CriticalChainsRow[], samples: number): number {
  let seen = 0
  for (const row of [...rows].sort((a, b) => a.hops - b.hops)) {
    seen += row.traces
    if (seen >= 0.95 * samples) return row.hops
  }
  return 0
}

/**
 * Services that wait for each other in a circle: none can be started, scaled or repaired without the others.
 *
 *     orders ─▶ stock ─▶ pricing ─▶ orders
 *
 * Confused with: a gateway or sidecar through which services reach each other (it forwards what it is asked for: left out, and paths are read without it),
 * a service that calls itself, messages (not synchronous), and several services without a name that look like one.
 */
import { shortestCycle, stronglyConnected, type Edge } from '../../lib/components.js'
import { forwarders } from '../../lib/forwarders.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { betweenServices } from './call-evidence.js'

const limits = {
  traces: { default: 3, unit: 'traces', why: 'Fewer on an edge may be an accident or a test.', source: 'Arcan' },
  forwardShare: {
    default: 0.9,
    unit: 'ratio',
    why: 'Who asks nearly always for what it was asked for is a gateway: the cycle is not its doing.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'serviceEdges' | 'reentries' | 'overview'>

const overview = [{ traces: 100 }]
const circle = [
  { caller: 'orders', callee: 'stock', calls: 30, traces: 30, traceIds: ['a1'] },
  { caller: 'stock', callee: 'orders', calls: 3, traces: 3, traceIds: ['a2'] },
]

export const callCycle = defineAudit<Needs, typeof limits>({
  id: 'call-cycle',
  family: 'services',
  title: 'Services wait for each other in one direction',
  failureTitle: 'Services wait for each other in a circle',
  definition:
    'A strongly connected component of two or more services in the graph of synchronous calls, with at least 3 traces on each edge; critical when one trace re-enters a service that is still open.',
  why: 'Services in a circle fail together: when one is slow, each holds the workers that the next one waits for, and a request that comes back into a service still waiting can stop both for good. They cannot be deployed, tested or restarted one by one either.',
  fix: 'Break the edge that carries least: hand the data along in the first call instead of asking back, turn the call back into an event, or move what both need into one of them or into a third service that calls neither.',
  verify:
    'Run the same traffic again: the named edge is gone from the map of calls, and no trace enters a service twice on one path.',
  needs: ['serviceEdges', 'reentries', 'overview'],
  limits,
  references: [
    {
      title: 'Microservices Anti-Patterns: A Taxonomy, Taibi, Lenarduzzi and Pahl, 2020',
      url: 'https://doi.org/10.1007/978-3-030-31646-4_5',
    },
  ],
  examples: {
    fires: [
      { name: 'two services that call each other', rows: { overview, serviceEdges: circle }, severities: ['warning'] },
      {
        name: 'and one request goes round',
        rows: {
          overview,
          serviceEdges: circle,
          reentries: [{ path: ['storefront', 'orders', 'stock', 'orders'], traces: 1, traceIds: ['a2'] }],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'two traces on the way back',
        rows: { overview, serviceEdges: [circle[0] ?? {}, { ...circle[1], traces: 2 }] },
      },
      {
        name: 'services that reach each other through a gateway, which forwards nine calls of ten',
        rows: {
          overview,
          serviceEdges: [
            { caller: 'gateway', callee: 'orders', calls: 50, traces: 50, forwarded: 50 },
            { caller: 'gateway', callee: 'stock', calls: 50, traces: 50, forwarded: 40 },
            { caller: 'orders', callee: 'gateway', calls: 50, traces: 50 },
          ],
          reentries: [{ path: ['gateway', 'orders', 'gateway', 'stock'], traces: 50, traceIds: ['a1'] }],
        },
      },
    ],
  },
  evidence: ({ serviceEdges, overview }) => ({
    ...betweenServices(overview),
    samples: serviceEdges.reduce((sum, edge) => sum + edge.calls, 0),
    least: 20,
    of: 'calls between services',
    advice: 'Record at least 20 calls between services, with the spans of both sides.',
    ...(serviceEdges.some((edge) => isNameless(edge.caller) || isNameless(edge.callee)) && {
      blind: ['services without service.name: several may look like one'],
    }),
  }),
  audit: ({ serviceEdges, reentries, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const gateways = forwarders(serviceEdges, limit.forwardShare)
    const known = serviceEdges.filter(
      ({ caller, callee }) => ![caller, callee].some((service) => gateways.has(service) || isNameless(service)),
    )
    const rounds = reentries
      .map((row) => ({ ...row, path: withoutGateways(row.path, gateways) }))
      .filter(({ path }) => loopOf(path).length > 0 && !path.some(isNameless))
    const counts = new Map<string, Edge & { traces: number }>()
    const count = (from: string, to: string, seen: number, add: boolean): void => {
      const key = JSON.stringify([from, to])
      const before = counts.get(key)?.traces ?? 0
      counts.set(key, { from, to, traces: add ? before + seen : Math.max(before, seen) })
    }
    // edges that only show when the gateway on the way is looked through
    for (const { path, traces: seen } of rounds)
      for (const [index, to] of path.entries()) if (index > 0) count(path[index - 1] ?? '', to, seen, true)
    for (const edge of known) count(edge.caller, edge.callee, edge.traces, false)
    const edges = [...counts.values()].filter((edge) => edge.traces >= limit.traces)

    return stronglyConnected(edges).map((members): FindingDraft => {
      const inside = edges.filter((edge) => members.includes(edge.from) && members.includes(edge.to))
      const way = shortestCycle(inside, members[0] ?? '')
      const weakest = inside.reduce((a, b) => (b.traces < a.traces ? b : a))
      const proof = known.find((edge) => edge.caller === weakest.from && edge.callee === weakest.to)
      const round = rounds.find(({ path }) => loopOf(path).every((service) => members.includes(service)))
      const others = members.filter((member) => !way.includes(member))
      return {
        severity: round ? 'critical' : 'warning',
        message:
          `${way.join(' → ')} wait for each other in a circle${others.length > 0 ? `, together with ${others.join(', ')}` : ''}` +
          `; the edge that carries least is ${weakest.from} → ${weakest.to} (${weakest.traces} traces).` +
          (round ? ` One request goes round: ${round.path.join(' → ')}.` : ''),
        where: { path: way },
        measured: { value: members.length, unit: 'services' },
        limit: { value: 1, unit: 'services' },
        share: traces > 0 ? (round ?? weakest).traces / traces : 0,
        proof: {
          traceIds: round?.traceIds ?? proof?.traceIds ?? [],
          spanIds: round?.spanIds ?? proof?.spanIds ?? [],
          samples: inside.reduce((sum, edge) => sum + edge.traces, 0),
        },
      }
    })
  },
})

/** What instrumentation writes when nobody gave the service a name. */
function isNameless(service: string): boolean {
  return service === '' || service.startsWith('unknown_service')
}

function withoutGateways(path: readonly string[], gateways: ReadonlySet<string>): string[] {
  return path.filter((service) => !gateways.has(service)).filter((service, index, rest) => service !== rest[index - 1])
}

/** The part of a path from a service to its next entry, if the path comes back. */
function loopOf(path: readonly string[]): string[] {
  for (const [index, service] of path.entries()) {
    const first = path.indexOf(service)
    if (first < index) return path.slice(first, index)
  }
  return []
}

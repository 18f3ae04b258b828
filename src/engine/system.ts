/** The system as seen: nodes and edges of the map, from relations that were surveyed anyway. */
import type { CallEdge, DestinationNode, ServiceNode, StoreNode, SystemReport } from '../model/report.js'
import type { SurveyRows } from '../survey/rows.js'

export const systemNeeds = ['overview', 'services', 'requests', 'calls', 'storeUse', 'destinationUse'] as const
type Rows = Pick<SurveyRows, (typeof systemNeeds)[number]>

const mostRequests = 200

/** Everything in it is sorted by name or by traffic, never by the order in which rows came. */
export function systemReport(rows: Rows): SystemReport {
  const overview = rows.overview[0]
  const seen = overview !== undefined && overview.spans > 0
  const startMs = seen ? overview.startMs : 0
  const endMs = seen ? overview.endMs : 0
  return {
    window: {
      start: seen ? new Date(startMs).toISOString() : '',
      end: seen ? new Date(endMs).toISOString() : '',
      seconds: (endMs - startMs) / 1000,
    },
    spans: overview?.spans ?? 0,
    traces: overview?.traces ?? 0,
    services: serviceNodes(rows),
    stores: storeNodes(rows),
    destinations: destinationNodes(rows),
    requests: rows.requests.slice(0, mostRequests).map((request) => ({
      service: request.service,
      operation: request.operation,
      traces: request.traces,
      errors: request.errors,
      p50Ms: request.p50Ms,
      p95Ms: request.p95Ms,
      p99Ms: request.p99Ms,
    })),
    calls: callEdges(rows),
  }
}

function serviceNodes({ services, calls }: Rows): ServiceNode[] {
  const nodes = new Map<string, ServiceNode>()
  for (const row of services) {
    nodes.set(row.service, {
      name: row.service,
      spans: row.spans,
      requests: row.entries,
      errors: row.errors,
      p50Ms: row.p50Ms,
      p95Ms: row.p95Ms,
      instrumented: true,
    })
  }
  for (const call of calls) {
    if (call.calleeKind !== 'service' || nodes.get(call.callee)?.instrumented) continue
    const node = nodes.get(call.callee) ?? {
      name: call.callee,
      spans: 0,
      requests: 0,
      errors: 0,
      p50Ms: 0,
      p95Ms: 0,
      instrumented: false,
    }
    node.requests += call.calls
    node.errors += call.errors
    nodes.set(call.callee, node)
  }
  return [...nodes.values()].sort((a, b) => compare(a.name, b.name))
}

function storeNodes({ storeUse }: Rows): StoreNode[] {
  const nodes = new Map<string, StoreNode>()
  for (const use of storeUse) {
    const node = nodes.get(use.store) ?? { id: use.store, system: use.system, spans: 0, services: [] }
    node.spans += use.spans
    if (!node.services.includes(use.service)) node.services.push(use.service)
    nodes.set(use.store, node)
  }
  return [...nodes.values()].sort((a, b) => compare(a.id, b.id))
}

function destinationNodes({ destinationUse }: Rows): DestinationNode[] {
  const nodes = new Map<string, DestinationNode>()
  for (const use of destinationUse) {
    if (use.destination === '') continue
    const node = nodes.get(use.destination) ?? {
      id: use.destination,
      system: use.system,
      producers: [],
      consumers: [],
      messages: 0,
    }
    if (use.role === 'producer') {
      node.producers.push(use.service)
      node.messages += use.spans
    } else node.consumers.push(use.service)
    nodes.set(use.destination, node)
  }
  return [...nodes.values()].sort((a, b) => compare(a.id, b.id))
}

function callEdges({ calls, storeUse, destinationUse }: Rows): CallEdge[] {
  const edges = new Map<string, CallEdge>()
  for (const call of calls) {
    const edge: CallEdge = {
      from: call.caller,
      to: call.callee,
      toKind: call.calleeKind === 'service' ? 'service' : 'external',
      fromKind: 'service',
      mode: 'sync',
      protocol: call.protocol,
      calls: call.calls,
      errors: call.errors,
      p50Ms: call.p50Ms,
      p95Ms: call.p95Ms,
    }
    const key = JSON.stringify([edge.from, edge.to, edge.protocol])
    const known = edges.get(key)
    edges.set(key, known ? merge(known, edge) : edge)
  }
  for (const use of storeUse) {
    edges.set(JSON.stringify([use.service, use.store, 'db']), {
      from: use.service,
      to: use.store,
      toKind: 'store',
      fromKind: 'service',
      mode: 'sync',
      protocol: use.system,
      calls: use.spans,
      errors: use.errors,
      p50Ms: use.p50Ms,
      p95Ms: use.p95Ms,
    })
  }
  for (const use of destinationUse) {
    if (use.destination === '') continue
    const publishes = use.role === 'producer'
    edges.set(JSON.stringify([use.service, use.destination, use.role]), {
      from: publishes ? use.service : use.destination,
      to: publishes ? use.destination : use.service,
      toKind: publishes ? 'destination' : 'service',
      fromKind: publishes ? 'service' : 'destination',
      mode: 'async',
      protocol: use.system,
      calls: use.spans,
      errors: use.errors,
      p50Ms: use.p50Ms,
      p95Ms: use.p95Ms,
    })
  }
  return [...edges.values()].sort(
    (a, b) => compare(a.from, b.from) || compare(a.to, b.to) || compare(a.protocol, b.protocol),
  )
}

/** Of two operations on one edge the busier one stands for the median, the slower one for the tail. */
function merge(a: CallEdge, b: CallEdge): CallEdge {
  const busier = b.calls > a.calls ? b : a
  return { ...busier, calls: a.calls + b.calls, errors: a.errors + b.errors, p95Ms: Math.max(a.p95Ms, b.p95Ms) }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

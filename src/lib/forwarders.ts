/**
 * Nodes of a call graph that only pass requests on: gateways and sidecars. They are asked for an operation and ask another for the same one.
 * A cycle or a dependency that runs through one says nothing about the services behind it.
 */
export interface ForwardingEdge {
  caller: string
  callee: string
  calls: number
  /** Calls for the very operation that the caller was asked for. */
  forwarded: number
}

/** Callers of two nodes or more that forward at least `share` of all their calls. */
export function forwarders(edges: readonly ForwardingEdge[], share: number): Set<string> {
  const totals = new Map<string, { calls: number; forwarded: number; callees: number }>()
  for (const edge of edges) {
    const total = totals.get(edge.caller) ?? { calls: 0, forwarded: 0, callees: 0 }
    total.calls += edge.calls
    total.forwarded += edge.forwarded
    total.callees += 1
    totals.set(edge.caller, total)
  }
  return new Set(
    [...totals]
      .filter(([, { calls, forwarded, callees }]) => callees > 1 && forwarded >= share * calls)
      .map(([node]) => node),
  )
}

/**
 * Strongly connected components of a directed graph: sets of nodes that all reach each other (Tarjan, 1972).
 * Iterative, because a chain of a hundred thousand nodes would overflow the stack. Edges from a node to itself make no component.
 */
export interface Edge {
  from: string
  to: string
}

interface Visit {
  node: string
  nextNeighbour: number
}

/** Components of two nodes or more; members sorted by name, components by their first member. */
export function stronglyConnected(edges: readonly Edge[]): string[][] {
  const neighbours = neighboursOf(edges)
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const components: string[][] = []

  const enter = (node: string): Visit => {
    order.set(node, order.size)
    lowest.set(node, order.size - 1)
    open.push(node)
    isOpen.add(node)
    return { node, nextNeighbour: 0 }
  }
  const lower = (node: string, to: number): void => {
    lowest.set(node, Math.min(lowest.get(node) ?? to, to))
  }

  for (const start of neighbours.keys()) {
    if (order.has(start)) continue
    const visits = [enter(start)]
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const neighbour = neighbours.get(visit.node)?.[visit.nextNeighbour++]
      if (neighbour !== undefined) {
        if (!order.has(neighbour)) visits.push(enter(neighbour))
        else if (isOpen.has(neighbour)) lower(visit.node, order.get(neighbour) ?? 0)
        continue
      }
      visits.pop()
      const parent = visits.at(-1)
      if (parent) lower(parent.node, lowest.get(visit.node) ?? 0)
      if (lowest.get(visit.node) !== order.get(visit.node)) continue
      const members = open.splice(open.lastIndexOf(visit.node))
      for (const member of members) isOpen.delete(member)
      if (members.length > 1) components.push(members.sort())
    }
  }
  return components.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
}

/** A shortest way from `start` back to itself, both ends included; empty when there is none. Ties go to the name that sorts first. */
export function shortestCycle(edges: readonly Edge[], start: string): string[] {
  const neighbours = neighboursOf(edges)
  const from = new Map<string, string>()
  const waiting = [start]
  for (const node of waiting) {
    for (const neighbour of neighbours.get(node) ?? []) {
      if (neighbour === start && node !== start) {
        const way = [start]
        for (let step = node; step !== start; step = from.get(step) ?? start) way.unshift(step)
        return [start, ...way]
      }
      if (neighbour === start || from.has(neighbour)) continue
      from.set(neighbour, node)
      waiting.push(neighbour)
    }
  }
  return []
}

function neighboursOf(edges: readonly Edge[]): Map<string, string[]> {
  const sets = new Map<string, Set<string>>()
  for (const { from, to } of edges) {
    if (!sets.has(from)) sets.set(from, new Set())
    if (!sets.has(to)) sets.set(to, new Set())
    if (from !== to) sets.get(from)?.add(to)
  }
  return new Map([...sets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([node, set]) => [node, [...set].sort()]))
}

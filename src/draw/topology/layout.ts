/**
 * Where the nodes of the system map lie. Dagre ranks and orders; up to sixty nodes keep its coordinates, larger systems are
 * set in staggered columns, because a rank of eighty nodes in one column is a mile high and cannot be read.
 */
import { graphlib, layout } from '@dagrejs/dagre'
import { banded } from './bands.js'
import type { Topology } from './graph.js'
import { curvedPath, routedPath } from './path.js'
import type { Disc, Point } from './path.js'

export interface TopologyLayout {
  width: number
  height: number
  /** In the order of `topology.nodes`. */
  nodes: Disc[]
  /** In the order of `topology.edges`: the path and the point for a badge. */
  edges: { path: string; middle: Point }[]
  /** Whether labels have to give way to each other at rest. */
  crowded: boolean
}

const smallestRadius = 11
const largestRadius = 30
const labelHeight = 22
const labelCharacter = 6.8
const margin = 64
const mostNodesAsRouted = 60
/** Dagre's time grows with the edges; the busiest are enough to rank and order by. */
const mostEdgesToOrder = 400

/** Radii whose area follows the traffic. */
export function radii(topology: Topology): number[] {
  const most = Math.max(1, ...topology.nodes.map((node) => node.traffic))
  return topology.nodes.map(
    (node) => smallestRadius + (largestRadius - smallestRadius) * Math.sqrt(Math.max(node.traffic, 0) / most),
  )
}

/** The busiest edges, and in any case one of each node: a node without edges would be set among those where requests enter. */
function edgesToOrder(topology: Topology): number[] {
  const calls = (number: number): number => topology.edges[number]?.calls ?? 0
  const busiest = topology.edges.map((_, number) => number).sort((a, b) => calls(b) - calls(a) || a - b)
  const held = new Set<number>()
  const chosen = new Set<number>()
  for (const number of busiest) {
    const edge = topology.edges[number]
    if (edge === undefined || (held.has(edge.from) && held.has(edge.to))) continue
    held.add(edge.from).add(edge.to)
    chosen.add(number)
  }
  for (const number of busiest) if (chosen.size < mostEdgesToOrder) chosen.add(number)
  return [...chosen].sort((a, b) => a - b)
}

/** Those that nobody calls first: dagre breaks circles where it meets them, walking from the first node on. */
function nodesFromTheEntry(topology: Topology): number[] {
  const called = new Set(topology.edges.filter((edge) => edge.from !== edge.to).map((edge) => edge.to))
  return topology.nodes
    .map((_, number) => number)
    .sort((a, b) => Number(called.has(a)) - Number(called.has(b)) || a - b)
}

/** Positions, paths and size of the whole drawing; the same for the same topology. */
export function layoutTopology(topology: Topology): TopologyLayout {
  const crowded = topology.nodes.length > mostNodesAsRouted
  const radius = radii(topology)
  const graph = new graphlib.Graph({ directed: true, multigraph: true })
  graph.setGraph({
    rankdir: 'LR',
    ranker: crowded ? 'tight-tree' : 'network-simplex',
    nodesep: 18,
    ranksep: 72,
    edgesep: 14,
    marginx: margin,
    marginy: margin,
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const number of nodesFromTheEntry(topology)) {
    const size = 2 * (radius[number] ?? smallestRadius)
    graph.setNode(String(number), {
      width: Math.max(size, (topology.nodes[number]?.label.length ?? 0) * labelCharacter),
      height: size + labelHeight,
    })
  }
  for (const number of edgesToOrder(topology)) {
    const edge = topology.edges[number]
    if (edge !== undefined && edge.from !== edge.to)
      graph.setEdge(String(edge.from), String(edge.to), {}, String(number))
  }
  if (topology.nodes.length > 0) layout(graph)
  const placed = topology.nodes.map((_, number): Disc => {
    const { x = 0, y = 0 } = graph.node(String(number)) as Partial<Point>
    return { x, y: y - labelHeight / 2, radius: radius[number] ?? smallestRadius }
  })
  if (crowded) return bandLayout(topology, placed)
  const pairs = new Set(topology.edges.map((edge) => `${edge.from} ${edge.to}`))
  const edges = topology.edges.map((edge, number) => {
    const [from, to] = [placed[edge.from], placed[edge.to]]
    if (from === undefined || to === undefined) return { path: '', middle: { x: 0, y: 0 } }
    // Two that call each other: one route would lie on the other.
    if (edge.from !== edge.to && pairs.has(`${edge.to} ${edge.from}`)) return curvedPath(from, to)
    const route = graph.edge(String(edge.from), String(edge.to), String(number)) as { points?: Point[] } | undefined
    // Inner points only: the ends are set on the rims of the discs, not of the boxes that hold the labels.
    return routedPath(from, to, (route?.points ?? []).slice(1, -1))
  })
  const size = graph.graph() as { width?: number; height?: number }
  return { width: finite(size.width, 320), height: finite(size.height, 120), nodes: placed, edges, crowded }
}

function bandLayout(topology: Topology, placed: readonly Disc[]): TopologyLayout {
  const { discs, width, height } = banded(placed, margin)
  const edges = topology.edges.map((edge) => {
    const [from, to] = [discs[edge.from], discs[edge.to]]
    return from === undefined || to === undefined ? { path: '', middle: { x: 0, y: 0 } } : curvedPath(from, to)
  })
  return { width, height, nodes: discs, edges, crowded: true }
}

function finite(value: number | undefined, otherwise: number): number {
  return value !== undefined && Number.isFinite(value) ? Math.max(value, otherwise) : otherwise
}

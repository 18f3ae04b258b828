/**
 * The system map as nodes and edges with the findings that lie on them. Nodes are found by kind and name together:
 * a service and a store may bear the same name. Several protocols between two nodes are one edge.
 */
import { truncateMiddle, visible } from '../../lib/text.js'
import type { FamilyId } from '../../model/audit.js'
import { severities } from '../../model/finding.js'
import type { Place, Severity } from '../../model/finding.js'
import type { CallEdge, SystemReport } from '../../model/report.js'

export type NodeKind = 'service' | 'store' | 'destination' | 'external'

/** What the map needs to know of a finding; its number is its index in the list given to `topologyOf`. */
export interface PlacedFinding {
  family: FamilyId
  severity: Severity
  where: Place
}

export interface TopologyNode {
  kind: NodeKind
  /** Short and safe to show: `orders` for `postgresql://db:5432/orders`. */
  label: string
  /** The full name, safe to show, at most 200 columns. */
  name: string
  /** Requests served, calls received or messages: what its size stands for. */
  traffic: number
  errors: number
  p95Ms: number
  /** Called, but gives off no spans. */
  silent: boolean
  /** Numbers of all findings that touch it. */
  findings: number[]
  /** Numbers of those that lie on no edge, and are therefore marked here. */
  marks: number[]
}

export interface TopologyEdge {
  from: number
  to: number
  mode: CallEdge['mode']
  protocols: string[]
  calls: number
  errors: number
  p95Ms: number
  findings: number[]
}

export interface Topology {
  nodes: TopologyNode[]
  edges: TopologyEdge[]
}

const longestName = 200
const longestLabel = 22

function shown(text: string, columns: number): string {
  return truncateMiddle(visible(truncateMiddle(text, columns)), columns)
}

/** The part of an address that people call it by: the namespace, else host and port. */
function labelOf(kind: NodeKind, name: string): string {
  if (kind === 'service') return shown(name, longestLabel)
  const rest = name.slice(name.indexOf('://') + 1).replace(/^\/\//, '')
  const last = kind === 'external' ? rest : rest.slice(rest.lastIndexOf('/') + 1)
  return shown(last === '' || /^\d+$/.test(last) ? rest : last, longestLabel)
}

/** The worst of some severities, or null when there is none. */
export function worst(found: readonly Severity[]): Severity | null {
  return severities.find((severity) => found.includes(severity)) ?? null
}

class Builder {
  readonly nodes: TopologyNode[] = []
  readonly edges: TopologyEdge[] = []
  private readonly numbers = new Map<string, number>()
  private readonly edgeNumbers = new Map<string, number>()

  node(kind: NodeKind, id: string): number {
    const key = `${kind} ${id}`
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const number = this.nodes.length
    this.numbers.set(key, number)
    this.nodes.push({
      kind,
      label: labelOf(kind, id),
      name: shown(id, longestName),
      traffic: 0,
      errors: 0,
      p95Ms: 0,
      silent: false,
      findings: [],
      marks: [],
    })
    return number
  }

  at(number: number): TopologyNode {
    const node = this.nodes[number]
    if (node === undefined) throw new Error(`the map has no node ${number}`)
    return node
  }

  call(call: CallEdge): void {
    const from = this.node(call.fromKind, call.from)
    const to = this.node(call.toKind, call.to)
    const key = `${from} ${to}`
    const known = this.edges[this.edgeNumbers.get(key) ?? -1]
    if (known === undefined) {
      this.edgeNumbers.set(key, this.edges.length)
      const { mode, calls, errors, p95Ms } = call
      this.edges.push({ from, to, mode, protocols: [call.protocol], calls, errors, p95Ms, findings: [] })
    } else {
      if (call.mode === 'sync') known.mode = 'sync'
      if (!known.protocols.includes(call.protocol)) known.protocols.push(call.protocol)
      known.calls += call.calls
      known.errors += call.errors
      known.p95Ms = Math.max(known.p95Ms, call.p95Ms)
    }
    if (call.toKind !== 'service') {
      const target = this.at(to)
      if (call.toKind === 'external') target.traffic += call.calls
      target.errors += call.errors
      target.p95Ms = Math.max(target.p95Ms, call.p95Ms)
    }
  }

  private existing(kinds: readonly NodeKind[], id: string | undefined): number[] {
    if (id === undefined) return []
    return kinds.map((kind) => this.numbers.get(`${kind} ${id}`)).filter((number) => number !== undefined)
  }

  place(finding: PlacedFinding, index: number): void {
    const { where } = finding
    const services = this.existing(['service'], where.service)
    const peers = this.existing(['service', 'external', 'store', 'destination'], where.peer).slice(0, 1)
    const stores = this.existing(['store'], where.store)
    const destinations = this.existing(['destination'], where.destination)
    const path = (where.path ?? []).flatMap((name) => this.existing(['service', 'destination'], name).slice(0, 1))
    const things = [...stores, ...destinations]
    const share = things.length > 0 && peers.some((peer) => this.at(peer).kind === 'service')
    // Two services and a store are a fault of sharing: it lies on the way of each to the store, not between the two.
    const ends = share ? things : [...peers, ...things]
    const pairs = [...services, ...(share ? peers : [])].flatMap((a) => ends.map((b) => [a, b] as const))
    for (let step = 1; step < path.length; step += 1) pairs.push([path[step - 1] ?? -1, path[step] ?? -1])
    const touched = new Set<number>()
    for (const [a, b] of pairs) {
      const forth = this.edgeNumbers.get(`${a} ${b}`)
      // The place of a consumer's fault names the service first, though the message flows towards it.
      const number = forth ?? this.edgeNumbers.get(`${b} ${a}`)
      if (number !== undefined) touched.add(number)
    }
    for (const number of touched) this.edges[number]?.findings.push(index)
    const nodes = new Set([...services, ...peers, ...stores, ...destinations, ...path])
    for (const number of nodes) this.at(number).findings.push(index)
    if (touched.size > 0) return
    const homes = services.length > 0 ? services : [...nodes]
    for (const number of homes) this.at(number).marks.push(index)
  }
}

/** Nodes and edges in the order of the report, findings placed on them. */
export function topologyOf(system: SystemReport, findings: readonly PlacedFinding[]): Topology {
  const builder = new Builder()
  for (const service of system.services) {
    const node = builder.at(builder.node('service', service.name))
    Object.assign(node, { traffic: service.requests, errors: service.errors, p95Ms: service.p95Ms })
    node.silent = !service.instrumented
  }
  for (const store of system.stores) builder.at(builder.node('store', store.id)).traffic = store.spans
  for (const { id, messages } of system.destinations) builder.at(builder.node('destination', id)).traffic = messages
  for (const call of system.calls) builder.call(call)
  // A service that is only called has no requests of its own: the calls to it say how much it is used.
  const received = new Map<number, number>()
  for (const edge of builder.edges) received.set(edge.to, (received.get(edge.to) ?? 0) + edge.calls)
  builder.nodes.forEach((node, number) => {
    if (node.traffic === 0) node.traffic = received.get(number) ?? 0
  })
  findings.forEach((finding, index) => builder.place(finding, index))
  return { nodes: builder.nodes, edges: builder.edges }
}

/** A drawing of more strokes than this is grey, and slow. */
const mostEdges = 1_500

/** The edges with findings and the busiest of the others, in their order. */
function limitEdges(edges: TopologyEdge[]): TopologyEdge[] {
  if (edges.length <= mostEdges) return edges
  const found = (edge: TopologyEdge): number => Math.min(edge.findings.length, 1)
  const ranked = edges.map((edge, number) => ({ edge, number }))
  ranked.sort((a, b) => found(b.edge) - found(a.edge) || b.edge.calls - a.edge.calls || a.number - b.number)
  const kept = ranked.slice(0, mostEdges).sort((a, b) => a.number - b.number)
  return kept.map(({ edge }) => edge)
}

/** The nodes with findings and the busiest of the others, at most `most`; edges between them, renumbered. */
export function limitTopology(topology: Topology, most: number): Topology {
  if (topology.nodes.length <= most) return { nodes: topology.nodes, edges: limitEdges(topology.edges) }
  const numbers = topology.nodes.map((_, number) => number)
  const at = (number: number): TopologyNode | undefined => topology.nodes[number]
  const found = (number: number): number => Math.min(at(number)?.findings.length ?? 0, 1)
  numbers.sort((a, b) => found(b) - found(a) || (at(b)?.traffic ?? 0) - (at(a)?.traffic ?? 0) || a - b)
  const kept = numbers.slice(0, most).sort((a, b) => a - b)
  const renumbered = new Map(kept.map((old, number) => [old, number]))
  const nodes = kept.map((old) => at(old)).filter((node) => node !== undefined)
  const edges = topology.edges.flatMap((edge) => {
    const [from, to] = [renumbered.get(edge.from), renumbered.get(edge.to)]
    return from === undefined || to === undefined ? [] : [{ ...edge, from, to }]
  })
  return { nodes, edges: limitEdges(edges) }
}

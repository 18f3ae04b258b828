/**
 * What the browser script needs to know of the map: positions, neighbours and ready-made words. Lists by number throughout:
 * no name of the evidence is ever a key.
 */
import type { Topology, TopologyNode } from '../../draw/topology/graph.js'
import type { TopologyLayout } from '../../draw/topology/layout.js'
import { truncate, visible } from '../../lib/text.js'
import type { RankedFinding } from '../ranking.js'
import { count, counted, duration } from './figures.js'

export interface MapData {
  nodes: {
    name: string
    label: string
    kind: string
    x: number
    y: number
    r: number
    traffic: number
    facts: string[]
    findings: number[]
  }[]
  edges: { from: number; to: number; mode: string; words: string; findings: number[] }[]
  findings: { id: string; family: string; severity: string; message: string }[]
}

const kindWords: Record<TopologyNode['kind'], string> = {
  service: 'Service',
  store: 'Store',
  destination: 'Queue or topic',
  external: 'Outside the evidence',
}

/** Where the card of a finding is: the fragment that links to it. */
export function findingAnchor(fingerprint: string): string {
  return `finding-${fingerprint.replace(/[^0-9a-zA-Z-]/g, '').slice(0, 64)}`
}

function factsOf(node: TopologyNode): string[] {
  const one = node.kind === 'service' ? 'request' : node.kind === 'destination' ? 'message' : 'call'
  const facts = [counted(node.traffic, one)]
  if (node.p95Ms > 0) facts.push(`p95 ${duration(node.p95Ms)}`)
  if (node.errors > 0) facts.push(counted(node.errors, 'error'))
  if (node.silent) facts.push('gives off no spans')
  return facts
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

export function mapData(topology: Topology, layout: TopologyLayout, ranked: readonly RankedFinding[]): MapData {
  return {
    nodes: topology.nodes.map((node, number) => {
      const disc = layout.nodes[number]
      return {
        name: node.name,
        label: node.label,
        kind: kindWords[node.kind],
        x: round(disc?.x ?? 0),
        y: round(disc?.y ?? 0),
        r: round(disc?.radius ?? 0),
        traffic: node.traffic,
        facts: factsOf(node),
        findings: node.findings,
      }
    }),
    edges: topology.edges.map((edge) => ({
      from: edge.from,
      to: edge.to,
      mode: edge.mode,
      words: `${edge.protocols.map((protocol) => truncate(visible(protocol), 20)).join(', ')} · ${count(edge.calls)} × · p95 ${duration(edge.p95Ms)}`,
      findings: edge.findings,
    })),
    findings: ranked.map(({ audit, finding }) => ({
      id: findingAnchor(finding.fingerprint),
      family: audit.family,
      severity: finding.severity,
      message: truncate(visible(truncate(finding.message, 160)), 160),
    })),
  }
}

/**
 * The system map as one SVG element. It holds names as text only; what a browser script needs to tell nodes apart is
 * their number in `data-node` and `data-edge`. Without a script it is a complete, still drawing.
 */
import type { VNode } from 'preact'
import { severities } from '../../model/finding.js'
import type { Severity } from '../../model/finding.js'
import { worst } from './graph.js'
import type { PlacedFinding, Topology, TopologyEdge, TopologyNode } from './graph.js'
import type { TopologyLayout } from './layout.js'
import type { Disc, Point } from './path.js'

export interface TopologyProps {
  topology: Topology
  layout: TopologyLayout
  findings: readonly PlacedFinding[]
  /** One sentence that stands for the drawing where it cannot be seen. */
  label: string
}

function severityOf(numbers: readonly number[], findings: readonly PlacedFinding[]): Severity | null {
  return worst(numbers.map((number) => findings[number]?.severity ?? 'note'))
}

function rankOf(severity: Severity | null): number {
  return severity === null ? severities.length : severities.indexOf(severity)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function Badge({ at, count, severity }: { at: Point; count: number; severity: Severity }): VNode {
  return (
    <g class={`badge ${severity}`} transform={`translate(${round(at.x)},${round(at.y)})`}>
      <g>
        <circle r="8" />
        <text y="3.5">{count}</text>
      </g>
    </g>
  )
}

function Shape({ kind, radius }: { kind: TopologyNode['kind']; radius: number }): VNode {
  const r = round(radius)
  if (kind === 'service') return <circle class="shape" r={r} />
  if (kind === 'store') {
    const [half, top, lid] = [round(r * 0.86), round(r * 0.72), round(r * 0.28)]
    return (
      <g class="shape">
        <path d={`M${-half},${-top}V${top}A${half},${lid} 0 0 0 ${half},${top}V${-top}`} />
        <ellipse cy={-top} rx={half} ry={lid} />
      </g>
    )
  }
  if (kind === 'destination') {
    const height = round(r * 1.1)
    return (
      <g class="shape">
        <rect x={-r} y={-height / 2} width={2 * r} height={height} rx={height / 2} />
        <path d={`M${round(-r * 0.3)},${-height / 2}v${height}M${round(r * 0.3)},${-height / 2}v${height}`} />
      </g>
    )
  }
  const side = round(r * 1.5)
  return <rect class="shape" x={-side / 2} y={-side / 2} width={side} height={side} rx="3" transform="rotate(45)" />
}

const kindNames: Record<TopologyNode['kind'], string> = {
  service: 'service',
  store: 'store',
  destination: 'queue or topic',
  external: 'external',
}

interface NodeProps {
  node: TopologyNode
  number: number
  disc: Disc
  findings: readonly PlacedFinding[]
}

function Node({ node, number, disc, findings }: NodeProps): VNode {
  const severity = severityOf(node.marks, findings)
  const found = node.findings.length
  const spoken = found === 0 ? 'no findings' : found === 1 ? '1 finding' : `${found} findings`
  return (
    <g
      class={`node ${node.kind}${node.silent ? ' silent' : ''}${severity === null ? '' : ` ${severity}`}`}
      data-node={number}
      transform={`translate(${round(disc.x)},${round(disc.y)})`}
      role="button"
      tabIndex={number === 0 ? 0 : -1}
      aria-label={`${node.name}, ${kindNames[node.kind]}, ${spoken}`}
    >
      <Shape kind={node.kind} radius={disc.radius} />
      {severity !== null && (
        <Badge at={{ x: disc.radius * 0.78, y: -disc.radius * 0.78 }} count={node.marks.length} severity={severity} />
      )}
    </g>
  )
}

/** Stroke widths from 1 to 4 that grow with the order of magnitude. */
function widthOf(edge: TopologyEdge, most: number): number {
  return round(1 + 3 * (Math.log1p(edge.calls) / Math.log1p(Math.max(most, 1))) ** 2)
}

export function TopologyMap({ topology, layout, findings, label }: TopologyProps): VNode {
  const most = topology.edges.reduce((largest, edge) => Math.max(largest, edge.calls), 1)
  const marked = topology.edges
    .map((edge, number) => ({ edge, number, severity: severityOf(edge.findings, findings) }))
    .map((entry) => ({ ...entry, drawn: layout.edges[entry.number] }))
    // Worst last: what is painted later lies on top.
    .sort((a, b) => rankOf(b.severity) - rankOf(a.severity) || a.number - b.number)
  return (
    <svg
      class={`topology${layout.crowded ? ' crowded' : ''}`}
      viewBox={`0 0 ${round(layout.width)} ${round(layout.height)}`}
      role="group"
      aria-label={label}
    >
      <defs>
        {['plain', 'critical', 'warning', 'note', 'lit'].map((name) => (
          <marker
            id={`arrow-${name}`}
            class={`arrow ${name}`}
            viewBox="0 0 8 8"
            refX="6.5"
            refY="4"
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0,.8L7,4L0,7.2Z" />
          </marker>
        ))}
      </defs>
      <g class="edges" aria-hidden="true">
        {marked.map(({ edge, number, severity, drawn }) => (
          <path
            class={`edge ${edge.mode}${severity === null ? '' : ` ${severity}`}`}
            data-edge={number}
            d={drawn?.path ?? ''}
            stroke-width={widthOf(edge, most)}
          />
        ))}
      </g>
      <g class="edge-badges" aria-hidden="true">
        {marked.map(({ edge, number, severity, drawn }) =>
          severity === null || drawn === undefined ? null : (
            <g data-edge-badge={number}>
              <Badge at={drawn.middle} count={edge.findings.length} severity={severity} />
            </g>
          ),
        )}
      </g>
      <g class="nodes">
        {topology.nodes.map((node, number) => {
          const disc = layout.nodes[number]
          return disc === undefined ? null : <Node node={node} number={number} disc={disc} findings={findings} />
        })}
      </g>
      <g class="labels" aria-hidden="true">
        {topology.nodes.map((node, number) => {
          const disc = layout.nodes[number]
          return disc === undefined ? null : (
            <text class="label" x={round(disc.x)} y={round(disc.y + disc.radius + 4)} dy=".8em">
              {node.label}
            </text>
          )
        })}
      </g>
    </svg>
  )
}

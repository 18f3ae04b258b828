/**
 * Services and destinations with the messages between them, laid out as the system map is. Messages are dashed, as on
 * the map; calls between the same services are drawn faint beneath: what waits is told from what does not. It is still: names as text, and nothing to click.
 */
import type { VNode } from 'preact'
import type { CallEdge, SystemReport } from '../../model/report.js'
import { limitTopology, topologyOf } from '../topology/graph.js'
import { layoutTopology } from '../topology/layout.js'

const mostNodes = 60

export interface EventFlowProps {
  system: SystemReport
  label: string
}

/** The part of a system that sends messages, and what is called within it. */
export function messagingPart(system: SystemReport): SystemReport {
  const asynchronous = system.calls.filter((call) => call.mode === 'async')
  const services = new Set(
    asynchronous.flatMap(({ from, fromKind, to, toKind }) => [
      ...(fromKind === 'service' ? [from] : []),
      ...(toKind === 'service' ? [to] : []),
    ]),
  )
  const among = (call: CallEdge): boolean =>
    call.mode === 'sync' &&
    call.fromKind === 'service' &&
    call.toKind === 'service' &&
    services.has(call.from) &&
    services.has(call.to)
  return {
    ...system,
    services: system.services.filter(({ name }) => services.has(name)),
    stores: [],
    calls: [...asynchronous, ...system.calls.filter(among)],
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

export function EventFlow({ system, label }: EventFlowProps): VNode {
  const topology = limitTopology(topologyOf(messagingPart(system), []), mostNodes)
  const layout = layoutTopology(topology)
  return (
    <svg
      class="event-flow"
      viewBox={`0 0 ${round(layout.width)} ${round(layout.height)}`}
      role="img"
      aria-label={label}
    >
      <defs>
        <marker
          id="event-arrow"
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
      </defs>
      {(['sync', 'async'] as const).map((mode) => (
        <g class={`ways ${mode}`}>
          {topology.edges.map((edge, number) =>
            edge.mode === mode ? <path d={layout.edges[number]?.path ?? ''} marker-end="url(#event-arrow)" /> : null,
          )}
        </g>
      ))}
      <g class="things">
        {topology.nodes.map((node, number) => {
          const disc = layout.nodes[number]
          if (disc === undefined) return null
          const r = round(disc.radius)
          return (
            <g class={node.kind} transform={`translate(${round(disc.x)},${round(disc.y)})`}>
              {node.kind === 'destination' ? (
                <rect x={-r} y={round(-r * 0.55)} width={2 * r} height={round(r * 1.1)} rx={round(r * 0.55)} />
              ) : (
                <circle r={r} />
              )}
              <text y={round(disc.radius + 4)} dy=".8em">
                {node.label}
              </text>
            </g>
          )
        })}
      </g>
    </svg>
  )
}

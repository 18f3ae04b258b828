/**
 * The system map with its controls. The controls and the side panel come alive by the browser script and are hidden without it;
 * the drawing and the tables below it say everything without any script.
 */
import type { VNode } from 'preact'
import { layoutTopology } from '../../draw/topology/layout.js'
import { TopologyMap } from '../../draw/topology/topology.js'
import type { PlacedFinding, Topology } from '../../draw/topology/graph.js'
import type { Report } from '../../model/report.js'
import { counted } from './figures.js'
import { MapTables } from './map-tables.js'
import { mapData } from './map-data.js'
import { scriptJson } from './assets.js'
import type { RankedFinding } from '../ranking.js'

export interface MapProps {
  report: Report
  ranked: readonly RankedFinding[]
  topology: Topology
  /** Nodes that were left out of the drawing because there were too many. */
  left: number
}

export function placedFindings(ranked: readonly RankedFinding[]): PlacedFinding[] {
  return ranked.map(({ audit, finding }) => ({
    family: audit.family,
    severity: finding.severity,
    where: finding.where,
  }))
}

function Controls({ report, ranked }: Pick<MapProps, 'report' | 'ranked'>): VNode {
  const found = report.families.filter((family) => ranked.some(({ audit }) => audit.family === family.id))
  return (
    <div class="map-controls" hidden>
      <label>
        <span>Search</span>
        <input
          id="map-search"
          type="search"
          autocomplete="off"
          spellcheck={false}
          placeholder="service, store, queue"
        />
      </label>
      <label>
        <span>Findings of</span>
        <select id="map-family">
          <option value="">all families</option>
          {found.map((family) => (
            <option value={family.id}>{family.title}</option>
          ))}
        </select>
      </label>
      <p id="map-matches" role="status" />
      <div class="zoom" role="group" aria-label="Zoom">
        <button type="button" id="map-in" aria-label="Zoom in">
          +
        </button>
        <button type="button" id="map-out" aria-label="Zoom out">
          −
        </button>
        <button type="button" id="map-fit">
          Fit
        </button>
      </div>
    </div>
  )
}

function Legend(): VNode {
  return (
    <div class="legend">
      <svg viewBox="0 0 24 16" aria-hidden="true">
        <circle class="legend-service" cx="12" cy="8" r="6" />
      </svg>
      <span>service, larger with traffic</span>
      <svg viewBox="0 0 24 16" aria-hidden="true">
        <circle class="legend-silent" cx="12" cy="8" r="6" />
      </svg>
      <span>called, gives off no spans</span>
      <svg viewBox="0 0 24 16" aria-hidden="true">
        <path class="legend-store" d="M6,4V12A6,2.4 0 0 0 18,12V4A6,2.4 0 0 0 6,4A6,2.4 0 0 0 18,4" />
      </svg>
      <span>store</span>
      <svg viewBox="0 0 24 16" aria-hidden="true">
        <rect class="legend-destination" x="3" y="4" width="18" height="8" rx="4" />
      </svg>
      <span>queue or topic</span>
      <svg viewBox="0 0 24 16" aria-hidden="true">
        <rect class="legend-external" x="7.5" y="3.5" width="9" height="9" transform="rotate(45 12 8)" />
      </svg>
      <span>outside the evidence</span>
      <svg viewBox="0 0 24 16" aria-hidden="true">
        <path class="legend-sync" d="M1,8H23" />
      </svg>
      <span>waits for the answer</span>
      <svg viewBox="0 0 24 16" aria-hidden="true">
        <path class="legend-async" d="M1,8H23" />
      </svg>
      <span>by message</span>
    </div>
  )
}

export function SystemMap({ report, ranked, topology, left }: MapProps): VNode {
  const layout = layoutTopology(topology)
  const findings = placedFindings(ranked)
  const label = `System map: ${counted(topology.nodes.length, 'node')}, ${counted(topology.edges.length, 'connection')}. The tables below hold the same.`
  return (
    <section aria-labelledby="map">
      <h2 id="map">System map</h2>
      {topology.nodes.length === 0 ? (
        <p>No services, stores or queues were seen.</p>
      ) : (
        <>
          <Controls report={report} ranked={ranked} />
          <div class="map-frame">
            <div class="map-canvas" id="map-canvas">
              <TopologyMap topology={topology} layout={layout} findings={findings} label={label} />
              <p class="map-hint" hidden>
                Drag to move, Ctrl and wheel or pinch to zoom
              </p>
            </div>
            <div class="map-panel" id="map-panel" role="region" aria-label="Selected on the map" aria-live="polite">
              <div id="map-rest">
                <p class="panel-hint">
                  Select a node to see its findings and neighbours. With the keyboard: arrow keys go from node to node,
                  Enter selects, Escape lets go.
                </p>
                <Legend />
              </div>
            </div>
          </div>
          {left > 0 && (
            <p class="aside">
              The busiest {topology.nodes.length} nodes and those with findings are drawn;{' '}
              {counted(left, 'quieter node')} are left out. The JSON report has them all.
            </p>
          )}
          <MapTables report={report} topology={topology} />
          <script
            type="application/json"
            id="map-data"
            dangerouslySetInnerHTML={{ __html: scriptJson(mapData(topology, layout, ranked)) }}
          />
        </>
      )}
    </section>
  )
}

/** The map as tables, and the requests that enter the system: the same facts for those who cannot or will not use the drawing. */
import type { VNode } from 'preact'
import type { Topology } from '../../draw/topology/graph.js'
import type { Report } from '../../model/report.js'
import { count, duration, Name } from './figures.js'

const mostRows = 400
const mostRequests = 20

function Rest({ shown, all }: { shown: number; all: number }): VNode | null {
  return all > shown ? (
    <p class="aside">
      The first {count(shown)} of {count(all)} rows; the JSON report has them all.
    </p>
  ) : null
}

function NodeTable({ topology }: { topology: Topology }): VNode {
  return (
    <>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Nodes of the map">
        <table>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Kind</th>
              <th scope="col" class="figure">
                Traffic
              </th>
              <th scope="col" class="figure">
                Errors
              </th>
              <th scope="col" class="figure">
                p95
              </th>
              <th scope="col" class="figure">
                Findings
              </th>
            </tr>
          </thead>
          <tbody>
            {topology.nodes.slice(0, mostRows).map((node) => (
              <tr>
                <th scope="row">
                  <Name text={node.name} columns={48} />
                </th>
                <td>
                  {node.kind}
                  {node.silent ? ', silent' : ''}
                </td>
                <td class="figure">{count(node.traffic)}</td>
                <td class="figure">{count(node.errors)}</td>
                <td class="figure">{node.p95Ms > 0 ? duration(node.p95Ms) : '–'}</td>
                <td class="figure">{node.findings.length}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Rest shown={mostRows} all={topology.nodes.length} />
    </>
  )
}

function CallTable({ topology }: { topology: Topology }): VNode {
  const name = (number: number): string => topology.nodes[number]?.name ?? ''
  return (
    <>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Connections of the map">
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">How</th>
              <th scope="col" class="figure">
                Calls
              </th>
              <th scope="col" class="figure">
                Errors
              </th>
              <th scope="col" class="figure">
                p95
              </th>
              <th scope="col" class="figure">
                Findings
              </th>
            </tr>
          </thead>
          <tbody>
            {topology.edges.slice(0, mostRows).map((edge) => (
              <tr>
                <th scope="row">
                  <Name text={name(edge.from)} columns={34} />
                </th>
                <td>
                  <Name text={name(edge.to)} columns={34} />
                </td>
                <td>
                  <Name text={edge.protocols.join(', ')} columns={20} />
                  {edge.mode === 'async' ? ', by message' : ''}
                </td>
                <td class="figure">{count(edge.calls)}</td>
                <td class="figure">{count(edge.errors)}</td>
                <td class="figure">{duration(edge.p95Ms)}</td>
                <td class="figure">{edge.findings.length}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Rest shown={mostRows} all={topology.edges.length} />
    </>
  )
}

function RequestTable({ requests }: { requests: Report['system']['requests'] }): VNode {
  return (
    <>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Requests">
        <table>
          <thead>
            <tr>
              <th scope="col">Request</th>
              <th scope="col" class="figure">
                Traces
              </th>
              <th scope="col" class="figure">
                Errors
              </th>
              <th scope="col" class="figure">
                p50
              </th>
              <th scope="col" class="figure">
                p95
              </th>
              <th scope="col" class="figure">
                p99
              </th>
            </tr>
          </thead>
          <tbody>
            {requests.slice(0, mostRequests).map((request) => (
              <tr>
                <th scope="row">
                  <Name text={request.service} columns={30} /> <Name text={request.operation} columns={48} />
                </th>
                <td class="figure">{count(request.traces)}</td>
                <td class="figure">{count(request.errors)}</td>
                <td class="figure">{duration(request.p50Ms)}</td>
                <td class="figure">{duration(request.p95Ms)}</td>
                <td class="figure">{duration(request.p99Ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Rest shown={mostRequests} all={requests.length} />
    </>
  )
}

export function MapTables({ report, topology }: { report: Report; topology: Topology }): VNode {
  const { requests } = report.system
  return (
    <div class="map-tables">
      <details>
        <summary>The map as tables</summary>
        <h3>Nodes</h3>
        <NodeTable topology={topology} />
        <h3>Connections</h3>
        <CallTable topology={topology} />
      </details>
      {requests.length > 0 && (
        <details>
          <summary>Requests that enter the system</summary>
          <RequestTable requests={requests} />
        </details>
      )}
    </div>
  )
}

/** Messages: how events flow, how long they take, how far consumers are behind, and the ways of events from end to end. */
import type { VNode } from 'preact'
import { EventFlow } from '../../draw/event-flow/event-flow.js'
import { LagCurve } from '../../draw/lag-curve/lag-curve.js'
import type { MessageFlow, MessageWay, MessagingReport } from '../../model/messaging-report.js'
import type { Report } from '../../model/report.js'
import { briefDuration, count, counted, message, Name, share } from './figures.js'

const mostFlows = 60
const mostWays = 25

/** `order.placed` of `rabbitmq://broker/bookshop:order.placed`; the whole in the tooltip. */
function Destination({ id }: { id: string }): VNode {
  const name = id.slice(id.indexOf('://') + 3)
  return (
    <span title={message(id.slice(0, 300))}>
      <Name text={name.slice(name.indexOf('/') + 1)} columns={48} />
    </span>
  )
}

function FlowRow({ flow }: { flow: MessageFlow }): VNode {
  const last = flow.lag.at(-1)
  const most = Math.max(0, ...flow.lag.map((point) => point.waiting))
  return (
    <tr>
      <th scope="row">
        <Destination id={flow.destination} />
      </th>
      <td>
        <Name text={flow.consumer} columns={32} />
        {flow.subscription !== flow.consumer && (
          <small>
            {' '}
            <Name text={flow.subscription} columns={40} />
          </small>
        )}
      </td>
      <td class="number">{count(flow.messages)}</td>
      <td class="number">{flow.errors > 0 ? count(flow.errors) : '–'}</td>
      <td class="number">
        {flow.lag.length === 0
          ? '–'
          : `${briefDuration(Math.max(0, flow.p50DelayMs))} · ${briefDuration(Math.max(0, flow.p95DelayMs))}`}
        {flow.clocksApartMs >= 1 && <small> clocks differ by {briefDuration(flow.clocksApartMs)}</small>}
      </td>
      <td class="number">
        {briefDuration(flow.p50Ms)} · {briefDuration(flow.p95Ms)}
      </td>
      <td>
        <LagCurve
          lag={flow.lag}
          label={`At most ${counted(most, 'message')} waiting, ${counted(last?.waiting ?? 0, 'message')} at the end.`}
        />
        {most > 0 && <small>≤ {count(most)} waiting</small>}
      </td>
    </tr>
  )
}

function WayRow({ way }: { way: MessageWay }): VNode {
  return (
    <tr>
      <th scope="row" class="way">
        {way.path.map((name, index) => (
          <>
            {index > 0 && ' → '}
            {index % 2 === 0 ? <Name text={name} columns={32} /> : <Destination id={name} />}
          </>
        ))}
      </th>
      <td class="number">{count(way.flows)}</td>
      <td class="number">{way.failed > 0 ? share(way.failed / way.flows) : '–'}</td>
      <td class="number">{briefDuration(Math.max(0, way.p50Ms))}</td>
      <td class="number">{briefDuration(Math.max(0, way.p95Ms))}</td>
      <td class="number">{briefDuration(Math.max(0, way.p99Ms))}</td>
    </tr>
  )
}

function Left({ left, what }: { left: number; what: string }): VNode | null {
  return left > 0 ? <p class="aside">and {counted(left, what)} more; the JSON report has them</p> : null
}

export function Messages({ report, messaging }: { report: Report; messaging: MessagingReport }): VNode {
  const { flows, ways } = messaging
  return (
    <section aria-labelledby="messages">
      <h2 id="messages">Messages</h2>
      <div class="flow-drawing">
        <EventFlow
          system={report.system}
          label={`How events flow: ${counted(flows.length, 'flow')} between services over queues and topics; calls between the same services are grey.`}
        />
      </div>
      <p class="aside">
        Dashed arrows are messages; grey ones are calls between the same services, which wait for each other.
      </p>
      <div class="scroll">
        <table class="messages">
          <thead>
            <tr>
              <th scope="col">Destination</th>
              <th scope="col">Consumer</th>
              <th scope="col">Messages</th>
              <th scope="col">Failed</th>
              <th scope="col">Waited (p50 · p95)</th>
              <th scope="col">Worked (p50 · p95)</th>
              <th scope="col">Backlog and wait over time</th>
            </tr>
          </thead>
          <tbody>
            {flows.slice(0, mostFlows).map((flow) => (
              <FlowRow flow={flow} />
            ))}
          </tbody>
        </table>
      </div>
      <Left left={flows.length - mostFlows} what="flow" />
      {ways.length > 0 && (
        <>
          <h3>From end to end</h3>
          <div class="scroll">
            <table class="messages">
              <thead>
                <tr>
                  <th scope="col">Way</th>
                  <th scope="col">Seen</th>
                  <th scope="col">Failed</th>
                  <th scope="col">p50</th>
                  <th scope="col">p95</th>
                  <th scope="col">p99</th>
                </tr>
              </thead>
              <tbody>
                {ways.slice(0, mostWays).map((way) => (
                  <WayRow way={way} />
                ))}
              </tbody>
            </table>
          </div>
          <Left left={ways.length - mostWays} what="way" />
        </>
      )}
    </section>
  )
}

/**
 * The charter beside the evidence as a picture of three columns: requirement, decisions, evidence. It is made of nested lists that
 * the style sheet joins with lines, so that read aloud it is the same chain; a dashed frame is a hole and says so in words.
 */
import type { VNode } from 'preact'
import type { CharterReport, Report } from '../../model/report.js'
import { placeText } from '../place-text.js'
import type { RankedFinding } from '../ranking.js'
import {
  charterOf,
  decisionCounts,
  endText,
  groundlessText,
  holeCount,
  proseText,
  requirementCounts,
} from '../traceability/charter-text.js'
import { charterView } from '../traceability/charter-view.js'
import type { CharterView } from '../traceability/charter-view.js'
import { Chain, DecisionLinks, found, Hole } from './charter-chain.js'
import type { ChainContext } from './charter-chain.js'
import { counted, Name } from './figures.js'
import { FindingLinks, linkedFindings } from './finding-links.js'

/** Worst first, so what is folded is what needs no reading. */
const mostUnfolded = 12
const mostChains = 80
const mostComponents = 30
const mostListed = 50

/** Holes of the other direction: what was decided, or simply runs, and serves no requirement. */
function Groundless({ view, context }: { view: CharterView; context: ChainContext }): VNode | null {
  if (view.groundless.length === 0) return null
  return (
    <li class="chain">
      <div class="chain-head hole">
        <h3>Decided without a requirement</h3>
        <Hole>
          no requirement in force asks for {view.groundless.length === 1 ? 'this decision' : 'these decisions'}.
        </Hole>
        {[...new Set(view.groundless.map(groundlessText))].map((why) => (
          <p class="because">
            {counted(view.groundless.filter((decision) => groundlessText(decision) === why).length, 'decision')} {why}
          </p>
        ))}
      </div>
      <ul>
        <DecisionLinks decisions={view.groundless} context={context} />
      </ul>
    </li>
  )
}

function Undeclared({ view, context }: { view: CharterView; context: ChainContext }): VNode | null {
  if (view.undeclaredCount === 0) return null
  const shown = view.undeclared.slice(0, mostComponents)
  const more = view.undeclaredCount - shown.length
  return (
    <li class="chain">
      <div class="chain-head hole">
        <h3>Runs, but nobody decided</h3>
        <Hole>{counted(view.undeclaredCount, 'component')} that no requirement and no decision names.</Hole>
      </div>
      <ul>
        {shown.map(({ finding }) => (
          <li class="chain-link hole">
            <div class="chain-node hole">
              <Hole>
                nobody decided <bdi>{placeText(finding.where, 60)}</bdi>
              </Hole>
            </div>
            <div class="chain-end">
              <FindingLinks findings={found(context, [finding.fingerprint])} />
            </div>
          </li>
        ))}
        {more > 0 && <li class="chain-more">and {counted(more, 'more component')}</li>}
      </ul>
    </li>
  )
}

function Aside({ title, lines }: { title: string; lines: readonly VNode[] }): VNode | null {
  if (lines.length === 0) return null
  return (
    <details class="charter-aside">
      <summary>{title}</summary>
      <ul>
        {lines.slice(0, mostListed).map((line) => (
          <li>{line}</li>
        ))}
        {lines.length > mostListed && <li>and {lines.length - mostListed} more</li>}
      </ul>
    </details>
  )
}

export function Traceability(props: {
  charter: CharterReport
  report: Report
  ranked: readonly RankedFinding[]
}): VNode {
  const view = charterView(props.charter, props.report)
  const context = { linked: linkedFindings(props.ranked), told: new Set<string>() }
  const holes = holeCount(view)
  const folded = view.chains.slice(mostUnfolded, mostChains)
  return (
    <section aria-labelledby="charter">
      <h2 id="charter">Charter</h2>
      <p class="lede">
        What the system is for, what was decided for it, and what the evidence says. Charter of{' '}
        <bdi>{charterOf(props.charter)}</bdi>.
      </p>
      <ul class="charter-counts">
        <li>{requirementCounts(props.charter)}</li>
        <li>{decisionCounts(props.charter)}</li>
        <li>{holes === 0 ? 'No holes in either direction' : `${counted(holes, 'hole')}, marked as such`}</li>
      </ul>
      <div class="chain-titles" aria-hidden="true">
        <span>Requirements</span>
        <div>
          <span>Decisions</span>
          <span>Evidence and verdict</span>
        </div>
      </div>
      <ul class="chains">
        {view.chains.slice(0, mostUnfolded).map((chain) => (
          <Chain chain={chain} context={context} />
        ))}
        <Groundless view={view} context={context} />
        <Undeclared view={view} context={context} />
      </ul>
      {folded.length > 0 && (
        <details class="charter-aside">
          <summary>{counted(folded.length, 'further requirement')}</summary>
          <ul class="chains">
            {folded.map((chain) => (
              <Chain chain={chain} context={context} />
            ))}
          </ul>
        </details>
      )}
      {view.chains.length > mostChains && (
        <p class="aside">{counted(view.chains.length - mostChains, 'more requirement')} only in the JSON report.</p>
      )}
      <Aside
        title={`${counted(view.notInForce.length, 'decision')} not in force`}
        lines={view.notInForce.map((decision) => (
          <>
            <Name text={decision.id} /> is <bdi>{endText(decision)}</bdi>
            {decision.date !== '' && `, of ${proseText(decision.date, 20)}`}
          </>
        ))}
      />
      <Aside
        title={`${counted(props.charter.remarks.length, 'part')} of the charter read, but of no use`}
        lines={props.charter.remarks.map(({ origin, message }) => (
          <>
            <Name text={origin} />: <bdi>{proseText(message)}</bdi>
          </>
        ))}
      />
    </section>
  )
}

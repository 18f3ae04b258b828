/**
 * The findings, worst first. The page has a size that readers and browsers can bear: beyond it waterfalls, and then whole cards,
 * give way to a line each, and the page says so.
 */
import type { VNode } from 'preact'
import type { Exhibit, Report } from '../../model/report.js'
import type { RankedFinding } from '../ranking.js'
import { counted, message, Name, quantity } from './figures.js'
import { FindingCard, SeverityMark } from './finding-card.js'

/** Findings beyond this many have no card, so nothing may link to one. */
export const mostCards = 200
const mostOpen = 2
const mostSpansEach = 22
/** Rows of all waterfalls together; a row takes about 350 bytes. */
const mostRows = 1_800

export interface Drawn {
  ranked: RankedFinding
  exhibit: Exhibit | null
  undrawn: boolean
}

/** Which findings get a waterfall: in their order until the rows are used up. */
export function withExhibits(report: Report, ranked: readonly RankedFinding[]): Drawn[] {
  const byTrace = new Map(report.exhibits.map((exhibit) => [exhibit.traceId, exhibit]))
  let rows = 0
  return ranked.map((entry) => {
    const traceId = entry.finding.proof.traceIds.find((id) => byTrace.has(id))
    const exhibit = traceId === undefined ? null : (byTrace.get(traceId) ?? null)
    if (exhibit === null) return { ranked: entry, exhibit, undrawn: false }
    rows += Math.min(exhibit.spans.length, mostSpansEach * 1.5)
    return { ranked: entry, exhibit, undrawn: rows > mostRows }
  })
}

function Filters({ report, ranked }: { report: Report; ranked: readonly RankedFinding[] }): VNode {
  const found = report.families.filter((family) => ranked.some(({ audit }) => audit.family === family.id))
  return (
    <div class="finding-filters" hidden>
      <label>
        <span>Severity</span>
        <select id="filter-severity">
          <option value="">all</option>
          <option value="critical">critical</option>
          <option value="warning">warning</option>
          <option value="note">note</option>
        </select>
      </label>
      <label>
        <span>Family</span>
        <select id="filter-family">
          <option value="">all</option>
          {found.map((family) => (
            <option value={family.id}>{family.title}</option>
          ))}
        </select>
      </label>
      <button type="button" id="open-all">
        Open all
      </button>
      <p id="filter-count" role="status" />
    </div>
  )
}

function Further({ ranked }: { ranked: readonly RankedFinding[] }): VNode | null {
  if (ranked.length === 0) return null
  const shown = ranked.slice(0, 1_000)
  return (
    <details class="further">
      <summary>{counted(ranked.length, 'further finding')}, one line each</summary>
      <ul>
        {shown.map(({ audit, finding }) => (
          <li>
            <SeverityMark severity={finding.severity} /> <code>{audit.id}</code>{' '}
            <Name text={message(finding.message)} columns={160} /> ({quantity(finding.measured)})
          </li>
        ))}
      </ul>
      {ranked.length > shown.length && (
        <p class="aside">{counted(ranked.length - shown.length, 'more finding')} only in the JSON report.</p>
      )}
    </details>
  )
}

export function Findings({ report, ranked }: { report: Report; ranked: readonly RankedFinding[] }): VNode {
  const cards = withExhibits(report, ranked.slice(0, mostCards))
  const timelines = new Map(report.messaging?.timelines.map((each) => [each.finding, each]))
  const judged = report.audits.filter((audit) => audit.outcome === 'pass' || audit.outcome === 'fail').length
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">
        Findings <span class="tally">{ranked.length}</span>
      </h2>
      {ranked.length === 0 ? (
        <p class="nothing">
          {judged === 0
            ? 'No audit could be judged, so there is nothing here. That is not a pass.'
            : `Nothing found by the ${counted(judged, 'audit')} that could be judged.`}
        </p>
      ) : (
        <>
          <p class="lede">Worst first, then by what they cost.</p>
          <Filters report={report} ranked={ranked} />
          <ol class="findings">
            {cards.map((card, index) => (
              <FindingCard
                {...card}
                timeline={timelines.get(card.ranked.finding.fingerprint)}
                open={index < mostOpen}
                mostSpans={mostSpansEach}
              />
            ))}
          </ol>
          <Further ranked={ranked.slice(mostCards)} />
        </>
      )}
    </section>
  )
}

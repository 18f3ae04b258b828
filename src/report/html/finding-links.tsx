/** Links to the cards of findings. A finding without a card on this page is named without a link: no link leads nowhere. */
import type { VNode } from 'preact'
import type { RankedFinding } from '../ranking.js'
import { proseText } from '../traceability/charter-text.js'
import { SeverityMark } from './finding-card.js'
import { mostCards } from './findings-section.js'
import { findingAnchor } from './map-data.js'

export interface LinkedFinding extends RankedFinding {
  /** It is among those that are shown in full. */
  carded: boolean
}

const mostLinks = 6

/** Findings by fingerprint, as the page shows them. */
export function linkedFindings(ranked: readonly RankedFinding[]): Map<string, LinkedFinding> {
  return new Map(
    ranked.map((entry, rank) => [entry.finding.fingerprint, { ...entry, carded: rank < mostCards }] as const),
  )
}

export function FindingLinks({ findings }: { findings: readonly LinkedFinding[] }): VNode | null {
  if (findings.length === 0) return null
  const more = findings.length - mostLinks
  return (
    <ul class="finding-links">
      {findings.slice(0, mostLinks).map(({ audit, finding, carded }) => {
        // The figures stand at the beginning; the card has the rest.
        const text = <bdi>{proseText(finding.message, 110)}</bdi>
        return (
          <li>
            <SeverityMark severity={finding.severity} />
            <span>
              <span class="unseen">
                {finding.severity} finding of {audit.id}:{' '}
              </span>
              {carded ? <a href={`#${findingAnchor(finding.fingerprint)}`}>{text}</a> : text}
              {finding.waived !== undefined && ' (waived)'}
            </span>
          </li>
        )
      })}
      {more > 0 && <li>and {more} more</li>}
    </ul>
  )
}

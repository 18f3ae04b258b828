/** What changed since the baseline. Lost evidence stands before what is fixed: the two look alike and are not. */
import type { VNode } from 'preact'
import { findingStates } from '../../model/comparison.js'
import type { ComparedFinding, Comparison as Compared } from '../../model/comparison.js'
import {
  baselineText,
  comparisonCounts,
  lossText,
  mostListed,
  severityText,
  stateTitles,
} from '../comparison/comparison-text.js'
import { placeText } from '../place-text.js'
import { message } from './figures.js'

function Row({ finding }: { finding: ComparedFinding }): VNode {
  return (
    <li>
      {severityText(finding)} <code>{finding.audit}</code> <bdi>{placeText(finding.where, 60)}</bdi>:{' '}
      <bdi>{message(finding.message)}</bdi>
      {finding.reason !== '' && (
        <>
          {' '}
          (<bdi>{message(finding.reason)}</bdi>)
        </>
      )}
    </li>
  )
}

export function Comparison({ comparison }: { comparison: Compared }): VNode {
  const loss = lossText(comparison)
  const { lostAudits } = comparison
  return (
    <section id="baseline" aria-labelledby="baseline-title">
      <h2 id="baseline-title">Since the baseline</h2>
      <p>
        {comparisonCounts(comparison)}; compared with <bdi>{baselineText(comparison)}</bdi>.
      </p>
      {loss !== '' && (
        <p>
          <strong>{loss}</strong>
        </p>
      )}
      {findingStates.map((state) => {
        const findings = comparison.findings.filter((finding) => finding.state === state)
        const more = findings.length - mostListed
        return state === 'known' || findings.length === 0 ? null : (
          <>
            <h3>{stateTitles[state]}</h3>
            <ul>
              {findings.slice(0, mostListed).map((finding) => (
                <Row finding={finding} />
              ))}
              {more > 0 && <li>and {more} more</li>}
            </ul>
          </>
        )
      })}
      {lostAudits.length > 0 && (
        <>
          <h3>Audits that gave a verdict in the baseline and give none now</h3>
          <ul>
            {lostAudits.map(({ id, before, after, reason }) => (
              <li>
                <code>{id}</code>: {before} before, {after} now: <bdi>{message(reason)}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** A gauge for each family. A family that was not judged has a dashed ring and words, never a full or an empty ring. */
import type { VNode } from 'preact'
import type { FamilyReport, Report } from '../../model/report.js'
import type { Outcome } from '../../model/audit.js'
import { families } from '../families.js'

const outcomeWords: [Outcome, string][] = [
  ['fail', 'failed'],
  ['pass', 'passed'],
  ['not-evaluable', 'not evaluable'],
  ['not-applicable', 'not applicable'],
  ['error', 'broke'],
]

const radius = 34
const length = 2 * Math.PI * radius

function Ring({ score }: { score: number | null }): VNode {
  const grade = score === null ? 'none' : score >= 0.9 ? 'good' : score >= 0.5 ? 'middling' : 'poor'
  const points = score === null ? '–' : String(Math.floor(Math.min(Math.max(score, 0), 1) * 100))
  const filled = Math.round(length * (score ?? 0) * 10) / 10
  return (
    <svg class={`ring ${grade}`} viewBox="0 0 80 80" aria-hidden="true">
      <circle class="track" cx="40" cy="40" r={radius} />
      {score !== null && score > 0 && (
        <circle
          class="arc"
          cx="40"
          cy="40"
          r={radius}
          stroke-dasharray={`${filled} ${Math.ceil(length)}`}
          transform="rotate(-90 40 40)"
        />
      )}
      <text x="40" y="48">
        {points}
      </text>
    </svg>
  )
}

function stateOf(family: FamilyReport): string {
  const { outcomes, score } = family
  const looked = outcomeWords.reduce((sum, [outcome]) => sum + outcomes[outcome], 0)
  if (looked === 0) return 'Not yet looked at'
  if (outcomes.error > 0) return 'Not judged: an audit broke'
  if (score !== null) return `${Math.floor(score * 100)} of 100`
  return outcomes['not-evaluable'] > 0 ? 'Not judged: too little evidence' : 'Not judged: nothing applies'
}

function Gauge({ family }: { family: FamilyReport }): VNode {
  const summary = families.find(({ id }) => id === family.id)?.summary ?? ''
  const outcomes = outcomeWords.filter(([outcome]) => family.outcomes[outcome] > 0)
  return (
    <li class={family.score === null ? 'gauge unjudged' : 'gauge'}>
      <Ring score={family.score} />
      <div>
        <h3>{family.title}</h3>
        <p class="state">{stateOf(family)}</p>
        <p class="summary">{summary}</p>
        {outcomes.length > 0 && (
          <ul class="outcomes">
            {outcomes.map(([outcome, word]) => (
              <li class={outcome}>
                {family.outcomes[outcome]} {word}
              </li>
            ))}
          </ul>
        )}
        {family.notYetLooked.length > 0 && (
          <details class="not-yet">
            <summary>{family.notYetLooked.length} not yet looked at</summary>
            <p>
              {family.notYetLooked.map((id, index) => (
                <>
                  {index > 0 && ', '}
                  <code>{id}</code>
                </>
              ))}
            </p>
          </details>
        )}
      </div>
    </li>
  )
}

export function Families({ report }: { report: Report }): VNode {
  return (
    <section aria-labelledby="families">
      <h2 id="families">Families</h2>
      <ul class="gauges">
        {report.families.map((family) => (
          <Gauge family={family} />
        ))}
      </ul>
    </section>
  )
}

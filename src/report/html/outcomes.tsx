/** The audits that have no findings, by the reason why: a pass shows its floor, and what was not judged never looks like a pass. */
import type { VNode } from 'preact'
import type { AuditReport, Report } from '../../model/report.js'
import type { Outcome } from '../../model/audit.js'
import { count, floorText, message, Prose, quantity } from './figures.js'

interface Group {
  outcome: Outcome
  id: string
  title: string
  lede: string
}

const groups: readonly Group[] = [
  {
    outcome: 'error',
    id: 'broken',
    title: 'Audits that broke',
    lede: 'They failed themselves and say nothing of the system. Their families have no score.',
  },
  {
    outcome: 'not-evaluable',
    id: 'not-evaluable',
    title: 'Not evaluable',
    lede: 'The evidence is too thin or lacks what these audits need. Each says which evidence would answer.',
  },
  {
    outcome: 'pass',
    id: 'passed',
    title: 'Passed',
    lede: 'Enough evidence, nothing found. The floor beside each says how rare a fault could be and still not show.',
  },
  {
    outcome: 'not-applicable',
    id: 'not-applicable',
    title: 'Not applicable',
    lede: 'The system has no such part, and the evidence is good enough to say so.',
  },
]

function Row({ audit }: { audit: AuditReport }): VNode {
  return (
    <li class={`audit ${audit.outcome}`}>
      <details>
        <summary>
          <span class="audit-title">{message(audit.outcome === 'pass' ? audit.title : audit.failureTitle)}</span>{' '}
          <code>{audit.id}</code>
          <span class="audit-note">
            {audit.outcome === 'pass' && audit.floor !== undefined && audit.samples > 0 && (
              <>effects rarer than {floorText(audit.floor)} would be invisible</>
            )}
            {audit.outcome !== 'pass' && audit.reason !== undefined && <bdi>{message(audit.reason)}</bdi>}
          </span>
        </summary>
        <div class="audit-body">
          <Prose text={audit.definition} />
          <p>
            Looked at {count(audit.samples)} {message(audit.of)}.
            {audit.limits.map((limit) => (
              <>
                {' '}
                Limit <code>{limit.id}</code>: {quantity({ value: limit.value, unit: limit.unit })}
                {limit.value !== limit.default &&
                  ` (set by the charter; ${quantity({ value: limit.default, unit: limit.unit })} by default)`}
                , from {message(limit.source)}.
              </>
            ))}
          </p>
        </div>
      </details>
    </li>
  )
}

function Blind({ audits }: { audits: readonly AuditReport[] }): VNode | null {
  const blind = audits.filter((audit) => audit.blind.length > 0)
  if (blind.length === 0) return null
  return (
    <section aria-labelledby="blind">
      <h3 id="blind">Places that could not be judged</h3>
      <p class="lede">These audits have a verdict, but not for everything.</p>
      <ul class="blind">
        {blind.map((audit) => (
          <li>
            <code>{audit.id}</code>
            <ul>
              {audit.blind.slice(0, 20).map((place) => (
                <li>
                  <bdi>{message(place)}</bdi>
                </li>
              ))}
              {audit.blind.length > 20 && <li>… {count(audit.blind.length - 20)} more</li>}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Outcomes({ report }: { report: Report }): VNode {
  return (
    <section aria-labelledby="audits">
      <h2 id="audits">Audits without findings</h2>
      {groups.map((group) => {
        const audits = report.audits.filter((audit) => audit.outcome === group.outcome)
        if (audits.length === 0) return null
        return (
          <section aria-labelledby={group.id}>
            <h3 id={group.id}>
              {group.title} <span class="tally">{audits.length}</span>
            </h3>
            <p class="lede">{group.lede}</p>
            <ul class="audits">
              {audits.map((audit) => (
                <Row audit={audit} />
              ))}
            </ul>
          </section>
        )
      })}
      <Blind audits={report.audits} />
    </section>
  )
}

/**
 * One chain of the charter: a requirement, the decisions that serve it and the verdicts of both. A decision that serves several
 * requirements is told in full once, under the first of them, and in brief under the others.
 */
import type { ComponentChildren, VNode } from 'preact'
import type { DecisionTrace, RequirementTrace } from '../../model/report.js'
import { decisionMeaning, linkTexts, proseText, requirementMeaning, targetsText } from '../traceability/charter-text.js'
import type { Chain as ChainOf } from '../traceability/charter-view.js'
import { counted, Name, thin } from './figures.js'
import { FindingLinks } from './finding-links.js'
import type { LinkedFinding } from './finding-links.js'
import { VerdictBadge, VerdictMark } from './verdict-badge.js'

const mostDecisions = 8
const mostExpectations = 4
const mostUnknown = 3
const mostLinks = 6

/** What a chain needs to know of the page. */
export interface ChainContext {
  linked: ReadonlyMap<string, LinkedFinding>
  /** Decisions that stand in full further up; filled while the page is made, in its order. */
  told: Set<string>
}

export function found({ linked }: ChainContext, fingerprints: readonly string[]): LinkedFinding[] {
  return fingerprints.flatMap((fingerprint) => linked.get(fingerprint) ?? [])
}

function Origin({ text }: { text: string }): VNode | null {
  return text === '' ? null : (
    <p class="origin">
      <span class="unseen">Written in </span>
      <Name text={text} columns={36} />
    </p>
  )
}

/** A hole in words; the frame around it is dashed. */
export function Hole({ children }: { children: ComponentChildren }): VNode {
  return (
    <p class="hole-words">
      <VerdictMark verdict="hole" />
      <span>
        <strong>Hole:</strong> {children}
      </span>
    </p>
  )
}

function Requirement({ requirement }: { requirement: RequirementTrace }): VNode {
  const targets = thin(targetsText(requirement))
  return (
    <div class="chain-head">
      <h3>
        <span class="unseen">Requirement </span>
        <Name text={requirement.id} columns={48} />
      </h3>
      {targets !== '' && <p class="targets">{targets}</p>}
      {requirement.scope !== '' && (
        <p class="scope">
          <Name text={requirement.scope} columns={80} />
        </p>
      )}
      {requirement.because !== '' && (
        <p class="because">
          <bdi>{proseText(requirement.because, 240)}</bdi>
        </p>
      )}
      <Origin text={requirement.origin} />
    </div>
  )
}

function Decision({ decision, brief }: { decision: DecisionTrace; brief: boolean }): VNode {
  if (brief) {
    return (
      <div class="chain-node">
        <h4>
          <span class="unseen">Decision </span>
          <Name text={decision.id} columns={48} />
        </h4>
        <p class="expects">told above</p>
      </div>
    )
  }
  const more = decision.expectations.length - mostExpectations
  return (
    <div class="chain-node">
      <h4>
        <span class="unseen">Decision </span>
        <Name text={decision.id} columns={48} />
      </h4>
      {decision.title !== '' && (
        <p>
          <bdi>{proseText(decision.title, 160)}</bdi>
        </p>
      )}
      {decision.expectations.length > 0 && (
        <p class="expects">
          expects{' '}
          {decision.expectations.slice(0, mostExpectations).map((text, index) => (
            <>
              {index > 0 && ', '}
              <code>
                <Name text={text} columns={60} />
              </code>
            </>
          ))}
          {more > 0 && `, and ${more} more`}
        </p>
      )}
      {decision.unknown.slice(0, mostUnknown).map((name) => (
        <Hole>
          it names <Name text={name} columns={40} />, and there is no such requirement.
        </Hole>
      ))}
      {decision.unknown.length > mostUnknown && (
        <p class="expects">and {counted(decision.unknown.length - mostUnknown, 'more name')} that no requirement has</p>
      )}
      {linkTexts(decision, mostLinks).map((text) => (
        <p class="expects">
          <bdi>{text}</bdi>
        </p>
      ))}
      <Origin text={decision.date === '' ? decision.origin : `${decision.origin}, ${decision.date}`} />
    </div>
  )
}

function DecisionLink({ decision, context }: { decision: DecisionTrace; context: ChainContext }): VNode {
  const brief = context.told.has(decision.id)
  context.told.add(decision.id)
  return (
    <li class={`chain-link ${decision.verdict}`}>
      <Decision decision={decision} brief={brief} />
      <div class="chain-end">
        <span class="unseen">The evidence of the decision: </span>
        <VerdictBadge verdict={decision.verdict} />
        {!brief && <p class="meaning">{decisionMeaning(decision)}</p>}
        <FindingLinks findings={found(context, decision.findings)} />
      </div>
    </li>
  )
}

export function DecisionLinks({
  decisions,
  context,
}: {
  decisions: readonly DecisionTrace[]
  context: ChainContext
}): VNode {
  const more = decisions.length - mostDecisions
  return (
    <>
      {decisions.slice(0, mostDecisions).map((decision) => (
        <DecisionLink decision={decision} context={context} />
      ))}
      {more > 0 && <li class="chain-more">and {counted(more, 'more decision')}</li>}
    </>
  )
}

export function Chain({ chain, context }: { chain: ChainOf; context: ChainContext }): VNode {
  const { requirement, decisions, unserved } = chain
  return (
    <li class="chain">
      <Requirement requirement={requirement} />
      <ul>
        <li class={`chain-link direct ${requirement.verdict}`}>
          <p class="chain-way">
            <span>the requirement itself</span>
          </p>
          <div class="chain-end">
            <span class="unseen">The evidence of the requirement: </span>
            <VerdictBadge verdict={requirement.verdict} />
            <p class="meaning">{requirementMeaning(requirement)}</p>
            <FindingLinks findings={found(context, requirement.findings)} />
          </div>
        </li>
        <DecisionLinks decisions={decisions} context={context} />
        {unserved && (
          <li class="chain-link hole">
            <div class="chain-node hole">
              <Hole>no decision serves this requirement.</Hole>
            </div>
          </li>
        )}
      </ul>
    </li>
  )
}

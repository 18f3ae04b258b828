/**
 * The charter beside the evidence as a section of the terminal's page: verdicts first, then what is missing in either direction.
 * It is a summary: findings say what was measured, so here they are only counted.
 */
import type { CharterReport, Report } from '../../../model/report.js'
import { pad } from '../../../lib/text.js'
import { nameText, placeText } from '../../place-text.js'
import { countText } from '../../quantity-text.js'
import {
  charterOf,
  decisionCounts,
  decisionFacts,
  decisionVerdicts,
  endText,
  groundlessText,
  holeCount,
  listText,
  proseText,
  requirementCounts,
  requirementVerdicts,
  targetsText,
} from '../../traceability/charter-text.js'
import type { RequirementVerdict } from '../../traceability/charter-text.js'
import { charterView } from '../../traceability/charter-view.js'
import type { Chain, CharterView } from '../../traceability/charter-view.js'
import type { Page, Style } from './page.js'

const mostChains = 20
const mostDecisions = 8
const mostHoles = 12
const mostComponents = 6
const mostRemarks = 10
/** Names are for recognising here; the other formats have more room. */
const nameColumns = 60

const requirementStyles: Record<RequirementVerdict, Style> = {
  met: 'green',
  missed: ['bold', 'red'],
  unproven: 'yellow',
  unmeasurable: 'yellow',
  'not-in-force': 'dim',
}

export function printTraceability(page: Page, charter: CharterReport, report: Report): void {
  const view = charterView(charter, report)
  page.heading('Charter')
  page.text(charterOf(charter))
  page.text(requirementCounts(charter))
  page.text(decisionCounts(charter))
  page.line()
  for (const chain of view.chains.slice(0, mostChains)) printChain(page, chain)
  printMore(page, view.chains.length - mostChains, 'requirement')
  printHoles(page, view)
  if (view.notInForce.length > 0) {
    page.line()
    page.text('Decisions not in force', 0, 'bold')
    const ended = view.notInForce.map((decision) => `${nameText(decision.id, nameColumns)} (${endText(decision)})`)
    page.text(listText(ended, mostHoles), 2)
  }
  const { remarks } = charter
  if (remarks.length === 0) return
  page.line()
  page.text('Read, but of no use', 0, 'bold')
  for (const { origin, message } of remarks.slice(0, mostRemarks)) {
    page.text(`${nameText(origin, nameColumns)}: ${proseText(message)}`, 2)
  }
  printMore(page, remarks.length - mostRemarks, 'remark')
}

function printChain(page: Page, { requirement, decisions, unserved }: Chain): void {
  const word = pad(requirementVerdicts[requirement.verdict], 14)
  const scope = requirement.scope === '' ? '' : `  ${nameText(requirement.scope, nameColumns)}`
  page.row(
    `  ${page.paint(requirementStyles[requirement.verdict], word)}`,
    16,
    `${nameText(requirement.id, nameColumns)}${scope}`,
  )
  const targets = targetsText(requirement)
  if (targets !== '') page.text(targets, 16)
  const served = decisions.map((decision) => `${nameText(decision.id, nameColumns)} (${decisionFacts(decision)})`)
  if (served.length > 0) page.text(`served by ${listText(served, mostDecisions)}`, 16)
  else if (unserved) page.text('no decision serves it', 16, 'yellow')
  if (requirement.findings.length > 0) page.text(countText(requirement.findings.length, 'finding'), 16, 'dim')
}

function printHoles(page: Page, view: CharterView): void {
  if (holeCount(view) === 0) return
  page.line()
  page.text('Holes', 0, 'bold')
  printHole(
    page,
    'No decision serves',
    view.unserved.map(({ id }) => nameText(id, nameColumns)),
  )
  printHole(
    page,
    'Decided without a requirement',
    view.groundless.map(
      (decision) =>
        `${nameText(decision.id, nameColumns)} (${groundlessText(decision)}; ${decisionVerdicts[decision.verdict]})`,
    ),
  )
  printHole(
    page,
    'No such requirement',
    view.unknown.map(({ name, decision }) => `${nameText(name, nameColumns)} (named by ${nameText(decision, 40)})`),
  )
  if (view.undeclaredCount === 0) return
  page.text(`Runs, but nobody decided: ${countText(view.undeclaredCount, 'component')}`, 2)
  const shown = view.undeclared.slice(0, mostComponents)
  for (const { finding } of shown) page.text(placeText(finding.where, nameColumns), 4)
  printMore(page, view.undeclaredCount - shown.length, 'component', 4)
}

function printHole(page: Page, title: string, items: readonly string[]): void {
  if (items.length > 0) page.text(`${title}: ${listText(items, mostHoles)}`, 2)
}

function printMore(page: Page, more: number, one: string, indent = 2): void {
  if (more > 0) page.text(`and ${countText(more, `more ${one}`)}`, indent, 'dim')
}

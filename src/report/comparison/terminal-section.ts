/** The comparison as a section of the terminal's page: lost evidence first, since it looks like good news everywhere else. */
import { findingStates } from '../../model/comparison.js'
import type { ComparedFinding, Comparison, FindingState } from '../../model/comparison.js'
import type { Page, Style } from '../reporters/terminal/page.js'
import { nameText, placeText } from '../place-text.js'
import {
  baselineText,
  comparisonCounts,
  lossText,
  mostListed,
  sentence,
  severityText,
  stateTitles,
} from './comparison-text.js'

const styles: Record<FindingState, Style> = {
  new: ['bold', 'red'],
  worse: ['bold', 'red'],
  'no-longer-evaluable': ['bold', 'yellow'],
  known: 'bold',
  fixed: ['bold', 'green'],
}

export function printComparison(page: Page, comparison: Comparison): void {
  page.heading('Since the baseline')
  page.text(`${comparisonCounts(comparison)}; compared with ${baselineText(comparison)}`)
  const loss = lossText(comparison)
  if (loss !== '') page.text(loss, 0, ['bold', 'yellow'])
  for (const state of findingStates) {
    if (state === 'known') continue
    const findings = comparison.findings.filter((finding) => finding.state === state)
    if (findings.length === 0) continue
    page.line()
    page.text(stateTitles[state], 0, styles[state])
    for (const finding of findings.slice(0, mostListed)) printFinding(page, finding)
    if (findings.length > mostListed) page.text(`and ${findings.length - mostListed} more`, 2, 'dim')
  }
  const { lostAudits } = comparison
  if (lostAudits.length === 0) return
  page.line()
  page.text('Audits that gave a verdict in the baseline and give none now', 0, ['bold', 'yellow'])
  for (const audit of lostAudits.slice(0, mostListed)) {
    page.text(`${nameText(audit.id, 60)}: ${audit.before} before, ${audit.after} now`, 2)
    page.text(sentence(audit.reason), 4)
  }
  if (lostAudits.length > mostListed) page.text(`and ${lostAudits.length - mostListed} more`, 2, 'dim')
}

function printFinding(page: Page, finding: ComparedFinding): void {
  page.text(`${severityText(finding)}[${nameText(finding.audit, 60)}]: ${placeText(finding.where)}`, 2)
  page.text(sentence(finding.message), 4)
  if (finding.reason !== '') page.text(sentence(finding.reason), 4, 'yellow')
}

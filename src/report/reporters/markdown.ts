/**
 * The report as a comment on a pull request: short on top, the rest folded. A comment has at most 65,536 characters,
 * so the number and the length of what is shown are bounded, and what is left out is counted.
 */
import type { Severity } from '../../model/finding.js'
import type { AuditReport, FamilyReport, Report, Reporter } from '../../model/report.js'
import { cachesMarkdown } from '../caches/markdown-section.js'
import { comparisonMarkdown } from '../comparison/markdown-section.js'
import { placeText } from '../place-text.js'
import { countText, durationText, numberText, quantityText, shareText } from '../quantity-text.js'
import { rankedFindings } from '../ranking.js'
import type { RankedFinding } from '../ranking.js'
import { sampleText } from '../selection-text.js'
import { traceabilityMarkdown } from '../traceability/markdown-section.js'
import { coverageText, findingsText } from '../verdict-text.js'
import { waivedText } from '../waived-text.js'
import { markdownBlock, markdownCode, markdownProse, markdownText } from './markdown/escape.js'

const mostRows = 30
const mostDetails = 12
const mostReasons = 40

const signs: Record<Severity, string> = { critical: '🔴 critical', warning: '🟠 warning', note: '🔵 note' }

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function folded(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`
}

function familyRow(family: FamilyReport): string[] {
  const { outcomes, score } = family
  const judged = score === null ? '–' : String(Math.floor(score * 100))
  return [
    markdownText(family.title),
    judged,
    String(outcomes.fail),
    String(outcomes.pass),
    String(outcomes['not-evaluable']),
    String(outcomes['not-applicable']),
    String(outcomes.error),
    String(family.notYetLooked.length),
  ]
}

function findingRow({ audit, finding }: RankedFinding): string[] {
  return [
    finding.waived === undefined ? signs[finding.severity] : `${signs[finding.severity]}, waived`,
    markdownCode(audit.id),
    markdownCode(placeText(finding.where, 60), 200),
    markdownText(quantityText(finding.measured)),
    markdownText(quantityText(finding.limit)),
    finding.cost === undefined ? '' : markdownText(quantityText(finding.cost)),
    finding.share === undefined ? '' : markdownText(shareText(finding.share)),
  ]
}

function findingDetails({ audit, finding }: RankedFinding): string {
  const { traceIds, samples } = finding.proof
  const proof = [countText(samples, 'observation'), ...traceIds.slice(0, 3).map((id) => markdownCode(id, 60))].join(
    ', ',
  )
  return folded(
    `${signs[finding.severity]} <b>${markdownText(audit.id)}</b> ${markdownCode(placeText(finding.where, 60), 160)}`,
    [
      ...(finding.waived === undefined ? [] : [`**${markdownText(waivedText(finding), 400)}**`]),
      markdownText(finding.message, 600),
      `**Proof.** ${proof}`,
      `**Fix.** ${markdownProse(audit.fix, 800)}`,
      ...(finding.prescription === undefined
        ? []
        : [`**${markdownText(finding.prescription.title, 200)}**`, markdownBlock(finding.prescription.text, 1_200)]),
      `**Verify.** ${markdownProse(audit.verify, 400)}`,
      `More: ${markdownCode(`faultline explain ${audit.id}`)}`,
    ].join('\n\n'),
  )
}

function reasons(audits: AuditReport[]): string {
  const lines = audits
    .slice(0, mostReasons)
    .map((audit) => `- ${markdownCode(audit.id)}: ${markdownText(audit.reason ?? 'no reason was given', 400)}`)
  const more = audits.length - mostReasons
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')
}

function unjudged(report: Report): string[] {
  const of = (outcome: AuditReport['outcome']) => report.audits.filter((audit) => audit.outcome === outcome)
  const [broken, thin] = [of('error'), of('not-evaluable')]
  const notYet = report.families.filter((family) => family.notYetLooked.length > 0)
  const losses = report.evidence.flatMap(({ source, losses }) =>
    losses.map(
      (loss) =>
        `- ${markdownCode(source, 80)}: ${markdownCode(loss.id)} × ${numberText(loss.count)}: ${markdownText(loss.advice, 300)}`,
    ),
  )
  return [
    broken.length > 0 ? folded(`${countText(broken.length, 'audit')} broke`, reasons(broken)) : '',
    thin.length > 0 ? folded(`${countText(thin.length, 'audit')} could not be evaluated`, reasons(thin)) : '',
    losses.length > 0
      ? folded(`${countText(losses.length, 'loss', 'losses')} of evidence`, losses.slice(0, mostReasons).join('\n'))
      : '',
    notYet.length > 0
      ? folded(
          'Not yet looked at: neither passed nor failed',
          notYet
            .map(
              (family) =>
                `- ${markdownText(family.title)}: ${family.notYetLooked.map((id) => markdownCode(id)).join(', ')}`,
            )
            .join('\n'),
        )
      : '',
  ].filter((part) => part !== '')
}

function systemLine(report: Report): string {
  const { system } = report
  const sample = sampleText(report)
  const parts = [
    countText(system.services.length, 'service'),
    countText(system.stores.length, 'store'),
    countText(system.destinations.length, 'destination'),
    countText(system.traces, 'trace'),
    countText(system.spans, 'span'),
    `${durationText(system.window.seconds * 1_000)} of traffic`,
    ...(sample === '' ? [] : [sample]),
  ]
  return parts.join(' · ')
}

export const markdownReporter: Reporter = {
  id: 'markdown',
  extension: 'md',
  render(report: Report) {
    const ranked = rankedFindings(report)
    const left = ranked.length - mostRows
    const families = table(
      ['Family', 'Score', 'Failed', 'Passed', 'Not evaluable', 'Not applicable', 'Broke', 'Not yet looked at'],
      report.families.map(familyRow),
    )
    const sections = [
      `## Faultline: ${findingsText(report)}`,
      `${systemLine(report)}\n\n${coverageText(report)}.`,
      ...(report.comparison === undefined ? [] : comparisonMarkdown(report.comparison)),
      families,
      ...(ranked.length > 0
        ? [
            '### Findings',
            table(
              ['', 'Audit', 'Where', 'Measured', 'Limit', 'Cost', 'Requests touched'],
              ranked.slice(0, mostRows).map(findingRow),
            ),
          ]
        : []),
      ...(left > 0 ? [`and ${countText(left, 'finding')} that cost less`] : []),
      ...(report.caches === undefined ? [] : cachesMarkdown(report.caches)),
      ...(report.charter === undefined ? [] : traceabilityMarkdown(report.charter, report)),
      ...ranked.slice(0, mostDetails).map(findingDetails),
      ...unjudged(report),
      `<sub>Faultline ${markdownText(report.tool.version)}</sub>`,
    ]
    return `${sections.join('\n\n')}\n`
  },
}

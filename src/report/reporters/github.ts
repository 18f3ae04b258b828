/**
 * Workflow commands for GitHub Actions: one annotation a finding. A raw line break or `::` in a name would start a command
 * of its own, hence the escaping; annotations have no file, for a fault of an architecture lies between files. Waived findings are counted only.
 */
import { truncate, visible } from '../../lib/text.js'
import type { Severity } from '../../model/finding.js'
import type { Report, Reporter } from '../../model/report.js'
import { placeText } from '../place-text.js'
import { quantityText, shareText } from '../quantity-text.js'
import { rankedFindings } from '../ranking.js'
import type { RankedFinding } from '../ranking.js'
import { comparisonCounts, lossText } from '../comparison/comparison-text.js'
import { coverageText, findingsText } from '../verdict-text.js'

const commands: Record<Severity, string> = { critical: 'error', warning: 'warning', note: 'notice' }

function escapeMessage(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}

function escapeTitle(text: string): string {
  return escapeMessage(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
}

/** `lines` are joined by line breaks; each is made visible first, so that names bring none of their own. */
function command(name: string, title: string, lines: readonly string[]): string {
  const message = lines.map((line) => truncate(visible(line), 1_000)).join('\n')
  return `::${name} title=${escapeTitle(truncate(visible(title), 200))}::${escapeMessage(message)}`
}

function annotation({ audit, finding }: RankedFinding): string {
  const share = finding.share === undefined ? '' : `, touches ${shareText(finding.share)} of requests`
  const cost = finding.cost === undefined ? '' : `, costs ${quantityText(finding.cost)}`
  const [traceId] = finding.proof.traceIds
  return command(commands[finding.severity], `${audit.id}: ${placeText(finding.where, 80)}`, [
    finding.message,
    `Measured ${quantityText(finding.measured)}, limit ${quantityText(finding.limit)}${cost}${share}.`,
    ...(traceId === undefined ? [] : [`Proof: trace ${traceId}`]),
    `Fix: ${audit.fix}`,
    `More: faultline explain ${audit.id}`,
  ])
}

export const githubReporter: Reporter = {
  id: 'github',
  extension: 'github',
  render(report: Report) {
    const broken = report.audits.filter((audit) => audit.outcome === 'error')
    const unjudged = report.audits.filter((audit) => audit.outcome === 'not-evaluable')
    const lines = rankedFindings(report)
      .filter(({ finding }) => finding.waived === undefined)
      .map(annotation)
    for (const audit of broken) {
      lines.push(command('error', `${audit.id}: the audit broke`, [audit.reason ?? 'no reason was given']))
    }
    if (unjudged.length > 0) {
      lines.push(
        command(
          'notice',
          'Faultline: what could not be evaluated',
          unjudged.map((audit) => `${audit.id}: ${audit.reason ?? 'no reason was given'}`),
        ),
      )
    }
    const loss = report.comparison === undefined ? '' : lossText(report.comparison)
    if (loss !== '') lines.push(command('warning', 'Faultline: evidence was lost', [loss]))
    if (report.comparison !== undefined) lines.push(`Since the baseline: ${comparisonCounts(report.comparison)}.`)
    lines.push(`Faultline: ${findingsText(report)}. ${coverageText(report)}.`)
    return `${lines.join('\n')}\n`
  },
}

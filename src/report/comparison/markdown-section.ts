/** The comparison as Markdown, for a pull request: what it brings in first, what it mends last, known findings as a number. */
import { findingStates } from '../../model/comparison.js'
import type { ComparedFinding, Comparison } from '../../model/comparison.js'
import { markdownCode, markdownText } from '../reporters/markdown/escape.js'
import { placeText } from '../place-text.js'
import { baselineText, comparisonCounts, lossText, mostListed, severityText, stateTitles } from './comparison-text.js'

/** Parts of the section, to be joined by blank lines. */
export function comparisonMarkdown(comparison: Comparison): string[] {
  const loss = lossText(comparison)
  const lists = findingStates.flatMap((state) => {
    const findings = comparison.findings.filter((finding) => finding.state === state)
    return state === 'known' || findings.length === 0
      ? []
      : [`**${stateTitles[state]}**`, listed(findings.map(findingLine))]
  })
  const { lostAudits } = comparison
  return [
    '### Since the baseline',
    `${comparisonCounts(comparison)}; compared with ${markdownText(baselineText(comparison), 300)}`,
    ...(loss === '' ? [] : [`⚠️ **${loss}**`]),
    ...lists,
    ...(lostAudits.length === 0
      ? []
      : [
          '**Audits that gave a verdict in the baseline and give none now**',
          listed(
            lostAudits.map(
              ({ id, before, after, reason }) =>
                `- ${markdownCode(id, 60)}: ${before} before, ${after} now: ${markdownText(reason, 300)}`,
            ),
          ),
        ]),
  ]
}

function findingLine(finding: ComparedFinding): string {
  const reason = finding.reason === '' ? '' : ` (${markdownText(finding.reason, 300)})`
  return `- ${severityText(finding)} ${markdownCode(finding.audit, 60)} ${markdownCode(placeText(finding.where, 60), 160)}: ${markdownText(finding.message, 300)}${reason}`
}

function listed(lines: readonly string[]): string {
  const more = lines.length - mostListed
  return [...lines.slice(0, mostListed), ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')
}

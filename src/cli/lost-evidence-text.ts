/** What standard error says when evidence of the baseline is gone: never only in the report, and never without what it does to the gate. */
import type { Comparison } from '../model/comparison.js'
import { lossText, severityText } from '../report/comparison/comparison-text.js'
import { nameText, placeText } from '../report/place-text.js'
import { countText } from '../report/quantity-text.js'
import { failing } from './gate.js'
import type { Gate, GateOptions } from './gate.js'

/** The report lists them all. */
const mostLines = 5

/** Blank when nothing was lost. */
export function lostEvidenceText(comparison: Comparison, gate: Gate, options: GateOptions): string {
  const loss = lossText(comparison)
  if (loss === '') return ''
  const lost = comparison.findings.filter((finding) => finding.state === 'no-longer-evaluable')
  const lines = lost
    .slice(0, mostLines)
    .map(
      (finding) =>
        `  ${severityText(finding)}[${nameText(finding.audit, 60)}] ${placeText(finding.where, 80)}: ${nameText(finding.reason, 200)}`,
    )
  if (lost.length > mostLines) lines.push(`  and ${lost.length - mostLines} more; see the report`)
  const audits = comparison.lostAudits.map((audit) => nameText(audit.id, 60))
  if (audits.length > 0) {
    const more = audits.length - mostLines
    lines.push(`  no verdict any more: ${audits.slice(0, mostLines).join(', ')}${more > 0 ? ` and ${more} more` : ''}`)
  }
  const fails = failing(comparison, gate, options).filter((finding) => finding.state === 'no-longer-evaluable').length
  if (fails > 0) {
    lines.push(
      `  The gate fails for ${countText(fails, 'finding')} that can no longer be judged. Bring the evidence back,`,
      '  write a new baseline if the part is gone for good, or pass --allow-lost-evidence.',
    )
  }
  return `faultline: ${loss}\n${lines.join('\n')}\n`
}

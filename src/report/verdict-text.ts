/**
 * The report in one or two sentences: what was found, and how much was not judged.
 * "Nothing found" is never said without saying how much was looked at.
 */
import type { Outcome } from '../model/audit.js'
import type { Report } from '../model/report.js'
import { countText } from './quantity-text.js'
import { severityCounts, waivedCount } from './ranking.js'

export function outcomeCounts(report: Report): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { pass: 0, fail: 0, 'not-evaluable': 0, 'not-applicable': 0, error: 0 }
  for (const audit of report.audits) counts[audit.outcome] += 1
  return counts
}

/** `2 critical, 1 warning, 3 notes, 1 waived` without the zeros; `nothing found` only where something was judged. */
export function findingsText(report: Report): string {
  const { critical, warning, note } = severityCounts(report)
  const waived = waivedCount(report)
  const parts = [
    critical > 0 ? `${critical} critical` : '',
    warning > 0 ? countText(warning, 'warning') : '',
    note > 0 ? countText(note, 'note') : '',
    waived > 0 ? `${waived} waived` : '',
  ].filter((part) => part !== '')
  if (parts.length > 0) return parts.join(', ')
  const { pass, fail } = outcomeCounts(report)
  return pass + fail > 0 ? 'nothing found' : 'nothing could be judged'
}

/** `28 audits: 12 passed, 9 failed, 5 could not be evaluated, 2 do not apply; 50 are not yet looked at`. */
export function coverageText(report: Report): string {
  const counts = outcomeCounts(report)
  const notYet = report.families.reduce((sum, family) => sum + family.notYetLooked.length, 0)
  const parts = [
    `${counts.pass} passed`,
    `${counts.fail} failed`,
    counts['not-evaluable'] > 0 ? `${counts['not-evaluable']} could not be evaluated` : '',
    counts['not-applicable'] > 0
      ? `${counts['not-applicable']} ${counts['not-applicable'] === 1 ? 'does' : 'do'} not apply`
      : '',
    counts.error > 0 ? `${counts.error} broke` : '',
  ].filter((part) => part !== '')
  const rest = notYet > 0 ? `; ${notYet} of the catalogue not yet looked at` : ''
  return `${countText(report.audits.length, 'audit')}: ${parts.join(', ')}${rest}`
}

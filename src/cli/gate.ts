/** Whether the findings of a report may pass, as `--fail-on` says. An audit that broke is not a pass. */
import { severities } from '../model/finding.js'
import type { Severity } from '../model/finding.js'
import type { Report } from '../model/report.js'
import { exitCodes } from './exit.js'
import type { ExitCode } from './exit.js'

export const gates = ['critical', 'warning', 'note', 'never'] as const
export type Gate = (typeof gates)[number]

/** A failed gate is told before a broken audit: the findings are real either way. */
export function exitCodeOf(report: Report, gate: Gate): ExitCode {
  const counted: readonly Severity[] = gate === 'never' ? [] : severities.slice(0, severities.indexOf(gate) + 1)
  const failed = report.audits.some((audit) =>
    audit.findings.some((finding) => finding.waived === undefined && counted.includes(finding.severity)),
  )
  if (failed) return exitCodes.failed
  return report.audits.some((audit) => audit.outcome === 'error') ? exitCodes.broken : exitCodes.passed
}

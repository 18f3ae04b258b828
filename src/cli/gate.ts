/**
 * Whether a report may pass, as `--fail-on` says. With a baseline only what is new counts, and what can no longer be judged:
 * a finding whose evidence is gone is not a pass, nor is an audit that broke.
 */
import type { ComparedFinding, Comparison } from '../model/comparison.js'
import { severities } from '../model/finding.js'
import type { Severity } from '../model/finding.js'
import type { Report } from '../model/report.js'
import { exitCodes } from './exit.js'
import type { ExitCode } from './exit.js'

export const gates = ['critical', 'warning', 'note', 'never'] as const
export type Gate = (typeof gates)[number]

export interface GateOptions {
  /** Findings whose evidence is gone do not fail the gate. */
  allowLostEvidence?: boolean
}

/** A failed gate is told before a broken audit: the findings are real either way. */
export function exitCodeOf(report: Report, gate: Gate, options: GateOptions = {}): ExitCode {
  const counted = countedBy(gate)
  const failed =
    report.comparison === undefined
      ? report.audits.some((audit) =>
          audit.findings.some((finding) => finding.waived === undefined && counted.includes(finding.severity)),
        )
      : failing(report.comparison, gate, options).length > 0
  if (failed) return exitCodes.failed
  return report.audits.some((audit) => audit.outcome === 'error') ? exitCodes.broken : exitCodes.passed
}

/** The compared findings for which the gate fails. */
export function failing(comparison: Comparison, gate: Gate, options: GateOptions = {}): ComparedFinding[] {
  const counted = countedBy(gate)
  const states: readonly ComparedFinding['state'][] = [
    'new',
    'worse',
    ...(options.allowLostEvidence === true ? [] : (['no-longer-evaluable'] as const)),
  ]
  return comparison.findings.filter(
    ({ state, severity, waived }) => !waived && states.includes(state) && counted.includes(severity),
  )
}

function countedBy(gate: Gate): readonly Severity[] {
  return gate === 'never' ? [] : severities.slice(0, severities.indexOf(gate) + 1)
}

/**
 * What of a charter binds anybody today. A provisional decision does, until its day has come; a proposed requirement does not:
 * it was measured or suggested, and nobody agreed to it yet.
 */
import type { DecisionRow, RequirementRow } from '../../model/charter.js'

export function decisionsInForce(rows: readonly DecisionRow[]): DecisionRow[] {
  return rows.filter(({ status }) => status === 'accepted' || status === 'provisional')
}

/** One row for each target, as in the charter. */
export function requirementsInForce(rows: readonly RequirementRow[]): RequirementRow[] {
  return rows.filter(({ status }) => status === 'accepted')
}

/**
 * The comparison with a baseline in SARIF's words (§3.27.24). A result that is absent because its evidence is gone is kept:
 * code scanning closes what is not in the log, and nobody has mended it. Fixed findings are left out for the same reason:
 * code scanning does not read `baselineState`, and would keep them open.
 */
import type { Location, Notification, Result } from 'sarif'
import type { FindingState } from '../../../model/comparison.js'
import type { Report } from '../../../model/report.js'
import { nameText, placeText } from '../../place-text.js'
import { logicalLocations } from './locations.js'
import { messageText } from './message-text.js'

const states: Readonly<Record<FindingState, NonNullable<Result['baselineState']>>> = {
  new: 'new',
  worse: 'updated',
  known: 'unchanged',
  'no-longer-evaluable': 'absent',
  fixed: 'absent',
}

/** Fingerprint → state; empty without a baseline. */
export function baselineStates(report: Report): Map<string, NonNullable<Result['baselineState']>> {
  return new Map(
    (report.comparison?.findings ?? []).map(({ fingerprint, state, severityBefore }) => [
      fingerprint,
      state === 'known' && severityBefore !== undefined ? 'updated' : states[state],
    ]),
  )
}

/** Findings whose evidence is gone: neither failed nor passed, hence `open`. */
export function absentResults(
  report: Report,
  ruleIndexes: ReadonlyMap<string, number>,
  physical: Location['physicalLocation'],
): Result[] {
  const lost = (report.comparison?.findings ?? []).filter((finding) => finding.state === 'no-longer-evaluable')
  return lost.map((finding) => {
    const ruleIndex = ruleIndexes.get(finding.audit)
    return {
      ruleId: finding.audit,
      ...(ruleIndex === undefined ? {} : { ruleIndex }),
      level: 'none',
      kind: 'open',
      baselineState: 'absent',
      message: {
        text: messageText(
          `Not fixed, but no longer evaluable (${nameText(finding.reason, 400)}): ${nameText(finding.message, 1_500)}`,
        ),
      },
      locations: [
        {
          ...(physical === undefined ? {} : { physicalLocation: physical }),
          logicalLocations: logicalLocations(finding.where),
          message: { text: messageText(placeText(finding.where)) },
        },
      ],
      partialFingerprints: { 'faultline/v1': finding.fingerprint },
      properties: { severity: finding.severity },
    }
  })
}

export function lostNotifications(report: Report, ruleIndexes: ReadonlyMap<string, number>): Notification[] {
  return (report.comparison?.lostAudits ?? []).map(({ id, before, after, reason }) => {
    const index = ruleIndexes.get(id)
    return {
      level: 'warning',
      message: {
        text: messageText(
          `${nameText(id, 60)} gave a verdict in the baseline (${before}) and gives none now (${after}): ${nameText(reason, 400)}`,
        ),
      },
      ...(index === undefined ? {} : { associatedRule: { id, index } }),
    }
  })
}

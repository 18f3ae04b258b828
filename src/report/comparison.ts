/**
 * Compares a report with an earlier one, finding by finding, by their fingerprints.
 * A gone finding counts as fixed only if its audit still gives a verdict and its place is still in the evidence.
 */
import { findingStates } from '../model/comparison.js'
import type { ComparedFinding, Comparison, LostAudit } from '../model/comparison.js'
import { severities } from '../model/finding.js'
import type { Severity } from '../model/finding.js'
import type { ComparableAudit, ComparableFinding, ComparableReport } from './comparison/comparable.js'
import { lostEvidence } from './comparison/lost-evidence.js'

interface Entry {
  audit: ComparableAudit
  finding: ComparableFinding
}

/** `source` is the name of the baseline's file, as the user wrote it. */
export function compareReports(before: ComparableReport, after: ComparableReport, source: string): Comparison {
  const [known, present] = [entriesOf(before), entriesOf(after)]
  const auditsBefore = new Map(before.audits.map((audit) => [audit.id, audit]))
  const findings = [
    ...[...present].map(([fingerprint, entry]) => seen(entry, known.get(fingerprint), auditsBefore)),
    ...[...known].flatMap(([fingerprint, entry]) => (present.has(fingerprint) ? [] : [gone(entry, before, after)])),
  ]
  return {
    baseline: {
      source,
      version: before.tool.version,
      window: { start: before.system.window.start, end: before.system.window.end },
      spans: before.system.spans,
    },
    findings: findings.sort(order),
    lostAudits: lostAudits(before, after),
  }
}

/** One entry a fingerprint: the worst, where a place has several. */
function entriesOf(report: ComparableReport): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const audit of report.audits) {
    for (const finding of audit.findings) {
      const other = entries.get(finding.fingerprint)
      if (other === undefined || rank(finding.severity) < rank(other.finding.severity)) {
        entries.set(finding.fingerprint, { audit, finding })
      }
    }
  }
  return entries
}

function rank(severity: Severity): number {
  return severities.indexOf(severity)
}

function seen(
  entry: Entry,
  known: Entry | undefined,
  auditsBefore: ReadonlyMap<string, ComparableAudit>,
): ComparedFinding {
  const { severity } = entry.finding
  if (known === undefined) {
    const audit = auditsBefore.get(entry.audit.id)
    const reason =
      audit === undefined
        ? 'the baseline was not looked at by this audit'
        : judged(audit)
          ? ''
          : 'this audit gave no verdict in the baseline'
    return compared('new', entry, reason)
  }
  // What the baseline only held because it was waived has never been accepted without the waiver.
  if (known.finding.waived !== undefined && entry.finding.waived === undefined) {
    return compared('new', entry, 'it was waived in the baseline, and is no longer')
  }
  if (severity === known.finding.severity) return compared('known', entry, '')
  const state = rank(severity) < rank(known.finding.severity) ? 'worse' : 'known'
  return { ...compared(state, entry, ''), severityBefore: known.finding.severity }
}

function gone(entry: Entry, before: ComparableReport, after: ComparableReport): ComparedFinding {
  const reason = lostEvidence(entry.audit, entry.finding, before, after)
  return reason === undefined ? compared('fixed', entry, '') : compared('no-longer-evaluable', entry, reason)
}

function compared(state: ComparedFinding['state'], { audit, finding }: Entry, reason: string): ComparedFinding {
  const { fingerprint, severity, message, where, waived } = finding
  return { state, audit: audit.id, fingerprint, severity, message, where, waived: waived !== undefined, reason }
}

function judged(audit: ComparableAudit): boolean {
  return audit.outcome === 'pass' || audit.outcome === 'fail'
}

function lostAudits(before: ComparableReport, after: ComparableReport): LostAudit[] {
  const now = new Map(after.audits.map((audit) => [audit.id, audit]))
  return before.audits
    .filter(judged)
    .flatMap((audit): LostAudit[] => {
      const newer = now.get(audit.id)
      if (newer === undefined) {
        return [{ id: audit.id, before: audit.outcome, after: 'absent', reason: 'the newer report has no such audit' }]
      }
      const reason = newer.reason ?? 'no reason was given'
      return judged(newer) ? [] : [{ id: audit.id, before: audit.outcome, after: newer.outcome, reason }]
    })
    .sort((a, b) => compareText(a.id, b.id))
}

function order(a: ComparedFinding, b: ComparedFinding): number {
  return (
    findingStates.indexOf(a.state) - findingStates.indexOf(b.state) ||
    rank(a.severity) - rank(b.severity) ||
    compareText(a.audit, b.audit) ||
    compareText(a.fingerprint, b.fingerprint)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * What a sample of traces can tell, and what it cannot. Traces are taken whole, by the hash of their id, so shares, durations and
 * everything within one request keep their meaning. What is easily got wrong: a sample thins time. Rates fall by its factor, pauses
 * between requests grow, and what is rare is missing, so whatever rests on these has no verdict.
 */
import type { AuditReport } from '../model/report.js'
import type { RelationName } from '../survey/survey.js'

/** Relations that count per second, or follow one request to the next: under a sample they have no rows, as if nothing had been recorded. */
export const untoldBySample: readonly RelationName[] = ['requestLoad', 'polls', 'failingSpells']

/** Audits that have no verdict from a sample, and why. */
export const unjudgedBySample: Readonly<Record<string, string>> = {
  'over-built': 'the busiest ten seconds of a system are not those of a sample',
  'database-as-queue': 'a sample stretches the pauses between one question and the next',
  'missing-circuit-breaker': 'calls that fail one after another do not stand together in a sample',
  'phantom-component': 'what is rare may run and be in no trace of the sample',
}

/** The report of an audit that saw one trace in `sample`. */
export function asSampled(report: AuditReport, sample: number): AuditReport {
  if (sample === 1) return report
  const why = unjudgedBySample[report.id]
  if (
    why !== undefined &&
    (report.outcome === 'pass' || report.outcome === 'fail' || report.outcome === 'not-evaluable')
  ) {
    const { floor: _, ...rest } = report
    return {
      ...rest,
      outcome: 'not-evaluable',
      reason: `Only one trace in ${sample} was looked at, and ${why}. Audit a shorter window without --sample.`,
      findings: [],
    }
  }
  // A cost per second is that of the sample; the system pays it for all of its traces.
  const findings = report.findings.map((finding) =>
    finding.cost && finding.cost.unit.endsWith('/s')
      ? { ...finding, cost: { ...finding.cost, value: finding.cost.value * sample } }
      : finding,
  )
  return { ...report, findings }
}

/**
 * What a sample of traces can tell, and what it cannot. Traces are taken whole, by the hash of their id, so shares, durations and
 * everything within one request keep their meaning. What is easily got wrong: a sample thins time. Rates fall by its factor, pauses
 * between requests grow, and what is rare is missing, so whatever rests on these has no verdict.
 */
import type { AnyAudit } from '../model/audit.js'
import type { AuditReport } from '../model/report.js'
import type { RelationName } from '../survey/survey.js'

const apart = 'a message and what becomes of it may lie in two traces, seldom both of a sample'
const together = 'what happens at the same time, or one after another, does not stand together in a sample'

/**
 * Relations that count per second, or follow one request to the next, and why a sample cannot fill them: they have no rows then, as if nothing
 * had been recorded. An audit that needs one has no verdict; one that also reads a charter does without.
 */
export const untoldBySample: ReadonlyMap<RelationName, string> = new Map([
  ['requestLoad', 'the busiest ten seconds of a system are not those of a sample'],
  ['polls', 'a sample stretches the pauses between one question and the next'],
  ['failingSpells', together],
  ['cacheBursts', together],
  ['cacheInvalidations', 'a write and the read after it are two requests, seldom both of a sample'],
  ['published', apart],
  ['repeatedMessages', apart],
  ['orderings', apart],
  ['lags', apart],
  ['eventFlows', apart],
])

/** Audits whose relations a sample can fill, but not so that they could judge by them. */
const unjudgedBySample: Readonly<Record<string, string>> = {
  'over-built': 'the busiest ten seconds of a system are not those of a sample',
  'phantom-component': 'what is rare may run and be in no trace of the sample',
  'missing-invalidation': 'a write and the read after it are two requests, seldom both of a sample',
  'one-hit-wonders': 'a key that many requests read is read once, or not at all, in a sample',
  'synchronised-expiry': together,
}

function whyUnjudged({ id, needs }: Pick<AnyAudit, 'id' | 'needs'>): string | undefined {
  const known = unjudgedBySample[id]
  if (known !== undefined || needs.some((need) => need.startsWith('charter'))) return known
  const untold = needs.find((need) => untoldBySample.has(need as RelationName))
  return untold === undefined ? undefined : untoldBySample.get(untold as RelationName)
}

/** The report of an audit that saw one trace in `sample`. */
export function asSampled(report: AuditReport, audit: Pick<AnyAudit, 'id' | 'needs'>, sample: number): AuditReport {
  if (sample === 1) return report
  const why = whyUnjudged(audit)
  // That there is no such part is known, unless what would have shown it was left out.
  const isAbsent =
    report.outcome === 'not-applicable' && !audit.needs.some((need) => untoldBySample.has(need as RelationName))
  if (why !== undefined && report.outcome !== 'error' && !isAbsent) {
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

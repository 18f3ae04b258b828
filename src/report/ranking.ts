/**
 * Findings in the order in which they are worth mending: worst severity first, then the most costly.
 * Costs come in different units; the prices that make them comparable only order findings and are never printed.
 */
import { severities } from '../model/finding.js'
import type { Finding, Severity } from '../model/finding.js'
import type { AuditReport, Report } from '../model/report.js'

export interface RankedFinding {
  audit: AuditReport
  finding: Finding
}

/** Waiting per second of traffic, in ms/s; a call is priced as 1 ms and a megabyte as 10 ms (house figures). */
function priceOf({ cost, share }: Finding, requestsPerSecond: number): number {
  if (cost === undefined || !Number.isFinite(cost.value)) return 0
  switch (cost.unit) {
    case 'ms/s':
    case 'calls/s':
      return cost.value
    case 'bytes/s':
      return cost.value / 100_000
    case 'ms/request':
    case 'calls/request':
      return cost.value * requestsPerSecond * (share ?? 1)
    default:
      return 0
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Every finding of the report, in one total order; waived ones come last. */
export function rankedFindings(report: Report): RankedFinding[] {
  const { seconds } = report.system.window
  const traces = report.system.requests.reduce((sum, request) => sum + request.traces, 0)
  const requestsPerSecond = seconds > 0 ? traces / seconds : 0
  return report.audits
    .flatMap((audit) => audit.findings.map((finding) => ({ audit, finding })))
    .map((ranked) => ({ ranked, price: priceOf(ranked.finding, requestsPerSecond) }))
    .sort((a, b) => {
      const [left, right] = [a.ranked.finding, b.ranked.finding]
      return (
        Number(left.waived !== undefined) - Number(right.waived !== undefined) ||
        severities.indexOf(left.severity) - severities.indexOf(right.severity) ||
        b.price - a.price ||
        (right.share ?? 0) - (left.share ?? 0) ||
        compareText(a.ranked.audit.id, b.ranked.audit.id) ||
        compareText(left.fingerprint, right.fingerprint)
      )
    })
    .map(({ ranked }) => ranked)
}

/** How many findings of each severity there are, waived ones left out. */
export function severityCounts(report: Report): Record<Severity, number> {
  const counts: Record<Severity, number> = { critical: 0, warning: 0, note: 0 }
  for (const audit of report.audits)
    for (const finding of audit.findings) if (finding.waived === undefined) counts[finding.severity] += 1
  return counts
}

export function waivedCount(report: Report): number {
  return report.audits.reduce(
    (sum, { findings }) => sum + findings.filter(({ waived }) => waived !== undefined).length,
    0,
  )
}

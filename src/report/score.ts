/**
 * The score of a family: the mean over its audits that were evaluated. More or worse findings never raise it.
 * It is null when nothing could be judged, or when an audit broke: silence is not a pass.
 *
 * A failed audit is scored by its damage, the sum over its findings of
 *   severity (critical 1, warning 0.3, note 0.1)
 *   × reach (0.5 for a fault that touches no root request, up to 1 for one that touches all; 1 where the share is unknown)
 *   × excess (1 at the limit, 2 at twice the limit, at most 4).
 * A damage of 0.4 (a little more than a warning just over its limit, on every request) scores 0.5, a damage of 0.06 scores 0.9;
 * a critical fault on every request is near 0.2. The weights are house figures.
 */
import { scoreOf } from '../lib/score-curve.js'
import type { Finding, FindingDraft, Severity } from '../model/finding.js'
import type { AuditReport } from '../model/report.js'

const weights: Record<Severity, number> = { critical: 1, warning: 0.3, note: 0.1 }
const curve = { good: 0.06, median: 0.4 }
const mostExcess = 4

/** How far beyond its limit a measurement lies, 1…4, whichever side of the limit is the bad one. */
function excessOf(measured: number, limit: number): number {
  // "Any at all" has the limit 0, to which there is no ratio.
  if (!(limit > 0) || !Number.isFinite(measured)) return 1
  if (measured <= 0) return mostExcess
  return Math.min(Math.max(measured / limit, limit / measured), mostExcess)
}

/** How much one finding weighs in the score of its audit. */
export function damageOf(finding: Pick<FindingDraft, 'severity' | 'measured' | 'limit' | 'share'>): number {
  const reach = 0.5 + 0.5 * Math.min(Math.max(finding.share ?? 1, 0), 1)
  return weights[finding.severity] * reach * excessOf(finding.measured.value, finding.limit.value)
}

/** 0…1 for an audit that was evaluated, null for one that was not. */
export function auditScore(audit: { outcome: AuditReport['outcome']; findings: readonly Finding[] }): number | null {
  if (audit.outcome === 'pass') return 1
  if (audit.outcome !== 'fail') return null
  // Sorted, because the sum of floats depends on their order and the score must not.
  const damages = audit.findings.map(damageOf).sort((a, b) => a - b)
  return scoreOf(
    damages.reduce((sum, damage) => sum + damage, 0),
    curve,
  )
}

/** 0…1 to four places, or null: see the head of this file. */
export function familyScore(audits: readonly Pick<AuditReport, 'outcome' | 'findings'>[]): number | null {
  if (audits.some((audit) => audit.outcome === 'error')) return null
  const scores = audits.map(auditScore).filter((score) => score !== null)
  if (scores.length === 0) return null
  // Rounded down: 0.99996 must not be printed as a perfect score.
  return Math.floor((scores.reduce((sum, score) => sum + score, 0) / scores.length) * 10_000) / 10_000
}

/**
 * Runs one audit and makes its outcome. The only place that decides between pass, fail, not-evaluable, not-applicable and error:
 * an audit that could not look never passes.
 */
import { fingerprint } from '../lib/fingerprint.js'
import type { AnyAudit, Evidence } from '../model/audit.js'
import { severities, type Finding, type FindingDraft } from '../model/finding.js'
import type { AuditReport } from '../model/report.js'
import { liesIn, type AuditLimits } from './limits.js'

const noLimits: AuditLimits = { everywhere: {}, scopes: [] }
const mostProofs = 10
const mostMarkedSpans = 50
const mostFindings = 1_000

/** Effects rarer than this share are invisible when `samples` observations show none (rule of three, 95 %). */
export function floorOf(samples: number): number {
  return samples > 0 ? Math.min(1, 3 / samples) : 1
}

/** `rows` holds the relations that the audit needs. Never throws: a broken audit has the outcome `error`. */
export function runOneAudit(audit: AnyAudit, rows: unknown, limits: AuditLimits = noLimits): AuditReport {
  const values: Record<string, number> = {}
  for (const [id, limit] of Object.entries(audit.limits)) values[id] = limits.everywhere[id] ?? limit.default
  const words = {
    id: audit.id,
    family: audit.family,
    title: audit.title,
    failureTitle: audit.failureTitle,
    definition: audit.definition,
    why: audit.why,
    fix: audit.fix,
    verify: audit.verify,
    limits: Object.entries(audit.limits).map(([id, limit]) => ({
      id,
      value: values[id] ?? limit.default,
      default: limit.default,
      unit: limit.unit,
      source: limit.source,
    })),
    references: audit.references.map(({ title, url }) => ({ title, url })),
  }
  try {
    const evidence = audit.evidence(rows as never, values as never)
    return { ...words, ...judge(audit, rows, values, evidence, limits) }
  } catch (error) {
    const reason = `The audit itself broke: ${error instanceof Error ? error.message : String(error)}`
    return { ...words, outcome: 'error', reason, samples: 0, of: 'observations', blind: [], findings: [] }
  }
}

type Verdict = Pick<AuditReport, 'outcome' | 'reason' | 'floor' | 'samples' | 'of' | 'blind' | 'findings'>

function judge(
  audit: AnyAudit,
  rows: unknown,
  values: Record<string, number>,
  evidence: Evidence,
  { scopes }: AuditLimits,
): Verdict {
  const { samples, of } = evidence
  const blind = [...(evidence.blind ?? [])].sort()
  if (!evidence.applicable) {
    return {
      outcome: 'not-applicable',
      reason: evidence.reason ?? 'The system has no such part.',
      samples,
      of,
      blind,
      findings: [],
    }
  }
  if (!(samples >= evidence.least) || samples <= 0) {
    const reason = `Saw ${samples} ${of}, needs ${Math.max(1, evidence.least)}. ${evidence.advice}`
    return { outcome: 'not-evaluable', reason, samples, of, blind, findings: [] }
  }
  const drafts = (set: Record<string, number>) => audit.audit(rows as never, set as never)
  // Of two scopes that hold for one place, the later one holds.
  const scopeOf = ({ where }: FindingDraft) => scopes.findLastIndex((scope) => liesIn(where, scope))
  const judged = [
    ...drafts(values).filter((draft) => scopeOf(draft) < 0),
    ...scopes.flatMap((scope, index) =>
      drafts({ ...values, ...scope.values }).filter((draft) => scopeOf(draft) === index),
    ),
  ]
  const findings = rank(judged.map((draft) => finish(audit.id, draft)))
  if (findings.length > 0) return { outcome: 'fail', samples, of, blind, findings: findings.slice(0, mostFindings) }
  return { outcome: 'pass', floor: floorOf(samples), samples, of, blind, findings: [] }
}

function finish(id: string, draft: FindingDraft): Finding {
  for (const quantity of [draft.measured, draft.limit, draft.cost]) {
    if (quantity && !Number.isFinite(quantity.value)) throw new Error(`a finding has the value ${quantity.value}`)
  }
  const place = Object.entries(draft.where)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => [key, ...(Array.isArray(value) ? value : [value])])
  return {
    fingerprint: fingerprint([id, ...place]),
    ...draft,
    ...(draft.share !== undefined && { share: Math.min(1, Math.max(0, draft.share)) }),
    proof: {
      traceIds: draft.proof.traceIds.slice(0, mostProofs),
      spanIds: draft.proof.spanIds.slice(0, mostMarkedSpans),
      samples: draft.proof.samples,
    },
  }
}

/** Worst first; findings of one place are one finding (the worst of them). */
function rank(findings: Finding[]): Finding[] {
  const ordered = findings.sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      (b.cost?.value ?? 0) - (a.cost?.value ?? 0) ||
      (b.share ?? 0) - (a.share ?? 0) ||
      (a.fingerprint < b.fingerprint ? -1 : 1),
  )
  return [...new Map(ordered.toReversed().map((finding) => [finding.fingerprint, finding])).values()].toReversed()
}

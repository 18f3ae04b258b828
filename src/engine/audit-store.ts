/** From base tables to judged audits: survey what is needed, audit, describe the system, fetch the proofs. */
import { audits } from '../audits/index.js'
import type { AnyAudit } from '../model/audit.js'
import { severities } from '../model/finding.js'
import type { AuditReport, Exhibit, SystemReport } from '../model/report.js'
import type { Store } from '../store/store.js'
import { survey, type RelationName } from '../survey/survey.js'
import { runOneAudit, type LimitOverrides } from './auditor.js'
import { readExhibits } from './exhibits.js'
import { silent, type Progress } from './progress.js'
import { systemNeeds, systemReport } from './system.js'

export interface Judgement {
  system: SystemReport
  audits: AuditReport[]
  exhibits: Exhibit[]
}

/** `store` must hold the base tables (survey/prepare.ts). */
export async function auditStore(
  store: Store,
  limits: LimitOverrides = {},
  progress: Progress = silent,
): Promise<Judgement> {
  const needs = new Set<RelationName>(systemNeeds)
  for (const audit of audits) for (const need of audit.needs) needs.add(need as RelationName)

  const surveyStart = performance.now()
  progress.emit({ kind: 'stage-start', stage: 'survey', parts: needs.size })
  let relationStart = surveyStart
  const rows = await survey(store, needs, (relation, count) => {
    const now = performance.now()
    progress.emit({ kind: 'relation-done', relation, rows: count, durationMs: now - relationStart })
    relationStart = now
  })
  progress.emit({ kind: 'stage-done', stage: 'survey', durationMs: performance.now() - surveyStart })

  const auditStart = performance.now()
  progress.emit({ kind: 'stage-start', stage: 'audits', parts: audits.length })
  const reports = audits.map((audit: AnyAudit) => runOneAudit(audit, rows, limits))
  const findings = reports
    .flatMap((report) => report.findings)
    .sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        (b.cost?.value ?? 0) - (a.cost?.value ?? 0) ||
        (a.fingerprint < b.fingerprint ? -1 : 1),
    )
  const exhibits = await readExhibits(store, findings)
  progress.emit({ kind: 'stage-done', stage: 'audits', durationMs: performance.now() - auditStart })
  return { system: systemReport(rows), audits: reports, exhibits }
}

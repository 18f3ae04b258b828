/** From base tables to judged audits: survey what is needed, audit, describe the system, fetch the proofs. */
import { audits } from '../audits/index.js'
import { together } from '../lib/together.js'
import type { AnyAudit } from '../model/audit.js'
import type { CacheCard } from '../model/cache-card.js'
import { blankCharterRows, type Charter } from '../model/charter.js'
import { severities } from '../model/finding.js'
import { messagingNeeds, messagingReport } from './messages.js'
import type { MessagingReport } from '../model/messaging-report.js'
import type { AuditReport, CharterReport, Exhibit, SystemReport } from '../model/report.js'
import type { Table } from '../store/schema.js'
import type { Store } from '../store/store.js'
import type { Filling } from '../survey/prepare.js'
import { readsOnlyGiven, survey, type RelationName } from '../survey/survey.js'
import { runOneAudit } from './auditor.js'
import { cacheCards } from './cache-cards.js'
import { charterRows } from './charter-rows.js'
import { readExhibits } from './exhibits.js'
import { auditLimits, type LimitOverrides } from './limits.js'
import { silent, type Progress } from './progress.js'
import type { DailyRelation } from '../survey/daily.js'
import type { SurveyRows } from '../survey/rows.js'
import { goesOverAllDays } from './all-days.js'
import { asSampled, untoldBySample } from './sampling.js'
import { systemNeeds, systemReport } from './system.js'
import { traceability } from './traceability.js'
import { applyWaivers } from './waivers.js'

export interface Judgement {
  system: SystemReport
  audits: AuditReport[]
  exhibits: Exhibit[]
  caches?: CacheCard[]
  messaging?: MessagingReport
  charter?: CharterReport
}

export interface JudgingOptions {
  limits?: LimitOverrides | undefined
  charter?: Charter | undefined
  /** ISO date that the charter's dates are compared with; the end of the evidence when left out. */
  asOf?: string | undefined
  /** One trace in so many is in the store; 1: all. */
  sample?: number | undefined
  /** Relations over more days than the store holds, for audits that need no others. */
  allDays?: Pick<SurveyRows, DailyRelation> | undefined
  progress?: Progress | undefined
  /** Tables of the store that are not yet filled (`prepareAhead`). */
  later?: ReadonlyMap<Table, Filling> | undefined
  /** What `surveyGiven` began. */
  begun?: Promise<Partial<SurveyRows>> | undefined
}

/** What was begun before, told relation by relation like all the rest. */
async function tellingOf(
  begun: Promise<Partial<SurveyRows>> | undefined,
  done: (relation: RelationName, count: number) => void,
): Promise<Partial<SurveyRows>> {
  const rows = (await begun) ?? {}
  for (const name of Object.keys(rows) as RelationName[]) done(name, rows[name]?.length ?? 0)
  return rows
}

function neededRelations(): Set<RelationName> {
  const needs = new Set<RelationName>([...systemNeeds, ...messagingNeeds])
  for (const audit of audits) {
    for (const need of audit.needs) if (!(need in blankCharterRows)) needs.add(need as RelationName)
  }
  return needs
}

/** Begins with the relations that are made of imported rows alone, while base tables are derived from those. */
export function surveyGiven(store: Store): Promise<Partial<SurveyRows>> {
  return survey(store, [...neededRelations()].filter(readsOnlyGiven))
}

/** `store` must hold the base tables (survey/prepare.ts). */
export async function auditStore(
  store: Store,
  { limits = {}, charter, asOf, sample = 1, allDays, progress = silent, later, begun }: JudgingOptions = {},
): Promise<Judgement> {
  const needs = neededRelations()
  const untold = sample > 1 ? [...untoldBySample.keys()].filter((name) => needs.delete(name)) : []

  const surveyStart = performance.now()
  progress.emit({ kind: 'stage-start', stage: 'survey', parts: needs.size })
  let relationStart = surveyStart
  const done = (relation: RelationName, count: number): void => {
    const now = performance.now()
    progress.emit({ kind: 'relation-done', relation, rows: count, durationMs: now - relationStart })
    relationStart = now
  }
  const [early, late] = await together(
    tellingOf(begun, done),
    survey(store, begun ? [...needs].filter((name) => !readsOnlyGiven(name)) : needs, { later, done }),
  )
  const surveyed = { ...late, ...early }
  progress.emit({ kind: 'stage-done', stage: 'survey', durationMs: performance.now() - surveyStart })

  const auditStart = performance.now()
  progress.emit({ kind: 'stage-start', stage: 'audits', parts: audits.length })
  const system = systemReport({ ...surveyed, ...allDays })
  const seenServices = system.services.map(({ name }) => name)
  const declared = charterRows(charter, asOf ?? system.window.end.slice(0, 10), seenServices)
  const rows = { ...surveyed, ...declared, ...Object.fromEntries(untold.map((name) => [name, []])) }
  const reports = audits.map((audit: AnyAudit) => {
    const report = asSampled(
      runOneAudit(
        audit,
        allDays && goesOverAllDays(audit) ? { ...rows, ...allDays } : rows,
        auditLimits(audit.id, charter?.limits ?? [], limits),
      ),
      audit,
      sample,
    )
    const { charterWaivers, charter: stated } = declared
    const findings = report.findings.map((finding) =>
      applyWaivers(audit.id, finding, charterWaivers, stated[0]?.asOf ?? ''),
    )
    return { ...report, findings }
  })
  const findings = reports
    .flatMap((report) => report.findings)
    .sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        (b.cost?.value ?? 0) - (a.cost?.value ?? 0) ||
        (a.fingerprint < b.fingerprint ? -1 : 1),
    )
  const proofs = readExhibits(store, findings)
  // Told by the line that waits for it; until then the engine works beside this thread.
  proofs.catch(() => undefined)
  const caches = cacheCards(rows, declared.charterRequirements)
  const messaging = messagingReport(rows, reports)
  const exhibits = await proofs
  progress.emit({ kind: 'stage-done', stage: 'audits', durationMs: performance.now() - auditStart })
  return {
    system,
    audits: reports,
    exhibits,
    ...(caches.length > 0 && { caches }),
    ...(messaging && { messaging }),
    ...(charter && { charter: traceability(charter, declared, reports) }),
  }
}

/**
 * The charter beside the evidence: requirement → decisions → verdict, and the holes in both directions.
 * Verdicts are read off the findings of the `requirements` audits and never made here, so that the view and the findings cannot disagree.
 */
import { grouped } from '../lib/grouped.js'
import type { Charter, CharterRows, DecisionRow, Origin, RequirementRow } from '../model/charter.js'
import type { Finding, Place } from '../model/finding.js'
import type { AuditReport, CharterReport, DecisionTrace, RequirementTrace } from '../model/report.js'

type Named = 'requirement' | 'decision'

export function traceability(charter: Charter, rows: CharterRows, audits: readonly AuditReport[]): CharterReport {
  const requirements = grouped(rows.charterRequirements, (row) => row.requirement)
  const live = new Set(
    [...requirements].filter(([, targets]) => targets.some((row) => row.status === 'accepted')).map(([id]) => id),
  )
  const decided = rows.charterDecisions.map((row) => decisionTrace(row, rows, audits, new Set(requirements.keys())))
  const inForce = decided.filter(({ status }) => status === 'accepted' || status === 'provisional')
  const required = [...requirements].map(([id, targets]) =>
    requirementTrace(
      id,
      targets,
      inForce.filter(({ because }) => because.includes(id)).map((each) => each.id),
      audits,
    ),
  )
  return {
    system: charter.system,
    files: charter.files,
    asOf: rows.charter[0]?.asOf ?? '',
    requirements: required,
    decisions: decided,
    holes: {
      requirementsWithoutDecision: required
        .filter(({ id, decisions }) => live.has(id) && decisions.length === 0)
        .map(({ id }) => id),
      decisionsWithoutRequirement: inForce
        .filter(({ because }) => !because.some((id) => live.has(id)))
        .map(({ id }) => id),
      undeclared: findingsOf(audits, 'undeclared-component').map(({ fingerprint }) => fingerprint),
    },
    remarks: charter.remarks.map((remark) => ({ origin: originText(remark), message: remark.message })),
  }
}

function requirementTrace(
  id: string,
  targets: readonly RequirementRow[],
  decisions: string[],
  audits: readonly AuditReport[],
): RequirementTrace {
  const [first] = targets
  const about = (audit: string) => aboutOne(audits, audit, 'requirement', id)
  const missed = about('missed-requirement')
  const unmeasurable = about('unmeasurable-requirement')
  const unproven = about('unproven-requirement')
  const evaluated = audits.some(
    (audit) => audit.id === 'missed-requirement' && (audit.outcome === 'pass' || audit.outcome === 'fail'),
  )
  const status = first?.status ?? 'accepted'
  return {
    id,
    scope: first && first.scopeKind !== '' ? `${first.scopeKind} ${first.scope}` : '',
    because: first?.because ?? '',
    status,
    origin: first ? originText(first) : '',
    targets: targets.flatMap(({ metric, comparator, value, unit }) =>
      metric === '' || comparator === '' ? [] : [{ metric, comparator, value, unit }],
    ),
    decisions,
    verdict:
      status !== 'accepted'
        ? 'not-in-force'
        : missed.length > 0
          ? 'missed'
          : unmeasurable.length > 0
            ? 'unmeasurable'
            : unproven.length > 0 || !evaluated || blind(audits, 'missed-requirement', id)
              ? 'unproven'
              : 'met',
    findings: fingerprints(audits, 'requirement', id),
  }
}

function decisionTrace(
  row: DecisionRow,
  rows: CharterRows,
  audits: readonly AuditReport[],
  requirements: ReadonlySet<string>,
): DecisionTrace {
  const id = row.decision
  const expectations = rows.charterExpectations.filter(({ decision }) => decision === id).map(({ text }) => text)
  const evaluated = audits.some(
    (audit) => audit.id === 'contradicted-decision' && (audit.outcome === 'pass' || audit.outcome === 'fail'),
  )
  return {
    id,
    title: row.title,
    kind: row.kind,
    target: row.target,
    status: row.status,
    date: row.date,
    origin: originText(row),
    links: row.links.map(({ kind, target, known }) => ({ kind, target, known })),
    because: row.because.filter((name) => requirements.has(name)),
    unknown: row.because.filter((name) => !requirements.has(name)),
    expectations,
    verdict:
      row.status !== 'accepted' && row.status !== 'provisional'
        ? 'not-in-force'
        : expectations.length === 0
          ? 'untested'
          : aboutOne(audits, 'contradicted-decision', 'decision', id).length > 0
            ? 'contradicted'
            : !evaluated || blind(audits, 'contradicted-decision', id)
              ? 'unproven'
              : 'holds',
    findings: fingerprints(audits, 'decision', id),
  }
}

/** An audit says of what it could not judge: `name: why`. */
function blind(audits: readonly AuditReport[], audit: string, id: string): boolean {
  return audits.some((each) => each.id === audit && each.blind.some((text) => text.startsWith(`${id}: `)))
}

function findingsOf(audits: readonly AuditReport[], audit: string): Finding[] {
  return audits.find(({ id }) => id === audit)?.findings ?? []
}

function aboutOne(audits: readonly AuditReport[], audit: string, named: Named, id: string): Finding[] {
  return findingsOf(audits, audit).filter(({ where }) => namedIn(where, named) === id)
}

function fingerprints(audits: readonly AuditReport[], named: Named, id: string): string[] {
  return audits
    .flatMap(({ findings }) => findings)
    .filter(({ where }) => namedIn(where, named) === id)
    .map(({ fingerprint }) => fingerprint)
}

function namedIn(where: Place, named: Named): string | undefined {
  return where[named]
}

function originText({ file, line }: Origin): string {
  return line > 0 ? `${file}:${line}` : file
}

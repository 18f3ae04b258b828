/**
 * Adds what existing practice says (ADRs, CODEOWNERS, Backstage, OpenSLO) to a charter. Where both speak of the same thing the charter
 * wins whole: a person wrote it for this purpose, and half of each would be nobody's statement.
 */
import type { Charter, DecisionRow } from '../model/charter.js'

/** Whatever rows and remarks were found. */
export type PartialCharter = Partial<Omit<Charter, 'system' | 'files' | 'limits' | 'hosts'>>

export function mergeCharter(base: Charter, added: PartialCharter): Charter {
  const decisions = new Set(base.charterDecisions.flatMap((row) => decisionKeys(row)))
  const newDecisions = (added.charterDecisions ?? []).filter(
    (row) => !decisionKeys(row).some((key) => decisions.has(key)),
  )
  const kept = new Set(newDecisions.map(({ decision }) => decision))
  return {
    ...base,
    charterRequirements: without(base.charterRequirements, added.charterRequirements, (row) => row.requirement),
    charterDecisions: [...base.charterDecisions, ...newDecisions],
    charterExpectations: [
      ...base.charterExpectations,
      ...(added.charterExpectations ?? []).filter(({ decision }) => kept.has(decision)),
    ],
    charterTeams: without(base.charterTeams, added.charterTeams, (row) => row.team),
    charterServiceOwners: without(base.charterServiceOwners, added.charterServiceOwners, (row) =>
      pair(row.service, row.team),
    ),
    charterDataOwners: without(base.charterDataOwners, added.charterDataOwners, (row) => pair(row.place, row.service)),
    charterComponents: without(base.charterComponents, added.charterComponents, (row) => pair(row.kind, row.place)),
    charterWaivers: [...base.charterWaivers, ...(added.charterWaivers ?? [])],
    remarks: [...base.remarks, ...(added.remarks ?? [])],
  }
}

/** By name, and by the path of its ADR: a charter may give a decision a shorter name than its record has. */
function decisionKeys({ decision, adr }: DecisionRow): string[] {
  return adr === '' ? [`name ${decision}`] : [`name ${decision}`, `adr ${adr.replace(/^\.\//, '')}`]
}

function pair(one: string, other: string): string {
  return `${one}\u0000${other}`
}

/** Rows of one source with the same key belong together (a requirement with two metrics), so only keys of `base` are left out. */
function without<Row>(base: readonly Row[], added: readonly Row[] | undefined, key: (row: Row) => string): Row[] {
  const known = new Set(base.map((row) => key(row)))
  return [...base, ...(added ?? []).filter((row) => !known.has(key(row)))]
}

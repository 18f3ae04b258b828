/** The charter's rows as audits get them: empty without a charter, so that an audit can tell "not declared" from "declared as none". */
import type { Charter, CharterRows, ServiceOwnerRow } from '../model/charter.js'

/** `asOf` is an ISO date; `seen` are the services of the evidence. */
export function charterRows(charter: Charter | undefined, asOf: string, seen: readonly string[]): CharterRows {
  const owners = charter ? sureOwners(charter, seen) : []
  return {
    charter: charter ? [{ system: charter.system, asOf, file: charter.files[0] ?? '', line: 1, column: 1 }] : [],
    charterRequirements: charter?.charterRequirements ?? [],
    charterDecisions: charter?.charterDecisions ?? [],
    charterExpectations: charter?.charterExpectations ?? [],
    // A team of which CODEOWNERS knows nothing but folders that are no services has said nothing about services.
    charterTeams: (charter?.charterTeams ?? []).filter(
      ({ team, practice }) => practice !== 'codeowners' || owners.some((row) => row.team === team),
    ),
    charterServiceOwners: owners,
    charterDataOwners: charter?.charterDataOwners ?? [],
    charterComponents: charter?.charterComponents ?? [],
    charterWaivers: charter?.charterWaivers ?? [],
  }
}

function sureOwners({ charterServiceOwners, charterComponents }: Charter, seen: readonly string[]): ServiceOwnerRow[] {
  const named = new Set([
    ...seen,
    ...charterComponents.filter(({ kind }) => kind === 'service').map(({ place }) => place),
    ...charterServiceOwners.filter(({ guess }) => !guess).map(({ service }) => service),
  ])
  return charterServiceOwners.filter(({ service, guess }) => !guess || named.has(service))
}

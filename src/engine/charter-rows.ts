/** The charter's rows as audits get them: empty without a charter, so that an audit can tell "not declared" from "declared as none". */
import type { Charter, CharterRows } from '../model/charter.js'

/** `asOf` is an ISO date. */
export function charterRows(charter: Charter | undefined, asOf: string): CharterRows {
  return {
    charter: charter ? [{ system: charter.system, asOf, file: charter.files[0] ?? '', line: 1, column: 1 }] : [],
    charterRequirements: charter?.charterRequirements ?? [],
    charterDecisions: charter?.charterDecisions ?? [],
    charterExpectations: charter?.charterExpectations ?? [],
    charterTeams: charter?.charterTeams ?? [],
    charterServiceOwners: charter?.charterServiceOwners ?? [],
    charterDataOwners: charter?.charterDataOwners ?? [],
    charterComponents: charter?.charterComponents ?? [],
    charterWaivers: charter?.charterWaivers ?? [],
  }
}

/** A charter that says nothing: what rows are added to. */
import type { Charter } from '../model/charter.js'

/** Host names are a mapping without a prototype: a host may be called `constructor`. */
export function blankCharter(system: string): Charter {
  return {
    system,
    files: [],
    hosts: Object.create(null) as Record<string, string>,
    limits: [],
    remarks: [],
    charterRequirements: [],
    charterDecisions: [],
    charterExpectations: [],
    charterTeams: [],
    charterServiceOwners: [],
    charterDataOwners: [],
    charterComponents: [],
    charterWaivers: [],
  }
}

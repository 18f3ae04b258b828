/**
 * Which teams own a service, as far as anybody wrote it down.
 * What the charter says about a service goes before CODEOWNERS and catalogues, which name the same team in other spellings;
 * an exact name goes before a glob. Spans without a service name belong to nobody, and that is unnamed-service's business.
 */
import { grouped } from '../../lib/grouped.js'
import { fitsGlob } from '../../lib/place-pattern.js'
import type { ServiceOwnerRow } from '../../model/charter.js'

/** Distinct teams by service, sorted; a service that nobody owns has an empty list. */
export function serviceOwners(services: Iterable<string>, rows: readonly ServiceOwnerRow[]): Map<string, string[]> {
  const globs = rows.filter((row) => row.service.includes('*'))
  const exact = grouped(
    rows.filter((row) => !row.service.includes('*')),
    (row) => row.service,
  )
  const owners = new Map<string, string[]>()
  for (const service of services) {
    const named = exact.get(service) ?? globs.filter((row) => fitsGlob(row.service, service))
    const declared = named.filter((row) => row.practice === 'charter')
    const counted = declared.length > 0 ? declared : named
    owners.set(service, [...new Set(counted.map((row) => row.team))].sort())
  }
  return owners
}

/** Whether the spans said which service they are of. */
export function isNamed(service: string): boolean {
  return service !== '' && !/^unknown_service(?::|$)/.test(service)
}

export const ownersAdvice =
  'Name teams and their services in the charter (teams: { payments: { services: [payments, ledger] } }), or keep CODEOWNERS or catalog-info.yaml beside it.'

/**
 * Limits of the charter: some hold everywhere, some only for certain services or operations. An audit judges with one set of limits,
 * so it is run once for each scope, and each place is judged by the scope that it lies in.
 */
import { fitsGlob } from '../lib/place-pattern.js'
import type { LimitRow } from '../model/charter.js'
import type { Place } from '../model/finding.js'

/** Limits that differ from the defaults: audit id → limit id → value. */
export type LimitOverrides = Readonly<Record<string, Readonly<Record<string, number>>>>

export interface LimitScope {
  services: readonly string[]
  operations: readonly string[]
  /** Limit id → value. */
  values: Readonly<Record<string, number>>
}

/** What holds everywhere for one audit, and what holds in some places only; of two scopes for one place the later one holds. */
export interface AuditLimits {
  everywhere: Readonly<Record<string, number>>
  scopes: readonly LimitScope[]
}

/** `overrides` come from the caller and win over what the charter says for everywhere. */
export function auditLimits(audit: string, rows: readonly LimitRow[], overrides: LimitOverrides = {}): AuditLimits {
  const everywhere: Record<string, number> = {}
  const scopes = new Map<string, LimitScope & { values: Record<string, number> }>()
  for (const row of rows) {
    if (row.audit !== audit) continue
    const { services, operations } = row
    if (services.length === 0 && operations.length === 0) {
      everywhere[row.limit] = row.value
      continue
    }
    const key = JSON.stringify([services, operations])
    const scope = scopes.get(key) ?? { services, operations, values: {} }
    scope.values[row.limit] = row.value
    scopes.set(key, scope)
  }
  return { everywhere: { ...everywhere, ...overrides[audit] }, scopes: [...scopes.values()] }
}

/** Whether a finding's place lies in a scope. A path (of services that share something) lies in it when all of it does. */
export function liesIn(where: Place, { services, operations }: LimitScope): boolean {
  const members = where.service !== undefined ? [where.service] : (where.path ?? [])
  const inServices =
    services.length === 0 ||
    (members.length > 0 && members.every((member) => services.some((pattern) => fitsGlob(pattern, member))))
  const { operation } = where
  const inOperations =
    operations.length === 0 || (operation !== undefined && operations.some((pattern) => fitsGlob(pattern, operation)))
  return inServices && inOperations
}

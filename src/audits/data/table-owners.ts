/**
 * Which service a table belongs to, as the charter says. Patterns may overlap (`postgresql://pg-main/shop` and
 * `postgresql://pg-main/shop/stock`): the one that says more about the table wins, then the one that says more at all.
 * Two services that claim a table by equally specific patterns both own it, and either may write it.
 */
import { fitsTable, namespaceAndRest } from '../../lib/place-pattern.js'
import type { DataOwnerRow } from '../../model/charter.js'

/** Letters that a pattern insists on; one without a wildcard insists on more than any glob. */
function insistence(pattern: string): number {
  if (pattern === '') return 0
  return pattern.replaceAll('*', '').length + (pattern.includes('*') ? 1 : 1000)
}

function isMoreSpecific(one: string, other: string): boolean {
  const [table, otherTable] = [insistence(namespaceAndRest(one).rest), insistence(namespaceAndRest(other).rest)]
  return table === otherTable ? insistence(one) > insistence(other) : table > otherTable
}

export interface Ownership {
  /** Services that own it, sorted; empty when nobody does. */
  services: string[]
  /** The pattern that says so, as written. */
  place: string
}

export function declaredOwners(rows: readonly DataOwnerRow[], store: string, table: string): Ownership {
  const fitting = rows.filter((row) => fitsTable(row.place, store, table))
  const [best] = fitting.toSorted((a, b) =>
    isMoreSpecific(a.place, b.place) ? -1 : isMoreSpecific(b.place, a.place) ? 1 : 0,
  )
  if (!best) return { services: [], place: '' }
  const equal = fitting.filter((row) => !isMoreSpecific(best.place, row.place))
  return { services: [...new Set(equal.map((row) => row.service))].sort(), place: best.place }
}

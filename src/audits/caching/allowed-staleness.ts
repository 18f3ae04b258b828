/** How old a copy may be, by the requirements of the charter: of the cache, its keys, or the table that they are a copy of. The strictest holds. */
import { fitsStore, namespaceAndRest } from '../../lib/place-pattern.js'
import type { RequirementRow } from '../../model/charter.js'

export interface Copy {
  cache: string
  pattern: string
  /** Store and table behind it; blank when unknown. */
  store: string
  table: string
}

/** A scope that names a store alone holds for all that is in it. */
function covers(scope: string, { cache, pattern, store, table }: Copy): boolean {
  const { rest } = namespaceAndRest(scope)
  const inPlace = (place: string, name: string) =>
    place !== '' && fitsStore(scope, place) && (rest === '' || rest === name)
  return inPlace(cache, pattern) || inPlace(store, table)
}

/** In ms; undefined when nothing is required. Proposed and retired requirements bind nobody. */
export function allowedStalenessMs(copy: Copy, requirements: readonly RequirementRow[]): number | undefined {
  const values = requirements
    .filter((row) => row.metric === 'staleness' && row.scopeKind === 'data' && row.status === 'accepted')
    .filter((row) => (row.comparator === '<' || row.comparator === '<=') && covers(row.scope, copy))
    .map((row) => row.value)
  return values.length === 0 ? undefined : Math.min(...values)
}

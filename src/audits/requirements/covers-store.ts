/**
 * Whether a store that was seen is one that a charter names. A catalogue gives names instead of addresses: `orders-db` is the store on
 * the host of that name, or the database of that name.
 */
import { fitsStore, placeParts } from '../../lib/place-pattern.js'

export function coversStore(pattern: string, store: string): boolean {
  if (pattern.includes('://')) return fitsStore(pattern, store)
  const seen = placeParts(store)
  if (!seen || pattern === '') return false
  const name = pattern.toLowerCase()
  return [seen.host, seen.host.split('.')[0] ?? '', seen.path.toLowerCase()].includes(name)
}

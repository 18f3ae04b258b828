/**
 * Whether a destination that was seen is one that a charter names. Wider than fitsDestination: the name of an exchange covers all its
 * routing keys, and a destination whose broker no span tells is taken to be at the broker that the charter tells.
 */
import { fitsDestination, fitsGlob, placeParts } from '../../lib/place-pattern.js'

export function coversDestination(pattern: string, destination: string): boolean {
  const seen = placeParts(destination)
  if (!seen) return fitsDestination(pattern, destination)
  const wanted = placeParts(pattern)
  const hostless = seen.host === '' && wanted !== undefined && fitsGlob(wanted.system, seen.system)
  const sought = hostless ? wanted.path : pattern
  const [exchange = ''] = seen.path.split(':')
  const exchangeAlone = destination.slice(0, destination.length - seen.path.length) + exchange
  return fitsDestination(sought, destination) || fitsDestination(sought, exchangeAlone)
}

/**
 * A place in the system as one line of plain text. Names come from evidence and are made visible here, not yet escaped:
 * HTML, Markdown and workflow commands are the reporter's business.
 */
import { truncateMiddle, visible } from '../lib/text.js'
import type { Place } from '../model/finding.js'

/** Longer names than this are somebody's mistake or attack; both ends of them are kept. */
const longestName = 160

/** One name of the evidence, safe to print on one line of plain text. */
export function nameText(name: string, columns = longestName): string {
  // Cut before anything is replaced, so that a name of a megabyte costs nothing; and again, for what was written out is longer.
  return truncateMiddle(visible(truncateMiddle(name, columns)), columns)
}

/** `web → catalog · GET /books/{id}`, `orders, payments · postgresql://db:5432/shop · table orders`. */
export function placeText(place: Place, columns = longestName): string {
  const name = (text: string) => nameText(text, columns)
  const path = place.path ?? []
  const parts: string[] = []
  if (place.requirement !== undefined) parts.push(`requirement ${name(place.requirement)}`)
  if (place.decision !== undefined) parts.push(`decision ${name(place.decision)}`)
  if (path.length > 0) parts.push(shorten(path.map(name)).join(' → '))
  const pathNames = new Set(path)
  const service = place.service !== undefined && !pathNames.has(place.service) ? name(place.service) : undefined
  const peer = place.peer !== undefined && !pathNames.has(place.peer) ? name(place.peer) : undefined
  if (service !== undefined && peer !== undefined) parts.push(`${service} → ${peer}`)
  else if (service !== undefined) parts.push(service)
  else if (peer !== undefined) parts.push(`→ ${peer}`)
  if (place.operation !== undefined) parts.push(name(place.operation))
  if (place.store !== undefined) parts.push(name(place.store))
  if (place.table !== undefined) parts.push(`table ${name(place.table)}`)
  if (place.keyPattern !== undefined) parts.push(`keys ${name(place.keyPattern)}`)
  if (place.destination !== undefined) parts.push(name(place.destination))
  return parts.length > 0 ? parts.join(' · ') : 'the whole system'
}

/** A path of hundreds of services is told by its two ends. */
function shorten(path: string[]): string[] {
  return path.length <= 12 ? path : [...path.slice(0, 6), `… ${path.length - 11} more …`, ...path.slice(-5)]
}

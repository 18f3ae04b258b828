/**
 * Places of a system as SARIF logical locations, and sources of evidence as URIs.
 * Kinds are our own words: SARIF allows any, and none of its own fits a service or a queue.
 */
import type { LogicalLocation } from 'sarif'
import type { Place } from '../../../model/finding.js'
import { nameText } from '../../place-text.js'

/** A URI reference for anything that can be named as evidence: a path, an address, or `-` for standard input. */
export function sourceUri(source: string): string {
  if (source === '-' || source === '') return 'stdin'
  // Half surrogates have no percent-encoding.
  const text = source.slice(0, 2_000).replace(/\p{Surrogate}/gu, '\ufffd')
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text))
    return encodeURI(text)
      .replace(/%25(?=[0-9a-f]{2})/gi, '%')
      .replace(/[[\]]/g, percent)
  const path = encodeURI(text.replaceAll('\\', '/')).replace(/[?#[\]]/g, percent)
  if (path.startsWith('/')) return `file://${path}`
  // The colon of `C:/traces` or `a:b.json` would be read as the end of a scheme.
  return path.replace(/^(\.\/)+/, '').replaceAll(':', '%3A')
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** One logical location for each named part of the place, the most telling first. */
export function logicalLocations(where: Place): LogicalLocation[] {
  const locations: LogicalLocation[] = []
  const add = (kind: string, name: string | undefined, owner?: string) => {
    if (name === undefined) return
    const fullyQualifiedName = owner === undefined ? name : `${owner}/${name}`
    locations.push({ name: nameText(name, 200), fullyQualifiedName: nameText(fullyQualifiedName, 400), kind })
  }
  if (where.path !== undefined && where.path.length > 0) {
    locations.push({ name: nameText(where.path.join(' → '), 400), kind: 'path' })
  }
  if (where.service !== undefined && where.peer !== undefined) {
    locations.push({ name: nameText(`${where.service} → ${where.peer}`, 400), kind: 'edge' })
  }
  add('requirement', where.requirement)
  add('decision', where.decision)
  add('service', where.service)
  add('service', where.peer)
  add('operation', where.operation, where.service)
  add('store', where.store)
  add('table', where.table, where.store)
  add('keyPattern', where.keyPattern, where.store)
  add('destination', where.destination)
  return locations.length > 0 ? locations : [{ name: 'system', kind: 'system' }]
}

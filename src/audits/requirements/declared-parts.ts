/**
 * Each part that a charter names, and whether the evidence shows it. `unknowable` is what could not be told apart from what was seen:
 * a database when some query has no address, a topic when some publish has no destination, a store whose name is no address.
 */
import { fitsGlob, placeParts } from '../../lib/place-pattern.js'
import type { CharterRows, ComponentRow } from '../../model/charter.js'
import type { SurveyRows } from '../../survey/rows.js'
import { coversDestination } from './covers-destination.js'
import { coversStore } from './covers-store.js'
import { decisionsInForce } from './in-force.js'

type Needs = Pick<
  SurveyRows & CharterRows,
  'services' | 'calls' | 'storeUse' | 'destinationUse' | 'charterComponents' | 'charterDecisions'
>

export interface DeclaredPart {
  row: ComponentRow
  state: 'seen' | 'unseen' | 'unknowable'
  /** Why nobody can tell; blank otherwise. */
  reason: string
}

interface Seen {
  services: ReadonlySet<string>
  hosts: ReadonlySet<string>
  stores: readonly string[]
  destinations: readonly string[]
  /** Systems of which some use has no address. */
  vagueSystems: readonly string[]
  hasVagueDestination: boolean
}

/** `gift-wrapping:8080` and `gift-wrapping.shop.svc` are also seen as `gift-wrapping`. */
function hostNames(address: string): string[] {
  const host = address.toLowerCase().replace(/:\d+$/, '')
  return [host, host.split('.')[0] ?? host]
}

function seenIn({ services, calls, storeUse, destinationUse }: Needs): Seen {
  const known = storeUse.filter((row) => row.known === 1)
  return {
    services: new Set([...services.map((row) => row.service), ...calls.flatMap((row) => [row.caller, row.callee])]),
    hosts: new Set(calls.flatMap((row) => [...hostNames(row.address), ...hostNames(row.callee)])),
    stores: [...new Set(known.map((row) => row.store))],
    destinations: [...new Set(destinationUse.map((row) => row.destination))].filter((name) => name !== ''),
    vagueSystems: [...new Set(storeUse.filter((row) => row.known === 0).map((row) => row.system))],
    hasVagueDestination: destinationUse.some((row) => row.destination === ''),
  }
}

function hasName(names: ReadonlySet<string>, pattern: string): boolean {
  return pattern.includes('*') ? [...names].some((name) => fitsGlob(pattern, name)) : names.has(pattern)
}

function isService(place: string, { services, hosts }: Seen): boolean {
  return hasName(services, place) || hasName(hosts, place.toLowerCase())
}

function isStore(place: string, { stores, hosts }: Seen): boolean {
  const host = placeParts(place)?.host ?? ''
  return stores.some((store) => coversStore(place, store)) || (host !== '' && host !== '*' && hasName(hosts, host))
}

function isDestination(place: string, { destinations }: Seen): boolean {
  return destinations.some((destination) => coversDestination(place, destination))
}

function stateOf(row: ComponentRow, seen: Seen): Omit<DeclaredPart, 'row'> {
  const { kind, place, by } = row
  const told = (isSeen: boolean): Omit<DeclaredPart, 'row'> => ({ state: isSeen ? 'seen' : 'unseen', reason: '' })
  // The kind of a decision's target may be no more than a guess from its kind.
  const isAny = () => isService(place, seen) || isStore(place, seen) || isDestination(place, seen)
  if (by === 'decision' && isAny()) return told(true)
  if (by === 'catalogue') {
    return isAny()
      ? told(true)
      : { state: 'unknowable', reason: 'a catalogue names it, perhaps otherwise than it runs' }
  }
  if (kind === 'service') return told(isService(place, seen))
  if (kind === 'destination') {
    if (isDestination(place, seen)) return told(true)
    if (!seen.hasVagueDestination) return told(false)
    return { state: 'unknowable', reason: 'some spans publish or consume without messaging.destination.name' }
  }
  if (isStore(place, seen)) return told(true)
  const parts = placeParts(place)
  if (!parts) return { state: 'unknowable', reason: 'its name is no address (system://host/namespace)' }
  const vague = seen.vagueSystems.find((system) => fitsGlob(parts.system, system))
  if (vague === undefined) return told(false)
  return { state: 'unknowable', reason: `some queries of ${vague} have no server.address or db.namespace` }
}

/** Left out are parts that only a decision names which is not in force, or which is of kind `other` and may be about anything. */
export function declaredParts(survey: Needs): DeclaredPart[] {
  const seen = seenIn(survey)
  const decided = new Set(
    decisionsInForce(survey.charterDecisions)
      .filter(({ kind }) => kind !== 'other')
      .flatMap(({ target }) => target.split('->').map((side) => side.trim())),
  )
  return survey.charterComponents
    .filter((row) => row.by !== 'decision' || decided.has(row.place))
    .map((row) => ({ row, ...stateOf(row, seen) }))
}

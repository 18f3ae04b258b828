/**
 * What a first charter says of a system as seen: services, stores, caches, destinations, latencies and decisions.
 * Whatever the charter knows already, under any name or pattern, is not proposed again, and the caps come before that question:
 * otherwise every further run would add what the one before left out.
 */
import { fitsDestination, fitsGlob, fitsStore } from '../../lib/place-pattern.js'
import { visible } from '../../lib/text.js'
import type { Charter, DecisionRow } from '../../model/charter.js'
import type { SystemReport } from '../../model/report.js'

/** One entry to add; in the order of a charter's sections. */
export interface Proposal {
  section: 'requirements' | 'services' | 'stores' | 'caches' | 'destinations' | 'decisions'
  /** Key, or the entry itself where the section is a list. */
  name: string
  /** Keys of the entry; empty for a service of which nothing but its name is known. */
  keys: Record<string, string | string[]>
  /** What a person should answer; one of the entry's keys has it as its comment, or the entry has. */
  question: string
}

/** Those with less traffic tell little about what was meant. */
const mostRequirements = 20
/** The 95th percentile of fewer is the slowest or the second slowest. */
const leastTraces = 20
const cacheSystems = new Set(['redis', 'valkey', 'memcached'])

export function proposals(system: SystemReport, charter: Charter): Proposal[] {
  return [
    ...requirements(system, charter),
    ...services(system, charter),
    ...places(system, charter),
    ...decisions(system, charter),
  ].filter(({ name }) => usable(name))
}

/** Names that the loader refuses, or that nobody gave to a thing on purpose. */
function usable(name: string): boolean {
  return name.trim() !== '' && name.length <= 500 && name !== '__proto__' && name !== '<<'
}

function requirements({ requests }: SystemReport, { charterRequirements }: Charter): Proposal[] {
  const taken = new Set(charterRequirements.map(({ requirement }) => requirement))
  const latencies = charterRequirements.filter(
    ({ metric, scopeKind }) => scopeKind === 'request' && /^p\d\d$/.test(metric),
  )
  return requests
    .filter(({ operation, service, traces }) => traces >= leastTraces && usable(operation) && usable(service))
    .slice(0, mostRequirements)
    .filter(
      ({ operation, service }) =>
        !latencies.some(
          (row) => fitsGlob(row.scope, operation) && (row.service === '' || fitsGlob(row.service, service)),
        ),
    )
    .map(({ operation, service, p95Ms, traces }) => ({
      section: 'requirements',
      name: freeName(slug(`fast ${operation}`), taken),
      keys: { request: operation, service, p95: `${roundedUp(p95Ms)}ms`, status: 'proposed' },
      question: `as seen in ${traces} traces: how fast must it be?`,
    }))
}

function services({ services: seen }: SystemReport, charter: Charter): Proposal[] {
  const known = charter.charterComponents.filter(({ kind, by }) => kind === 'service' && by !== 'decision')
  return seen
    .filter(({ name }) => !known.some(({ place }) => place === name || fitsGlob(place, name)))
    .map(({ name }): Proposal => {
      const [owner] = teamsOf(name, charter)
      return owner === undefined
        ? { section: 'services', name, keys: {}, question: 'owner: who?' }
        : { section: 'services', name, keys: { owner }, question: '' }
    })
}

function places({ stores, destinations }: SystemReport, { charterComponents }: Charter): Proposal[] {
  const declared = charterComponents.filter(({ by }) => by !== 'decision')
  const lists = { stores: [] as string[], caches: [] as string[], destinations: [] as string[] }
  for (const { id, system } of stores) {
    const known = declared.some(({ kind, place }) => (kind === 'store' || kind === 'cache') && coversStore(place, id))
    if (!known) lists[cacheSystems.has(system) ? 'caches' : 'stores'].push(id)
  }
  for (const { id } of destinations) {
    const known = declared.some(({ kind, place }) => kind === 'destination' && coversDestination(place, id))
    if (!known) lists.destinations.push(id)
  }
  return (['stores', 'caches', 'destinations'] as const).flatMap((section) =>
    lists[section].map((name) => ({ section, name, keys: {}, question: '' })),
  )
}

function decisions({ stores, destinations, calls }: SystemReport, charter: Charter): Proposal[] {
  const taken = new Set(charter.charterDecisions.map(({ decision }) => decision))
  const targets = charter.charterDecisions.map(({ target }) => target).filter((target) => target !== '')
  const added: Proposal[] = []
  const propose = (kind: DecisionRow['kind'], about: string, target: string, known: boolean): void => {
    if (known || !usable(target)) return
    added.push({
      section: 'decisions',
      name: freeName(slug(about), taken),
      keys: { kind, target, because: [], status: 'proposed' },
      question: 'why?',
    })
  }
  for (const { id, system } of stores) {
    const kind = cacheSystems.has(system) ? 'cache' : 'store'
    const known = targets.some((target) => coversStore(target, id))
    propose(kind, `${kind} ${shortName(id)}`, id, known)
  }
  for (const { id } of destinations) {
    const known = targets.some((target) => coversDestination(target, id))
    propose('queue', `queue ${shortName(id)}`, id, known)
  }
  const edges = new Map<string, { from: string; to: string; async: boolean }>()
  for (const { from, to, fromKind, toKind, mode } of calls) {
    if (fromKind !== 'service' || toKind !== 'service' || from === to) continue
    edges.set(JSON.stringify([from, to]), { from, to, async: mode === 'async' })
  }
  for (const { from, to, async } of edges.values()) {
    const teams = teamsOf(from, charter)
    const others = teamsOf(to, charter)
    if (teams.length === 0 || others.length === 0 || teams.some((team) => others.includes(team))) continue
    const known = targets.some((target) => coversEdge(target, from, to))
    propose(async ? 'async' : 'sync', `${from} asks ${to}`, `${from} -> ${to}`, known)
  }
  return added
}

function teamsOf(service: string, { charterServiceOwners }: Charter): string[] {
  return charterServiceOwners.filter((row) => row.service === service).map(({ team }) => team)
}

function coversStore(pattern: string, store: string): boolean {
  return pattern === store || fitsStore(pattern, store)
}

function coversDestination(pattern: string, destination: string): boolean {
  return pattern === destination || (!pattern.includes('->') && fitsDestination(pattern, destination))
}

function coversEdge(target: string, from: string, to: string): boolean {
  const [left = '', right, ...more] = target.split('->').map((side) => side.trim())
  return right !== undefined && more.length === 0 && fitsGlob(left, from) && fitsGlob(right, to)
}

/** Namespace or name of a place, with its host where that says nothing by itself: `redis://cache:6379/0` is `cache 0`. */
function shortName(place: string): string {
  const [, host = '', path = ''] = /^[^:]*:\/\/([^/:]*)[^/]*\/?(.*)$/s.exec(place) ?? []
  if (path === '' || host === '') return path || host || place
  return /^\d+$/.test(path) ? `${host} ${path}` : path
}

function slug(text: string): string {
  const words = visible(text)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
  return words.slice(0, 60).replace(/-$/, '') || 'unnamed'
}

function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let number = 2; taken.has(free); number += 1) free = `${name}-${number}`
  taken.add(free)
  return free
}

/** Two digits, upwards: what was seen must satisfy what is proposed. */
function roundedUp(ms: number): number {
  if (!(ms > 0)) return 1
  const step = 10 ** Math.max(Math.floor(Math.log10(ms)) - 1, -1)
  return Number((Math.ceil(Number((ms / step).toPrecision(9))) * step).toFixed(1))
}

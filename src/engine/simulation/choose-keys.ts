/**
 * Which cache and which keys a simulation is of. A pattern is one that Faultline has learnt (`product:{id}`), or a glob over keys (`product:*`).
 * What is easily got wrong: a cache is one room for all of its keys, so that without a pattern all are simulated together.
 */
import { UnreadableEvidence } from '../../model/importer.js'
import type { Accesses } from './with-accesses.js'

export interface KeyChoice {
  /** Of several caches, the one whose address contains this. */
  cache?: string
  pattern?: string
}

export interface ChosenKeys {
  cache: string
  /** As it was asked for; empty for all keys. */
  pattern: string
  /** SQL over accesses, and what it binds. */
  condition: string
  params: Record<string, string>
  /** Other caches of the evidence, busiest first. */
  otherCaches: string[]
}

interface Counted {
  cache: string
  pattern: string
  reads: number
}

const mostNamed = 8

export async function chooseKeys({ store, sources }: Accesses, { cache, pattern }: KeyChoice): Promise<ChosenKeys> {
  const counted = await store.query<Counted>(
    `SELECT Cache AS cache, Pattern AS pattern, countIf(Kind = 'read') AS reads FROM accesses
      WHERE Counted = 1 AND Key != '' GROUP BY cache, pattern HAVING reads > 0 ORDER BY reads DESC, cache, pattern`,
  )
  const none = (message: string, remedy: string): UnreadableEvidence =>
    new UnreadableEvidence(sources.join(' '), message, remedy)
  if (counted.length === 0)
    throw none(
      'shows no read of a key of a cache',
      'Give traces whose cache spans keep their keys, a MONITOR capture, or a trace of accesses; docs/simulation.md lists the formats.',
    )
  const readsOf = new Map<string, number>()
  for (const each of counted) readsOf.set(each.cache, (readsOf.get(each.cache) ?? 0) + each.reads)
  const caches = [...readsOf.keys()].sort((a, b) => readsOf.get(b)! - readsOf.get(a)! || (a < b ? -1 : 1))
  const fitting = caches.filter((name) => cache === undefined || name.includes(cache))
  const inFitting = counted.filter((each) => fitting.includes(each.cache))
  const [owner] =
    pattern === undefined
      ? fitting
      : fitting.filter((name) => inFitting.some((each) => each.cache === name && each.pattern === pattern))
  const chosen = owner ?? fitting[0]
  if (chosen === undefined)
    throw none(
      `shows no cache called ${cache ?? ''}`,
      `Caches that are read: ${caches.slice(0, mostNamed).join(', ')}.`,
    )
  const base = {
    cache: chosen,
    pattern: pattern ?? '',
    otherCaches: cache === undefined ? caches.filter((name) => name !== chosen) : [],
  }
  const inCache = 'Cache = {cache:String}'
  if (pattern === undefined) return { ...base, condition: inCache, params: { cache: chosen } }
  if (owner !== undefined)
    return { ...base, condition: `${inCache} AND Pattern = {pattern:String}`, params: { cache: chosen, pattern } }
  const matching = `${inCache} AND match(Key, {pattern:String})`
  const params = { cache: chosen, pattern: globExpression(pattern) }
  const [found] = await store.query<{ reads: number }>(
    `SELECT countIf(Kind = 'read') AS reads FROM accesses WHERE Counted = 1 AND ${matching}`,
    params,
  )
  if ((found?.reads ?? 0) > 0) return { ...base, condition: matching, params }
  const known = counted.filter((each) => each.cache === chosen && each.pattern !== '').map((each) => each.pattern)
  throw none(`shows no read of a key of ${pattern}`, `Patterns that are read: ${known.slice(0, mostNamed).join(', ')}.`)
}

/** `*` for any text and `?` for one character, all else as it stands. */
export function globExpression(glob: string): string {
  const parts = glob.split(/([*?])/).map((part) => {
    if (part === '*') return '.*'
    return part === '?' ? '.' : part.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
  })
  return `^${parts.join('')}$`
}

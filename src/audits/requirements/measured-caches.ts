/**
 * Hit ratios of caches, and how old what they answer is. The age of a copy is the age of the data only where nothing takes the copy
 * out when its source changes: a price that was copied an hour ago and has not changed since is fresh.
 */
import { fitsGlob, fitsStore, fitsTable, namespaceAndRest } from '../../lib/place-pattern.js'
import { grouped } from '../../lib/grouped.js'
import { largest, sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { figure, read, type Outcome, type Seen, type Target } from './targets.js'
import { toldName } from './told-names.js'

export type CacheRows = Pick<SurveyRows, 'cachePatterns' | 'cacheServers' | 'cacheInvalidations' | 'overview'>
type CacheUse = CacheRows['cachePatterns'][number]

/** The first reads of a cache miss whatever it is worth. */
const leastReads = 100
/** Ages of so many hits, over so many times what is allowed, would show one that is too old. */
const leastHits = 60
const leastWindows = 3

/** Names of variable parts are chance: `product:{id}` of a charter is `product:{uuid}` of the evidence. */
function fitsKeys(wanted: string, pattern: string): boolean {
  const plain = (text: string) => text.replaceAll(/\{[^{}]*\}/g, '{}')
  return fitsGlob(plain(wanted), plain(pattern))
}

function within(scope: string, { cache, pattern }: CacheUse): boolean {
  const { rest } = namespaceAndRest(scope)
  return fitsStore(scope, cache) && (rest === '' || fitsKeys(rest, pattern))
}

function seenOf(uses: readonly CacheUse[], { overview }: CacheRows, proof: 'missTraceIds' | 'readTraceIds'): Seen {
  const [first] = uses
  const traces = overview[0]?.traces ?? 0
  const reads = largest(uses, ({ hits, misses }) => hits + misses)
  return {
    where:
      first === undefined
        ? {}
        : uses.length === 1
          ? { store: first.cache, keyPattern: first.pattern }
          : { store: first.cache },
    samples: sum(uses, ({ hits, misses }) => hits + misses),
    // How many requests read a pattern is not known: no more than it was read.
    share: traces > 0 ? Math.min(1, reads / traces) : 0,
    traceIds: [...new Set(uses.flatMap((use) => use[proof]))].slice(0, 10),
    spanIds: (proof === 'missTraceIds' ? first?.missSpanIds : first?.readSpanIds)?.slice(0, 1) ?? [],
  }
}

/** Of a whole cache all its keys together, of a pattern of keys each pattern that it covers. */
export function hitRatios(target: Target, survey: CacheRows): Outcome[] {
  if (target.scopeKind !== 'data') return []
  const uses = survey.cachePatterns.filter((use) => within(target.scope, use))
  const whole = namespaceAndRest(target.scope).rest.replace('*', '') === ''
  const places = whole ? [...grouped(uses, ({ cache }) => cache).values()] : uses.map((use) => [use])
  const least = Math.max(leastReads, Math.ceil(Number((3 / Math.max(1 - target.value, 0.001)).toPrecision(6))))
  const counted = whole ? counters(target, survey, least) : []
  if (counted.length > 0) return counted
  return places.map((rows) => {
    const [{ cache, pattern } = { cache: '', pattern: '' }] = rows
    const name = whole ? toldName(cache) : `${toldName(pattern)} in ${toldName(cache)}`
    const hits = sum(rows, (row) => row.hits)
    const told = hits + sum(rows, (row) => row.misses)
    const unknown = sum(rows, (row) => row.unknown)
    if (told < least) return { thin: `${name}: ${told} reads that tell hit from miss, needs ${least}` }
    if (unknown > told) return { thin: `${name}: of ${told + unknown} reads only ${told} tell hit from miss` }
    const seen = seenOf(rows, survey, 'missTraceIds')
    const text = `${name} answers ${figure(hits / told, 'ratio')} of ${told} reads`
    return { reading: read(target, whole ? { ...seen, where: { store: cache } } : seen, hits / told, text) }
  })
}

/** What a server counted of all its lookups goes before what is inferred from some of them. */
function counters(target: Target, { cacheServers }: CacheRows, least: number): Outcome[] {
  const { namespace } = namespaceAndRest(target.scope)
  // A server counts for all its databases together.
  if (namespace !== '' && namespace !== '*') return []
  return cacheServers
    .filter(({ database, cache, hits, misses }) => {
      return database === '' && cache !== '' && hits >= 0 && misses >= 0 && fitsStore(target.scope, cache)
    })
    .map(({ cache, hits, misses, firstHits, firstMisses, observations }): Outcome => {
      const since = { found: hits - firstHits, all: hits - firstHits + misses - firstMisses }
      // What came between the first look and the last is of now; the rest may be of last year.
      const isOfNow =
        observations > 1 && firstHits >= 0 && since.found >= 0 && misses >= firstMisses && since.all >= least
      const { found, all } = isOfNow ? since : { found: hits, all: hits + misses }
      const name = toldName(cache)
      if (all < least) return { thin: `${name}: its server counts ${all} lookups, needs ${least}` }
      const text = `${name} answers ${figure(found / all, 'ratio')} of ${all} lookups that its server counted`
      const seen: Seen = { where: { store: cache }, samples: all, share: 0, traceIds: [], spanIds: [] }
      return { reading: read(target, seen, found / all, text) }
    })
}

/** Caches within the scope, or those that hold copies of the store or table that it names. */
export function ages(target: Target, survey: CacheRows): Outcome[] {
  if (target.scopeKind !== 'data') return []
  const { scope, value } = target
  return survey.cachePatterns
    .filter((use) => within(scope, use) || copies(scope, use))
    .map((use): Outcome => {
      const name = `${toldName(use.pattern)} in ${toldName(use.cache)}`
      const seen = seenOf([use], survey, 'readTraceIds')
      const expires = use.ttlMaxMs > 0 && use.plainWrites === 0
      if (expires && use.ttlMaxMs <= value) {
        return {
          reading: read(target, seen, use.ttlMaxMs, `${name} keeps a copy for ${figure(use.ttlMaxMs, 'ms')} at most`),
        }
      }
      const oldest = use.hitAgeMaxMs
      const text = `${name} was read ${figure(oldest, 'ms')} after it was written`
      if (oldest > value) {
        const { writes, told } = tellings(use, survey)
        if (writes > told) {
          const untold = `of ${writes} changes of its source ${writes - told} told it nothing`
          return { reading: read(target, seen, oldest, `${text}, and ${untold}`) }
        }
        if (writes === 0 && use.deletes === 0 && use.writes <= use.fills) {
          return { reading: read(target, seen, oldest, `${text}, and nothing took it out in between`) }
        }
        return { thin: `${text}, and is told when its source changes: whether it was still true no evidence tells` }
      }
      if (use.hits < leastHits || use.windowSeconds * 1000 < leastWindows * value) {
        const needed = Math.round((leastWindows * value) / 1000)
        return {
          thin: `${name}: ${use.hits} hits in ${Math.round(use.windowSeconds)} s, needs ${leastHits} in ${needed} s`,
        }
      }
      return { reading: read(target, seen, oldest, `${text}, at most`) }
    })
}

/** Writes of the tables that the pattern holds copies of, and those after which it was told. */
function tellings({ cache, pattern }: CacheUse, { cacheInvalidations }: CacheRows): { writes: number; told: number } {
  const rows = cacheInvalidations.filter((row) => row.cache === cache && row.pattern === pattern)
  return { writes: sum(rows, (row) => row.writes), told: sum(rows, (row) => row.told) }
}

function copies(scope: string, { sourceStore, sourceTables }: CacheUse): boolean {
  if (sourceStore === '') return false
  return namespaceAndRest(scope).rest === ''
    ? fitsStore(scope, sourceStore)
    : sourceTables.some((table) => fitsTable(scope, sourceStore, table))
}

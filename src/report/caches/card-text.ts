/** What a cache card says, as labelled sentences: the same words at a terminal, in Markdown and on the page. */
import type { CacheCard } from '../../model/cache-card.js'
import { bytesText, countText, durationText, numberText, shareText } from '../quantity-text.js'

export interface CardLine {
  label: string
  text: string
}

const and = (names: readonly string[]): string => names.join(', ')
const rate = (value: number): string => `${numberText(Number(value.toPrecision(3)))}/s`

/** Undefined when the evidence does not tell hits from misses. */
export function hitRatio({ hits, misses }: CacheCard): number | undefined {
  return hits + misses > 0 ? hits / (hits + misses) : undefined
}

export function hitText(card: CacheCard): string {
  const ratio = hitRatio(card)
  return ratio === undefined ? 'unknown' : `${shareText(ratio)} of ${countText(card.hits + card.misses, 'read')}`
}

function useText({ readers, writers, keys, origin, deletes, writes }: CacheCard): string {
  const who = [
    readers.length > 0 ? `read by ${and(readers)}` : '',
    writers.length > 0 ? `written by ${and(writers)}` : '',
  ].filter((part) => part !== '')
  const services = who.length > 0 ? who.join(', ') : 'by services that a capture does not name'
  const deleted = deletes > 0 ? `, ${countText(deletes, 'deletion')}` : ''
  return `${countText(keys, 'key')}, ${services}; ${countText(writes, 'write')}${deleted}, counted in ${origin === 'capture' ? 'the capture' : 'the traces'}`
}

function sourceText({ source, timesMs }: CacheCard): string {
  if (source === undefined) return 'not seen: only traces show it'
  const tables = source.tables.length > 0 ? ` (${and(source.tables)})` : ''
  const times =
    timesMs === undefined ? '' : `, ${durationText(timesMs.source)} where the cache takes ${durationText(timesMs.read)}`
  return `${source.store}${tables}${times}`
}

function worthText({ worth }: CacheCard): string {
  const time =
    worth.msPerSecond === undefined
      ? ''
      : worth.msPerSecond >= 0
        ? ` and ${numberText(Number(worth.msPerSecond.toPrecision(2)))} ms of waiting`
        : `, and costs ${numberText(Number((-worth.msPerSecond).toPrecision(2)))} ms of waiting`
  const memory = worth.memoryBytes === undefined ? '' : `, for ${bytesText(worth.memoryBytes)} of values`
  return `spares ${numberText(Number(worth.callsPerSecond.toPrecision(3)))} calls a second${time}${memory}`
}

export function ttlText({ ttl }: CacheCard): string {
  const inForce =
    ttl.eternalShare >= 0.5
      ? `none for ${shareText(ttl.eternalShare)} of the keys`
      : ttl.p50Ms === undefined
        ? 'hidden'
        : ttl.minMs === ttl.maxMs
          ? durationText(ttl.p50Ms)
          : `${durationText(ttl.p50Ms)} (${durationText(ttl.minMs ?? 0)} to ${durationText(ttl.maxMs ?? 0)})`
  return ttl.allowedMs === undefined
    ? `${inForce}; nothing is required`
    : `${inForce}; requirements allow ${durationText(ttl.allowedMs)}`
}

export function invalidationText(card: CacheCard): string {
  if (card.source === undefined) return 'not seen: only traces show it'
  if (card.invalidation.length === 0)
    return card.source.kind === 'query' ? 'nobody changed its tables' : 'by its time to live alone'
  return card.invalidation
    .map(({ table, writers, writes, told, tellers }) => {
      const who = tellers.length > 0 ? ` by ${and(tellers)}` : ''
      return `told${who} after ${shareText(told / Math.max(1, writes))} of ${countText(writes, 'change')} of ${table} by ${and(writers)}`
    })
    .join('; ')
}

export function stalenessText({ worstStalenessMs }: CacheCard): string {
  if (worstStalenessMs === undefined) return 'unknown'
  return worstStalenessMs === null ? 'without end' : durationText(worstStalenessMs)
}

export function sizeText({ curve }: CacheCard): string {
  if (curve === undefined) return 'no curve: too few reads, or nothing is asked for twice'
  const size = (value: number) => (curve.unit === 'bytes' ? bytesText(value) : countText(value, 'key'))
  const knee = curve.knee === undefined ? '' : `, the curve bends at ${size(curve.knee)}`
  return `${size(curve.present)} hold all that was asked for; ${size(curve.enough)} would miss 1 % more${knee}`
}

function coldText({ coldStart }: CacheCard): string {
  if (coldStart === undefined) return 'not seen: only traces show the store'
  const { store, coldPerSecond, warmPerSecond, seenPerSecond, refillMs } = coldStart
  const over =
    coldPerSecond > seenPerSecond
      ? `more than the ${rate(seenPerSecond)} that it was seen to serve`
      : `within the ${rate(seenPerSecond)} that it was seen to serve`
  const refill =
    refillMs === undefined
      ? 'by the model it does not recover by itself'
      : refillMs < 1_000
        ? 'by the model it is full again at once'
        : `full again after ${durationText(refillMs)} by the model`
  return `${store} would get ${rate(coldPerSecond)} instead of ${rate(warmPerSecond)}, ${over}; ${refill}`
}

export function cardLines(card: CacheCard): CardLine[] {
  return [
    { label: 'use', text: useText(card) },
    { label: 'hits', text: hitText(card) },
    { label: 'behind it', text: sourceText(card) },
    { label: 'worth', text: worthText(card) },
    { label: 'time to live', text: ttlText(card) },
    { label: 'invalidation', text: invalidationText(card) },
    { label: 'worst age', text: stalenessText(card) },
    { label: 'size', text: sizeText(card) },
    { label: 'cold start', text: coldText(card) },
  ]
}

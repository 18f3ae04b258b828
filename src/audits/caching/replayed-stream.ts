/**
 * The stream of a cache, or of one of its patterns, as simulations replay it: rows of the survey merged in the order of time.
 * What is easily got wrong: sizes are per object, and a key that was never written while anybody looked has the mean size of the others.
 */
import { sum } from '../../lib/totals.js'
import type { AccessStream } from '../../simulate/index.js'
import type { CacheStreamsRow } from '../../survey/rows.js'

/** What a key takes in a cache beside its value: the key itself, the entry of the table, the object. An estimate for Redis. */
const overheadBytes = 90

export interface ReplayedStream extends AccessStream {
  timesMs: Float64Array
  deletions: Uint8Array
  /** Share of the cache’s keys that it holds. */
  rate: number
}

/** Rows of one or more patterns; with sizes when any is known. */
export function replayedStream(rows: readonly CacheStreamsRow[]): ReplayedStream {
  const entries = rows.flatMap((row) =>
    row.hashes.map((hash, index) => ({ hash, atMs: row.atMs[index] ?? 0, deleted: row.deletions[index] ?? 0 })),
  )
  entries.sort((a, b) => a.atMs - b.atMs)
  const ids = new Map<number, number>()
  const keys = Uint32Array.from(entries, ({ hash }) => {
    const id = ids.get(hash) ?? ids.size
    ids.set(hash, id)
    return id
  })
  const known = rows.flatMap((row) =>
    row.objects.map((object, index) => ({ object, bytes: row.objectBytes[index] ?? 0 })),
  )
  const sized = known.filter(({ bytes }) => bytes > 0)
  const mean = sized.length === 0 ? 0 : sum(sized, ({ bytes }) => bytes) / sized.length
  const sizes = new Uint32Array(ids.size).fill(Math.round(mean) + overheadBytes)
  for (const { object, bytes } of sized) {
    const id = ids.get(object)
    if (id !== undefined) sizes[id] = bytes + overheadBytes
  }
  return {
    keys,
    keyCount: ids.size,
    timesMs: Float64Array.from(entries, ({ atMs }) => atMs),
    deletions: Uint8Array.from(entries, ({ deleted }) => deleted),
    rate: rows[0]?.rate ?? 1,
    ...(mean > 0 && { sizes }),
  }
}

/** Most requests a second within ten seconds, of all keys. */
export function peakPerSecond({ timesMs, deletions, rate }: ReplayedStream): number {
  let most = 0
  let from = 0
  let held = 0
  for (let at = 0; at < timesMs.length; at++) {
    held += 1 - (deletions[at] ?? 0)
    while ((timesMs[at] ?? 0) - (timesMs[from] ?? 0) >= 10_000) held -= 1 - (deletions[from++] ?? 0)
    most = Math.max(most, held)
  }
  return most / 10 / Math.max(1e-9, rate)
}

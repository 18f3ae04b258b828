/**
 * Which keys of a database are looked at. A small database is scanned from end to end. Of a large one SCAN is asked for a page at each of many
 * places spread over its cursor: keys lie there in the order of a hash with a secret seed, so what is found does not depend on names or age.
 * What is easily got wrong: RANDOMKEY prefers keys that stand alone in their bucket, and the first pages of a scan are one corner of a cluster's
 * node, whose keys lie slot by slot. So places are spread over the slots that the node holds.
 */
import type { Connection } from './connection.js'
import type { Pace } from '../pace.js'

/** So many buckets are visited in one go: some ten microseconds of the server. */
export const pageKeys = 20
const mostPlaces = 65_536

export interface SampledDatabase {
  /** Keys in it, as the server says. */
  total: number
  /** Keys wanted. */
  wanted: number
  /** Slots that a node of a cluster holds; empty for a server by itself. */
  slots: readonly (readonly [first: number, last: number])[]
}

/** Pages of keys until as many as wanted were given, each key once. */
export async function* sampledKeys(
  connection: Connection,
  pace: Pace,
  database: SampledDatabase,
): AsyncGenerator<Buffer[]> {
  const seen = new Set<string>()
  const fresh = (keys: readonly Buffer[]): Buffer[] =>
    keys.filter((key) => {
      const name = key.toString('latin1')
      if (seen.size >= database.wanted || seen.has(name)) return false
      seen.add(name)
      return true
    })
  if (database.total > database.wanted) {
    let dry = 0
    // Where a server does not take cursors that it has not given, pages are empty, and the scan from the beginning must do.
    for (let place = 0; seen.size < database.wanted && place < mostPlaces && dry < 100; place++) {
      const page = await scan(connection, pace, cursorAt(place, database.slots))
      if (page === undefined) break
      const keys = fresh(page.keys)
      dry = keys.length === 0 ? dry + 1 : 0
      if (keys.length > 0) yield keys
    }
  }
  let cursor = '0'
  for (let page = 0; seen.size < database.wanted && (page === 0 || cursor !== '0'); page++) {
    const scanned = await scan(connection, pace, cursor)
    if (scanned === undefined) throw new Error('SCAN gave no page')
    const keys = fresh(scanned.keys)
    if (keys.length > 0) yield keys
    cursor = scanned.cursor
  }
}

/** One page; undefined when a made-up cursor is not taken. Throws what the server says otherwise. */
async function scan(
  connection: Connection,
  pace: Pace,
  cursor: string,
): Promise<{ cursor: string; keys: Buffer[] } | undefined> {
  await pace.take(1)
  const [reply] = await connection.askTogether([['SCAN', cursor, 'COUNT', pageKeys.toString()]])
  if (reply instanceof Error) {
    if (/invalid cursor/i.test(reply.message)) return undefined
    throw reply
  }
  if (!Array.isArray(reply) || !Array.isArray(reply[1])) return undefined
  const keys = (reply[1] as readonly unknown[]).filter((key): key is Buffer => Buffer.isBuffer(key))
  return { cursor: String(reply[0]), keys }
}

/**
 * The cursor of the n-th place. A cursor names a bucket by its low bits, and counting in those spreads places evenly, however many
 * are visited; the high bits are scrambled, so that a table of any size is met everywhere. In a cluster the low 14 bits name the slot.
 */
export function cursorAt(place: number, slots: SampledDatabase['slots']): string {
  const scrambled = BigInt.asUintN(34, BigInt(place + 1) * 0x9e3779b97f4a7c15n)
  const held = slots.reduce((sum, [first, last]) => sum + last - first + 1, 0)
  if (held === 0) return ((scrambled << 14n) | BigInt(place & 0x3fff)).toString()
  // The golden ratio visits the slots held without favouring either end.
  let nth = Math.floor(((place * 0.618_033_988_749_894_9) % 1) * held)
  const range = slots.find(([first, last]) => {
    const size = last - first + 1
    if (nth < size) return true
    nth -= size
    return false
  })
  return ((scrambled << 14n) | BigInt((range?.[0] ?? 0) + nth)).toString()
}

/**
 * What a simulation replays: requests for objects, in order, by dense ids, so that no simulation ever hashes a key.
 * What is easily got wrong: sizes are per object, not per request (an object has one size, the largest seen), and ids are 0 … keyCount − 1 without gaps.
 */
export interface AccessStream {
  /** The object of each request, in order of time. */
  keys: Uint32Array
  /** How many objects there are. */
  keyCount: number
  /** Bytes of each object, by id. Without them an object takes one unit, and capacities are numbers of objects. */
  sizes?: Uint32Array
  /** When each request came, in milliseconds from any fixed moment; never decreasing. Without them nothing can expire. */
  timesMs?: Float64Array
  /** 1 where the entry is a deletion (an invalidation) and no request; without it, all are requests. */
  deletions?: Uint8Array
}

/** Entries of a stream that are requests. */
export function requestsOf(stream: AccessStream): number {
  const { keys, deletions } = stream
  if (deletions === undefined) return keys.length
  let deleted = 0
  for (let i = 0; i < deletions.length; i++) deleted += deletions[i]!
  return keys.length - deleted
}

/** A stream of keys of any kind, numbered in order of appearance. */
export function internKeys(
  keys: Iterable<string | number | bigint>,
): AccessStream & { names: (string | number | bigint)[] } {
  const ids = new Map<string | number | bigint, number>()
  const stream: number[] = []
  for (const key of keys) {
    let id = ids.get(key)
    if (id === undefined) ids.set(key, (id = ids.size))
    stream.push(id)
  }
  return { keys: Uint32Array.from(stream), keyCount: ids.size, names: [...ids.keys()] }
}

/** The same stream with ids without gaps, for keys that are whole numbers already. Takes room for the largest of them. */
export function denseStream(keys: Uint32Array): AccessStream {
  let largest = 0
  for (let i = 0; i < keys.length; i++) if (keys[i]! > largest) largest = keys[i]!
  // A table of sixteen times as many entries as there are requests would cost more than the hashing that it saves.
  if (largest > 16 * keys.length + 65_536) return internKeys(keys)
  const ids = new Uint32Array(largest + 1)
  const dense = new Uint32Array(keys.length)
  let keyCount = 0
  for (let i = 0; i < keys.length; i++) {
    let id = ids[keys[i]!]!
    if (id === 0) ids[keys[i]!] = id = ++keyCount
    dense[i] = id - 1
  }
  return { keys: dense, keyCount }
}

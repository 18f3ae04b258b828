/**
 * The accesses of chosen keys as a stream for simulations. The engine writes them to a file of fixed records, in order of time, and typed arrays are laid over
 * that: a row of JSON for each of ten million requests would cost more than all simulations of them.
 * What is easily got wrong: writes are no requests; they only tell sizes. A cache of another size would have other misses, and other writes that answer them.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Simulated } from '../../model/simulation.js'
import { UnreadableEvidence } from '../../model/importer.js'
import { requestCounts, requestsOf, zipfExponent, type AccessStream } from '../../simulate/index.js'
import type { ChosenKeys } from './choose-keys.js'
import { idsOf } from './key-ids.js'
import type { Accesses } from './with-accesses.js'

const recordWords = 6
/** Kinds of accesses, as the records have them; a deletion is 1, as in a stream. */
const read = 0
const write = 2
const nanoseconds = 1e6
/** Beyond this the arrays would not fit beside the engine. */
const mostRecords = 100_000_000

export interface ReadStream {
  stream: AccessStream
  /** Bytes of each object, where at least one was seen; those of others are the mean. */
  sizes: Uint32Array | undefined
  of: Simulated
}

export async function readStream({ store, folder, sources }: Accesses, chosen: ChosenKeys): Promise<ReadStream> {
  const where = `FROM accesses WHERE Counted = 1 AND Key != '' AND Kind IN ('read', 'delete', 'write') AND ${chosen.condition}`
  const [counted] = await store.query<{ rows: number }>(`SELECT count() AS rows ${where}`, chosen.params)
  if ((counted?.rows ?? 0) > mostRecords)
    throw new UnreadableEvidence(
      sources.join(' '),
      `has ${counted?.rows ?? 0} accesses of these keys, more than can be simulated at once`,
      'Choose a pattern, or give a shorter stretch of time.',
    )
  const path = join(folder, 'accesses.bin')
  await store.command(
    `INSERT INTO FUNCTION file('${path.replaceAll(/['\\]/g, '\\$&')}', 'RowBinary', 'key UInt64, at Int64, bytes UInt32, kind UInt32')
      SELECT KeyHash, AtNs, ValueBytes, multiIf(Kind = 'read', 0, Kind = 'delete', 1, 2) ${where} ORDER BY AtNs, Seq, KeyHash, Kind`,
    chosen.params,
    { engine_file_truncate_on_insert: 1 },
  )
  const file = readFileSync(path)
  rmSync(path)
  return streamOf(new Uint32Array(file.buffer, file.byteOffset, file.byteLength >> 2), chosen, sources)
}

function streamOf(words: Uint32Array, chosen: ChosenKeys, sources: readonly string[]): ReadStream {
  const records = words.length / recordWords
  const { ids, count } = idsOf(words, recordWords)
  // Objects that nobody asks for take no part: they get no number.
  const numbers = new Uint32Array(count)
  let objects = 0
  let accesses = 0
  for (let record = 0; record < records; record++)
    if (kindOf(words, record) === read && numbers[ids[record]!] === 0) numbers[ids[record]!] = ++objects
  for (let record = 0; record < records; record++)
    if (kindOf(words, record) !== write && numbers[ids[record]!] !== 0) accesses++
  const keys = new Uint32Array(accesses)
  const timesMs = new Float64Array(accesses)
  const deletions = new Uint8Array(accesses)
  const bytes = new Uint32Array(objects)
  let place = 0
  for (let record = 0; record < records; record++) {
    const number = numbers[ids[record]!]!
    if (number === 0) continue
    const size = words[record * recordWords + 4]!
    if (size > bytes[number - 1]!) bytes[number - 1] = size
    const kind = kindOf(words, record)
    if (kind === write) continue
    keys[place] = number - 1
    timesMs[place] = timeOf(words, record) - timeOf(words, 0)
    deletions[place++] = kind
  }
  const spanMs = accesses === 0 ? 0 : timesMs[accesses - 1]! - timesMs[0]!
  const deleted = deletions.reduce((sum, one) => sum + one, 0)
  const stream: AccessStream = {
    keys,
    keyCount: objects,
    ...(spanMs > 0 && { timesMs }),
    ...(deleted > 0 && { deletions }),
  }
  const sizes = withMeans(bytes)
  return {
    stream,
    sizes,
    of: {
      sources,
      cache: chosen.cache,
      pattern: chosen.pattern,
      requests: requestsOf(stream),
      deletions: deleted,
      objects,
      totalBytes: sizes === undefined ? null : sizes.reduce((sum, size) => sum + size, 0),
      spanMs: spanMs > 0 ? spanMs : null,
      zipfExponent: zipfExponent(requestCounts(stream)) ?? null,
    },
  }
}

const kindOf = (words: Uint32Array, record: number): number => words[record * recordWords + 5]!

/** Milliseconds. The two halves of the nanoseconds are added as floating-point numbers, which are exact to a microsecond for centuries. */
function timeOf(words: Uint32Array, record: number): number {
  const low = words[record * recordWords + 2]!
  const high = words[record * recordWords + 3]! | 0
  return (high * 2 ** 32 + low) / nanoseconds
}

/** Sizes of all, where at least one is known. */
function withMeans(bytes: Uint32Array): Uint32Array | undefined {
  let known = 0
  let sum = 0
  for (const size of bytes) {
    if (size === 0) continue
    known++
    sum += size
  }
  if (known === 0) return undefined
  const mean = Math.max(1, Math.round(sum / known))
  return bytes.map((size) => (size === 0 ? mean : size))
}

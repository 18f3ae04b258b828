/**
 * Writes streams and archives to plain spool files, chunk by chunk. Archives are known by their first bytes, never by their names.
 * What is easily got wrong: an archive that was cut still holds evidence, so its end is not an error here but the answer `whole: false`.
 */
import { closeSync, createReadStream, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, createGunzip, gunzip, gunzipSync } from 'node:zlib'

/** Archives up to this size are unpacked at once, off this thread; it and what comes out lie in memory meanwhile. */
const smallArchiveBytes = 8 * 1024 * 1024
const mostPlainBytes = 256 * 1024 * 1024

export type Compression = 'gzip' | 'zstd'

/** How a file that starts with `head` is compressed; undefined for a plain file. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08) return 'gzip'
  const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0, true)
  // A zstd file may start with a skippable frame (pzstd and seekable zstd do).
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : undefined
}

/** Archives hold at most a thousand times their size: of so much the head is looked for, whatever comes out. */
const mostPackedHead = 16 * 1024

/** The first bytes, at most `bytes`, of what a gzip archive that begins with `packed` holds. Throws for what cannot be unpacked. */
export function headOfGzip(packed: Uint8Array, bytes: number): Uint8Array {
  const plain = gunzipSync(packed.subarray(0, mostPackedHead), { finishFlush: constants.Z_SYNC_FLUSH })
  return plain.subarray(0, bytes)
}

/** Writes everything that `input` gives to `target`; returns the number of bytes. */
export async function spoolStream(input: AsyncIterable<Uint8Array | string>, target: string): Promise<number> {
  const file = openSync(target, 'w')
  let bytes = 0
  try {
    for await (const chunk of input) bytes += writeAll(file, typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  } finally {
    closeSync(file)
  }
  return bytes
}

/** Decompresses `path` into `target`. `whole` is false when the archive is cut or broken; what came before is then in `target`. */
export async function decompress(
  path: string,
  compression: Compression,
  target: string,
): Promise<{ whole: boolean; bytes: number }> {
  if (compression === 'zstd') return decompressZstd(path, target)
  const small = await decompressSmall(path, target)
  if (small !== undefined) return { whole: true, bytes: small }
  const strict = await decompressGzip(path, target, constants.Z_FINISH)
  // Only a forgiving second pass hands out the last block of a cut stream.
  return strict.whole ? strict : { ...(await decompressGzip(path, target, constants.Z_SYNC_FLUSH)), whole: false }
}

/** The number of bytes written; undefined for an archive that is not small or not whole. */
async function decompressSmall(path: string, target: string): Promise<number | undefined> {
  if (statSync(path).size > smallArchiveBytes) return undefined
  // Read in one go, so that unpacking has begun before this thread turns to other work; and into one chunk, because between two
  // chunks unpacking waits for this thread. The last four bytes of an archive say how much it holds, which may be a lie.
  const archive = readFileSync(path)
  const stated = archive.length < 18 ? 0 : archive.readUInt32LE(archive.length - 4)
  const chunkSize = Math.min(Math.max(stated + 1, 64 * 1024), mostPlainBytes)
  const plain = await promisify(gunzip)(archive, { chunkSize, maxOutputLength: mostPlainBytes }).catch(() => undefined)
  if (plain === undefined) return undefined
  await writeFile(target, plain)
  return plain.length
}

async function decompressGzip(
  path: string,
  target: string,
  finishFlush: number,
): Promise<{ whole: boolean; bytes: number }> {
  const file = openSync(target, 'w')
  let bytes = 0
  const input = createReadStream(path)
  const gunzip = createGunzip({ finishFlush, chunkSize: 256 * 1024 })
  try {
    return await new Promise((resolve, reject) => {
      gunzip.on('data', (chunk: Buffer) => {
        try {
          bytes += writeAll(file, chunk)
        } catch (error) {
          reject(error)
        }
      })
      gunzip.on('end', () => resolve({ whole: true, bytes }))
      gunzip.on('error', () => resolve({ whole: false, bytes }))
      input.on('error', reject)
      input.pipe(gunzip)
    })
  } finally {
    input.destroy()
    gunzip.destroy()
    closeSync(file)
  }
}

async function decompressZstd(path: string, target: string): Promise<{ whole: boolean; bytes: number }> {
  const file = openSync(target, 'w')
  let bytes = 0
  let writeError: unknown
  const { Decompress } = await import('fzstd')
  const stream = new Decompress((chunk) => {
    try {
      bytes += writeAll(file, chunk)
    } catch (error) {
      writeError = error
    }
  })
  const push = (chunk: Uint8Array, last: boolean): boolean => {
    try {
      stream.push(chunk, last)
      return true
    } catch {
      return false
    }
  }
  try {
    let whole = true
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      whole = push(chunk as Buffer, false)
      if (writeError !== undefined) throw writeError
      if (!whole) break
    }
    return { whole: whole && push(new Uint8Array(0), true), bytes }
  } finally {
    closeSync(file)
  }
}

function writeAll(file: number, chunk: Uint8Array): number {
  for (let written = 0; written < chunk.length;) written += writeSync(file, chunk, written)
  return chunk.length
}

/**
 * Writes streams and archives to plain spool files, chunk by chunk. Archives are known by their first bytes, never by their names.
 * What is easily got wrong: an archive that was cut still holds evidence, so its end is not an error here but the answer `whole: false`.
 */
import { Decompress } from 'fzstd'
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { constants, createGunzip } from 'node:zlib'

export type Compression = 'gzip' | 'zstd'

/** How a file that starts with `head` is compressed; undefined for a plain file. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08) return 'gzip'
  const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0, true)
  // A zstd file may start with a skippable frame (pzstd and seekable zstd do).
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : undefined
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
  const strict = await decompressGzip(path, target, constants.Z_FINISH)
  // Only a forgiving second pass hands out the last block of a cut stream.
  return strict.whole ? strict : { ...(await decompressGzip(path, target, constants.Z_SYNC_FLUSH)), whole: false }
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

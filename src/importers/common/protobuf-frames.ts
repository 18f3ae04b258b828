/**
 * Walks protobuf messages in a file by their lengths alone, and writes them to a spool in the framing that the engine reads.
 * A lone request is a frame too: it is nothing but its ResourceSpans one after another, each with a tag and a length, so it streams as well.
 * What is easily got wrong: a length says nothing about what it measures, so a walk that fits proves the framing, not the content.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'

/**
 * `request`: one message, whose frames are its ResourceSpans. `varint`: requests, each after its length.
 * `fixed32`: requests, each after its length in four bytes, big end first, as the Collector's file exporter writes.
 */
export type Framing = 'request' | 'varint' | 'fixed32'

export interface Frame {
  /** Where the payload starts and how long it is, in bytes. */
  offset: number
  length: number
}

/** The header of a frame: how long it is and what it announces. `cut` when it ends early, `bad` when it is none. */
export function readHeader(
  bytes: Uint8Array,
  at: number,
  framing: Framing,
): { header: number; length: number } | 'cut' | 'bad' {
  if (framing === 'fixed32') {
    if (at + 4 > bytes.length) return 'cut'
    return { header: 4, length: new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0) }
  }
  const tag = framing === 'request' ? 1 : 0
  if (tag === 1 && at < bytes.length && bytes[at] !== 0x0a) return 'bad'
  let length = 0
  for (let size = 0; size < 5; size++) {
    const byte = bytes[at + tag + size]
    if (byte === undefined) return 'cut'
    length += (byte & 0x7f) * 2 ** (7 * size)
    if (byte < 0x80) return { header: tag + size + 1, length }
  }
  return 'bad'
}

const windowBytes = 1 << 20

/** Reads frames of one file in order. After the last, `state` says how the file ended and `wholeBytes` where. */
export class FrameReader {
  state: 'whole' | 'cut' | 'bad' = 'whole'
  wholeBytes = 0
  private readonly file: number
  private readonly sizeBytes: number
  private window: Buffer = Buffer.alloc(0)
  private windowStart = 0

  constructor(
    path: string,
    private readonly framing: Framing,
  ) {
    this.file = openSync(path, 'r')
    this.sizeBytes = fstatSync(this.file).size
  }

  *frames(): Generator<Frame> {
    while (this.wholeBytes < this.sizeBytes) {
      const header = readHeader(this.bytes(this.wholeBytes, 16), 0, this.framing)
      const end = typeof header === 'string' ? 0 : this.wholeBytes + header.header + header.length
      if (typeof header === 'string' || end > this.sizeBytes) {
        this.state = header === 'bad' ? 'bad' : 'cut'
        return
      }
      const offset = this.wholeBytes + header.header
      this.wholeBytes = end
      yield { offset, length: header.length }
    }
  }

  /** Up to `length` bytes from `offset`; valid until the next call. */
  bytes(offset: number, length: number): Uint8Array {
    const start = offset - this.windowStart
    if (start < 0 || start + length > this.window.length) {
      this.window = Buffer.alloc(Math.min(Math.max(windowBytes, length), Math.max(0, this.sizeBytes - offset)))
      this.windowStart = offset
      for (let got = -1, filled = 0; got !== 0 && filled < this.window.length; filled += got)
        got = readSync(this.file, this.window, filled, this.window.length - filled, offset + filled)
      return this.window.subarray(0, length)
    }
    return this.window.subarray(start, start + length)
  }

  close(): void {
    closeSync(this.file)
  }
}

/** Larger messages are left out when each must be held in memory. */
export const longestMessageBytes = 256 << 20

/**
 * Writes the whole messages of `source` to `target`, each after its length as a varint.
 * With `accepts` every message is held in memory and asked for, and `refused` counts those that were not accepted.
 */
export function reframe(
  source: string,
  framing: Framing,
  target: string,
  accepts?: (message: Uint8Array) => boolean,
): { messages: number; refused: number; oversized: number; state: FrameReader['state'] } {
  const reader = new FrameReader(source, framing)
  const file = openSync(target, 'w')
  const result = { messages: 0, refused: 0, oversized: 0, state: reader.state }
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  const write = (bytes: Uint8Array): void => {
    waiting.push(Uint8Array.from(bytes))
    waitingBytes += bytes.length
    if (waitingBytes >= windowBytes) flush()
  }
  const flush = (): void => {
    const all = Buffer.concat(waiting)
    for (let written = 0; written < all.length;) written += writeSync(file, all, written)
    waiting = []
    waitingBytes = 0
  }
  try {
    for (const { offset, length } of reader.frames()) {
      if (accepts) {
        if (length > longestMessageBytes) {
          result.oversized++
          continue
        }
        if (!accepts(reader.bytes(offset, length))) {
          result.refused++
          continue
        }
      }
      write(varint(length))
      for (let done = 0; done < length; done += windowBytes)
        write(reader.bytes(offset + done, Math.min(windowBytes, length - done)))
      result.messages++
    }
    flush()
    return { ...result, state: reader.state }
  } finally {
    closeSync(file)
    reader.close()
  }
}

/** How the frames of a file end, without reading more than their headers. */
export function walkFrames(path: string, framing: Framing): FrameReader['state'] {
  const reader = new FrameReader(path, framing)
  try {
    for (const frame of reader.frames()) void frame
    return reader.state
  } finally {
    reader.close()
  }
}

export function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}

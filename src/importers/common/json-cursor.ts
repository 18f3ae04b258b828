/**
 * A window that slides over a file of JSON, and the scan that finds where a value ends.
 * Indices (`position`, `mark`) are into `buffer` and shift when `fill` slides the window: never keep one across a call that may fill.
 */
import { readSync } from 'node:fs'

export type Scan =
  /** The value ended; `position` is just after it. */
  | 'whole'
  /** The file ended inside the value. */
  | 'cut'
  /** A byte that cannot stand there, brackets that do not pair, too deep or too long; `position` is where it showed. */
  | 'bad'

const plain = 0
const quote = 1
const open = 2
const close = 3
const never = 4

/** What a byte means outside strings; everything that no JSON document has there is `never`, so that corruption shows at once. */
const meaning = new Uint8Array(256).fill(never)
for (const character of ' \t\r\n,:0123456789+-.eEtrufalsn') meaning[character.charCodeAt(0)] = plain
meaning[0x22] = quote
meaning[0x5b] = meaning[0x7b] = open
meaning[0x5d] = meaning[0x7d] = close

/** Deeper values are refused: no telemetry is so deep, and the engine stops at 1000 with an error for the whole file. */
const deepest = 400
const chunkBytes = 1 << 20

export class JsonCursor {
  buffer: Buffer = Buffer.allocUnsafe(2 * chunkBytes)
  position = 0
  /** Bytes from here on survive the next `fill`; -1: from `position` on. */
  mark = -1
  /** Index after the last byte read. */
  end = 0
  private readonly kinds = new Uint8Array(deepest)

  constructor(
    private readonly file: number,
    /** Offset in the file of `buffer[0]`. */
    private base: number,
    private readonly longestBytes: number,
  ) {}

  get offset(): number {
    return this.base + this.position
  }

  /** Goes to an offset in the file, before or after the window if need be. */
  moveTo(offset: number): void {
    this.mark = -1
    const index = offset - this.base
    if (index >= 0 && index <= this.end) this.position = index
    else {
      this.base = offset
      this.position = this.end = 0
    }
  }

  /** Reads more bytes behind `end`; false at the end of the file. */
  fill(): boolean {
    const keep = Math.min(this.mark >= 0 ? this.mark : this.position, this.end)
    if (keep > 0) {
      this.buffer.copyWithin(0, keep, this.end)
      this.base += keep
      this.position -= keep
      this.end -= keep
      if (this.mark >= 0) this.mark -= keep
    }
    if (this.buffer.length - this.end < chunkBytes) {
      const larger = Buffer.allocUnsafe(this.buffer.length * 2)
      this.buffer.copy(larger, 0, 0, this.end)
      this.buffer = larger
    }
    const read = readSync(this.file, this.buffer, this.end, chunkBytes, this.base + this.end)
    this.end += read
    return read > 0
  }

  /** The next byte without consuming it; -1 at the end of the file. */
  peek(): number {
    if (this.position >= this.end && !this.fill()) return -1
    return this.buffer[this.position] ?? -1
  }

  /** Consumes white space and commas: a grammar that forgives a comma too many loses nothing. */
  skipBlank(): number {
    for (;;) {
      const byte = this.peek()
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && byte !== 0x2c) return byte
      this.position++
    }
  }

  /** Scans one value from `position`, where its first byte is. With `keep`, `mark` is at its first byte afterwards. */
  scanValue(keep: boolean, longestBytes = this.longestBytes): Scan {
    const first = this.peek()
    if (first < 0) return 'cut'
    this.mark = keep ? this.position : -1
    const kind = meaning[first]
    if (kind === quote) return this.scanString()
    if (kind === open) return this.scanNested(keep, longestBytes)
    return kind === plain ? this.scanScalar() : 'bad'
  }

  scanString(): Scan {
    const start = this.offset
    this.position++
    for (;;) {
      const { buffer, end } = this
      let index = this.position
      while (index < end) {
        const byte = buffer[index]
        if (byte === 0x22) {
          this.position = index + 1
          return 'whole'
        }
        index += byte === 0x5c ? 2 : 1
      }
      this.position = index
      if (this.offset - start > this.longestBytes) return 'bad'
      if (!this.fill()) return 'cut'
    }
  }

  /** `true`, `-1.5e3`: whatever stands until a delimiter; that it is a legal scalar is for the parser to say. */
  private scanScalar(): Scan {
    const start = this.offset
    for (;;) {
      const byte = this.peek()
      if (byte < 0) return 'cut'
      if (byte === 0x2c || byte <= 0x20 || byte === 0x7d || byte === 0x5d) return this.offset > start ? 'whole' : 'bad'
      if (meaning[byte] !== plain || byte === 0x3a || this.offset - start > 400) return 'bad'
      this.position++
    }
  }

  private scanNested(keep: boolean, longestBytes: number): Scan {
    const { kinds } = this
    const start = this.offset
    let depth = 0
    for (;;) {
      const { buffer, end } = this
      let index = this.position
      let inside = false
      while (index < end) {
        const byte = buffer[index] as number
        const kind = meaning[byte] as number
        index++
        if (kind === plain) continue
        if (kind === quote) {
          // The hot loop of the whole scan: strings are most of the bytes of telemetry.
          const opening = index - 1
          inside = true
          while (index < end) {
            const character = buffer[index] as number
            if (character === 0x22) {
              inside = false
              index++
              break
            }
            index += character === 0x5c ? 2 : 1
          }
          if (inside) {
            this.position = opening
            break
          }
        } else if (kind === open) {
          if (depth === deepest) return this.stopAt(index)
          kinds[depth++] = byte
        } else if (kind === close) {
          // '{' and '}', '[' and ']' lie two apart.
          if (kinds[--depth] !== byte - 2) return this.stopAt(index)
          if (depth === 0) {
            this.position = index
            return 'whole'
          }
        } else return this.stopAt(index)
      }
      if (inside) {
        const scan = this.scanString()
        if (scan !== 'whole') return scan
      } else this.position = index
      if (keep && this.offset - start > longestBytes) return 'bad'
      if (this.position >= this.end && !this.fill()) return 'cut'
    }
  }

  private stopAt(index: number): 'bad' {
    this.position = index
    return 'bad'
  }
}

/** The offset after a byte order mark of UTF-8, or 0. */
export function afterByteOrderMark(file: number): number {
  const head = Buffer.alloc(3)
  return readSync(file, head, 0, 3, 0) === 3 && head.equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
}

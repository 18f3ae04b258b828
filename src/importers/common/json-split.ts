/**
 * Takes a file of trace JSON apart into lines that the engine can read, span by span, with bounded memory.
 * It is the way round what the engine cannot do with a document: survive a cut end or a bad byte, or read one larger than memory.
 * What is easily got wrong: an owner's members may stand behind its spans (Jaeger's `processes`), so lines wait for their owner
 * to close, or, when it is large, are completed by reading ahead.
 */
import { closeSync, fstatSync, openSync } from 'node:fs'
import { afterByteOrderMark, JsonCursor } from './json-cursor.js'
import { isOwner, keyOf, objectFrame, rendered, type Frame, type ObjectFrame } from './json-frames.js'
import type { SplitLevel, SplitOptions, SplitPlan, SplitReport } from './json-plans.js'
import { findLandmark, type Landmark } from './json-resync.js'
import { compact, validated } from './json-text.js'

const longestSpanBytes = 64 << 20
const batchBytes = 1 << 20
const newline = Buffer.from('\n')

/** Reads a file as `plan` says. Call `next` until it gives undefined, then read `report`. */
export class JsonSplitter {
  readonly report: SplitReport = { elements: 0, badRows: 0, truncated: false }
  private readonly file: number
  private readonly cursor: JsonCursor
  private frames: Frame[] = []
  private lines: Buffer[] = []
  private linesBytes = 0
  private waitingBytes = 0
  private waitingElements = 0
  private membersBytes = 0
  private resynchronised = false
  /** How much may be scanned again after garbage: a few times the file, so that it cannot grow with its square. */
  private rescanBytes: number
  private done = false
  private readonly validate: boolean
  private readonly lineBytes: number
  private readonly through: readonly string[]

  constructor(
    private readonly path: string,
    private readonly plan: SplitPlan,
    options: SplitOptions = {},
    ahead?: { offset: number; frames: Frame[] },
  ) {
    this.validate = options.validate ?? true
    this.lineBytes = options.lineBytes ?? batchBytes
    this.through = plan.through.map((key) => `"${key}"`)
    this.file = openSync(path, 'r')
    this.rescanBytes = (64 << 20) + 4 * fstatSync(this.file).size
    this.cursor = new JsonCursor(this.file, ahead?.offset ?? afterByteOrderMark(this.file), longestSpanBytes)
    if (ahead) this.frames = ahead.frames
  }

  /** How far the file has been read, in bytes. */
  get offset(): number {
    return this.cursor.offset
  }

  /** About a megabyte of whole lines; undefined at the end. */
  next(): Buffer | undefined {
    while (!this.done && this.linesBytes < batchBytes) this.step()
    if (this.lines.length === 0) return undefined
    const batch = Buffer.concat(this.lines)
    this.lines = []
    this.linesBytes = 0
    return batch
  }

  close(): void {
    this.done = true
    closeSync(this.file)
  }

  private step(): void {
    const frame = this.frames.at(-1)
    const byte = this.cursor.skipBlank()
    if (byte < 0) return this.finish(this.frames.length > 0)
    if (!frame) return this.stepTop(byte)
    if (frame.kind === 'array') return byte === 0x5d ? this.pop() : this.item(byte, frame.level)
    if (byte === 0x7d) return this.pop()
    if (byte !== 0x22) return this.fail(this.cursor.offset + 1)
    this.member(frame)
  }

  private stepTop(byte: number): void {
    // Record separators of JSON text sequences, and closers whose openers were garbage.
    if (byte === 0x1e || (this.resynchronised && (byte === 0x5d || byte === 0x7d))) this.cursor.position++
    else if (byte === 0x7b || byte === 0x5b) this.item(byte, 0)
    else this.fail(this.cursor.offset)
  }

  private item(byte: number, level: number): void {
    const start = this.cursor.offset
    if (byte === 0x5b && this.frames.length < 400) return this.open({ kind: 'array', level })
    if (byte === 0x7b && level < this.plan.levels.length) {
      if (this.validate || level > 0 || this.frames.length === 0 || !this.passWhole()) this.open(objectFrame(level))
      return
    }
    const scan = this.cursor.scanValue(byte === 0x7b)
    if (scan === 'cut') return this.finish(true)
    if (scan === 'bad') return this.fail(start + 1)
    if (byte !== 0x7b) return
    const value = this.cursor.buffer.subarray(this.cursor.mark, this.cursor.position)
    const span = this.validate ? validated(value) : compact(value)
    this.cursor.mark = -1
    if (!span) return this.fail(start + 1)
    this.waitingElements++
    this.keep(span, this.owner())
  }

  /** Passes an owner on without looking at its spans; false (and nothing is consumed) when it must be taken apart. */
  private passWhole(): boolean {
    const { cursor } = this
    const start = cursor.offset
    const scan = cursor.scanValue(true, 2 * this.lineBytes)
    const value = cursor.buffer.subarray(cursor.mark, cursor.position)
    cursor.mark = -1
    if (scan !== 'whole' || this.through.some((key) => value.includes(key))) {
      cursor.moveTo(start)
      return false
    }
    this.waitingElements = 1
    this.keep(compact(value), undefined)
    return true
  }

  private member(frame: ObjectFrame): void {
    const { cursor } = this
    const start = cursor.offset
    cursor.mark = cursor.position
    const scan = cursor.scanString()
    if (scan === 'cut') return this.finish(true)
    const key = scan === 'whole' ? keyOf(cursor.buffer.subarray(cursor.mark, cursor.position)) : undefined
    cursor.mark = -1
    if (key === undefined || cursor.skipBlank() !== 0x3a) {
      if (cursor.peek() < 0) return this.finish(true)
      return this.fail(start + 1)
    }
    cursor.position++
    const byte = cursor.skipBlank()
    if (byte < 0) return this.finish(true)
    const nested = byte === 0x5b || byte === 0x7b
    if (nested && frame.level === 0 && this.plan.through.includes(key)) return this.item(byte, 0)
    if (byte === 0x5b && this.level(frame).arrays.includes(key)) {
      frame.arrayKey = key
      return this.open({ kind: 'array', level: frame.level + 1 })
    }
    const value = cursor.offset
    const end = cursor.scanValue(!frame.complete)
    if (end === 'cut') return this.finish(true)
    if (end === 'bad') return this.fail(value + 1)
    if (frame.complete) return
    const text = (this.validate ? validated : compact)(cursor.buffer.subarray(cursor.mark, cursor.position))
    cursor.mark = -1
    if (!text) {
      this.report.badRows++
      return
    }
    this.membersBytes += text.length
    if (this.membersBytes <= longestSpanBytes) frame.members.set(key, text)
  }

  private open(frame: Frame): void {
    this.cursor.position++
    this.frames.push(frame)
  }

  private pop(): void {
    this.cursor.position++
    this.leave()
  }

  /** Drops the innermost frame and hands what waited in it to its owner, or writes it. */
  private leave(): void {
    const frame = this.frames.pop()
    if (frame?.kind !== 'object') return
    if (frame.parts.size > 0) this.keep(rendered(frame), this.owner())
    if (frame.level === 0) this.membersBytes = 0
  }

  private keep(part: Buffer, owner: ObjectFrame | undefined): void {
    if (!owner) {
      this.lines.push(part, newline)
      this.linesBytes += part.length + 1
      this.waitingBytes = 0
      this.report.elements += this.waitingElements
      this.waitingElements = 0
      return
    }
    const parts = owner.parts.get(owner.arrayKey)
    if (parts) parts.push(part)
    else owner.parts.set(owner.arrayKey, [part])
    this.waitingBytes += part.length
    if (
      this.waitingBytes > Math.max(this.lineBytes, 4 * this.membersBytes) &&
      owner.level === this.plan.levels.length - 1
    )
      this.writeOpen()
  }

  /** The object that parts at this place belong to; undefined where they stand alone. */
  private owner(): ObjectFrame | undefined {
    const frame = this.frames.findLast((each) => each.kind === 'object')
    return frame && isOwner(frame) ? frame : undefined
  }

  private level(frame: ObjectFrame): SplitLevel {
    return this.plan.levels[frame.level] as SplitLevel
  }

  /** Writes what waits in open objects as a line of its own, completed with what their owners say further on. */
  private writeOpen(): void {
    const objects = this.frames.filter(isOwner)
    if (objects.some((frame) => !frame.complete)) this.readAhead()
    let part: Buffer | undefined
    for (const frame of objects.reverse()) {
      if (part) frame.parts.set(frame.arrayKey, [...(frame.parts.get(frame.arrayKey) ?? []), part])
      part = frame.parts.size > 0 ? rendered(frame) : undefined
      frame.parts = new Map()
    }
    if (part) this.keep(part, undefined)
  }

  /** Completes the members of open owners without moving on. An owner is read ahead once, so a file is scanned twice at most. */
  private readAhead(): void {
    const first = this.frames.findIndex((frame) => isOwner(frame) && !frame.complete)
    const copies = this.frames.map((frame) =>
      isOwner(frame) ? { ...frame, members: new Map(frame.members), parts: new Map() } : frame,
    )
    const ahead = new JsonSplitter(this.path, this.plan, {}, { offset: this.cursor.offset, frames: [...copies] })
    try {
      while (!ahead.done && ahead.report.badRows === 0 && ahead.frames.length > first) ahead.skim()
    } finally {
      ahead.close()
    }
    this.membersBytes += ahead.membersBytes
    for (const [index, frame] of this.frames.entries()) {
      const copy = copies[index]
      if (index < first || !isOwner(frame) || copy?.kind !== 'object') continue
      frame.members = copy.members
      frame.complete = true
    }
  }

  /** A step that keeps members and passes over everything else. */
  private skim(): void {
    const frame = this.frames.at(-1)
    const byte = this.cursor.skipBlank()
    if (frame?.kind !== 'array' || byte === 0x5d || byte < 0) return this.step()
    if (this.cursor.scanValue(false) !== 'whole') this.done = true
  }

  /** Counts a bad place and goes on at the next object that is known, looking from `offset` on. */
  private fail(offset: number): void {
    this.report.badRows++
    this.resynchronised = true
    this.cursor.mark = -1
    this.rescanBytes -= Math.max(0, this.cursor.offset - offset) + 64
    if (this.rescanBytes < 0) return this.finish(true)
    this.cursor.moveTo(offset)
    const landmark = findLandmark(this.cursor, this.plan, (each) => this.frameFor(each) !== undefined)
    const keep = landmark && this.frameFor(landmark)
    if (keep === undefined) return this.finish(false)
    while (this.frames.length > keep) this.leave()
  }

  /** How many frames stay open when reading goes on at this landmark; undefined when its owner is not known. */
  private frameFor({ role, first }: Landmark): number | undefined {
    if (role === 'document') return 0
    if (role > 0 && first) return undefined
    const array = this.frames.findLastIndex((frame) => frame.kind === 'array' && frame.level === role)
    if (array >= 0) return array + 1
    return role === 0 ? 0 : undefined
  }

  private finish(cut: boolean): void {
    this.report.truncated ||= cut
    while (this.frames.length > 0) this.leave()
    this.done = true
  }
}

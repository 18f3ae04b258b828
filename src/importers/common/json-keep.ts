/**
 * Moves what a format's specification does not name into attributes, line by line, so that the engine, which passes over unknown fields, reads it.
 * What is easily got wrong: this is the slow way, taken only where the engine has refused the quick one; and numbers that JavaScript would
 * write otherwise become marked text before they are parsed, so that 64-bit numbers keep every digit.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Sink } from '../../model/importer.js'
import { isParseError } from './engine-error.js'
import { readLines } from './json-lines.js'

type Json = Record<string, unknown>

/** What an object of the format may hold, and which attributes take what else it holds. */
export interface KeepShape {
  /** Begins the key of an attribute. */
  prefix: string
  known: ReadonlySet<string>
  /** Adds attributes to the object; without it they go to the object around it. */
  add?: (owner: Json, kept: readonly Kept[]) => void
  /** Objects, arrays of them, by their key. */
  inside?: Readonly<Record<string, KeepShape>>
  /** Objects by names of their own: the processes of a trace. */
  named?: Readonly<Record<string, KeepShape>>
}

export type Kept = readonly [key: string, text: string]

/** Settings under which the engine refuses a field that the structure does not name, instead of passing over it. */
export const strictSettings = {
  input_format_skip_unknown_fields: 0,
  input_format_json_ignore_unknown_keys_in_named_tuple: 0,
} as const

const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs
const escape = /\\[^u]|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}/gs

/** Half a surrogate stands for no text, and the engine refuses it. */
const withoutHalves = (quoted: string): string =>
  quoted.includes('\\u')
    ? quoted.replace(escape, (each) => (/^\\u[dD][89a-fA-F]..$/.test(each) ? '\\ufffd' : each))
    : quoted

/** Begins a text that was a number. No evidence can know it. */
const numberMark = randomUUID()
const markedNumber = new RegExp(`"${numberMark}([^"]*)"`, 'g')

const exact = (each: string): string =>
  each.startsWith('"') ? withoutHalves(each) : String(Number(each)) === each ? each : `"${numberMark}${each}"`

/** A number that is not plainly one that JavaScript writes as it stands; in a string it may be met in vain. */
const doubtful = /[[:,]\s*(?!(?:0|-?[1-9]\d{0,14}|[1-8]\d{15})\s*[,\]}])(-?\d[\d.eE+-]*)(?=\s*[,\]}])/g

/** Looking costs far less than going through every string of a line. */
function mended(line: string): string {
  let doubt = line.includes('\\u') && /\\u[dD][89a-fA-F]/.test(line)
  doubtful.lastIndex = 0
  for (let found = doubtful.exec(line); found && !doubt; found = doubtful.exec(line))
    doubt = String(Number(found[1])) !== found[1]
  return doubt ? line.replace(token, exact) : line
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value).replace(markedNumber, '$1')

/** Keeps what is unknown in `value` and below; what `value` cannot take is added to `outside`. */
function keep(value: unknown, shape: KeepShape, outside: Kept[]): void {
  if (Array.isArray(value)) {
    for (const each of value) keep(each, shape, outside)
    return
  }
  if (!isObject(value)) return
  const kept = shape.add ? [] : outside
  for (const key of Object.keys(value)) {
    const inner = value[key]
    // Most members are scalars that are known, and are passed over by this one question.
    if (typeof inner !== 'object') {
      if (!shape.known.has(key)) kept.push([`${shape.prefix}${key}`, textOf(inner)])
      continue
    }
    if (inner === null) continue
    const below = shape.inside && Object.hasOwn(shape.inside, key) ? shape.inside[key] : undefined
    const named = shape.named && Object.hasOwn(shape.named, key) ? shape.named[key] : undefined
    if (below) keep(inner, below, kept)
    else if (named) for (const each of Object.values(inner)) keep(each, named, kept)
    else if (!shape.known.has(key)) kept.push([`${shape.prefix}${key}`, textOf(inner)])
  }
  if (shape.add && kept.length > 0) shape.add(value, kept)
}

/** One line with what it holds kept; a line that is no JSON stays as it is, for the engine to refuse. */
export function keptLine(line: string, shape: KeepShape): string {
  const text = mended(line)
  const unmarked = (marked: string): string => (text === line ? marked : marked.replaceAll(numberMark, ''))
  try {
    const value: unknown = JSON.parse(text)
    keep(value, shape, [])
    return unmarked(JSON.stringify(value))
  } catch {
    return unmarked(text)
  }
}

/** Lines are written in pieces of about this many characters: a write for every span would cost as much as reading it. */
const pieceLength = 1 << 20

/** Writes the lines of a spool to another; gives its size. */
function writeKept(path: string, target: string, shape: KeepShape): number {
  const file = openSync(target, 'w')
  let sizeBytes = 0
  let waiting: string[] = []
  let waitingLength = 0
  const write = (): void => {
    const text = Buffer.from(waiting.join(''))
    for (let written = 0; written < text.length;) written += writeSync(file, text, written)
    sizeBytes += text.length
    waiting = []
    waitingLength = 0
  }
  try {
    for (const line of readLines(path)) {
      const kept = keptLine(line, shape)
      waiting.push(kept, '\n')
      waitingLength += kept.length
      if (waitingLength > pieceLength) write()
    }
    write()
  } finally {
    closeSync(file)
  }
  return sizeBytes
}

/** Whether a spool must be rewritten is learnt from the first that must: the rest of its file is written by the same hand. */
export class Keeper {
  private rewriting = false
  private target: string | undefined

  constructor(
    private readonly sink: Sink,
    private readonly shape: KeepShape,
  ) {}

  /** The path of the spool as it was read, rewritten or not, is given to `repair` where the engine refuses even that. */
  async insert<Result>(
    path: string,
    sizeBytes: number,
    insert: (path: string, settings: Record<string, string | number>, sizeBytes: number) => Promise<Result>,
    repair: (path: string, error: unknown) => Promise<Result>,
  ): Promise<Result> {
    if (!this.rewriting) {
      try {
        return await insert(path, strictSettings, sizeBytes)
      } catch (error) {
        if (!isParseError(error)) throw error
        this.rewriting = true
      }
    }
    this.target ??= this.sink.spoolPath('jsonl')
    const keptBytes = writeKept(path, this.target, this.shape)
    try {
      return await insert(this.target, {}, keptBytes)
    } catch (error) {
      if (!isParseError(error)) throw error
      return await repair(this.target, error)
    }
  }
}

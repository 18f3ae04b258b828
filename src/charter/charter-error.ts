/**
 * A charter that cannot be used: where, what was expected, and how to mend it. The first fault of a file is the one that is told.
 * Charters are hostile text: whatever is quoted from one goes through `quoted`.
 */
import { closest, distance } from 'fastest-levenshtein'
import { truncate, visible } from '../lib/text.js'
import type { Origin } from '../model/charter.js'

export class CharterError extends Error {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number

  constructor(
    { file, line, column }: Origin,
    /** What was expected, in one sentence. */
    message: string,
    /** What to write instead, in one sentence. */
    readonly remedy: string,
  ) {
    super(message)
    this.name = 'CharterError'
    this.file = file
    this.line = line
    this.column = column
  }

  /** `faultline.yaml:12:5`, as editors and terminals make it a link. */
  get place(): string {
    return originText(this)
  }
}

/** A fault before its place is known. */
export interface Fault {
  message: string
  remedy: string
}

export function isFault(found: object): found is Fault {
  return 'remedy' in found
}

export function originText({ file, line, column }: Origin): string {
  return `${visible(file)}:${line}:${column}`
}

/** Text of a charter as it may be printed: visible, of bounded length, in quotes. */
export function quoted(text: string): string {
  return `"${truncate(visible(text), 80)}"`
}

/** The known name that was probably meant, if any comes close: a third of its letters may be wrong. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > 100) return undefined
  const letters = name.toLowerCase().replaceAll(/[-_ ]/g, '')
  const candidates = known.map((each) => each.toLowerCase().replaceAll(/[-_ ]/g, ''))
  // Two letters the wrong way round are nearer than one that is wrong: p59 is p95, not p50.
  const sorted = (word: string): string => Array.from(word).sort().join('')
  const found = candidates.find((each) => sorted(each) === sorted(letters)) ?? closest(letters, candidates)
  if (distance(letters, found) > Math.max(sorted(found) === sorted(letters) ? 2 : 1, Math.floor(found.length / 3)))
    return undefined
  return known[candidates.indexOf(found)]
}

/** `Did you mean "p95"? Known keys: …` */
export function suggestion(name: string, known: readonly string[], what: string): string {
  const near = nearest(name, known)
  const list = known.length > 24 ? [...known.slice(0, 24), '…'] : known
  const all = known.length > 0 ? `Known ${what}: ${list.map((each) => truncate(visible(each), 60)).join(', ')}.` : ''
  return [near === undefined ? '' : `Did you mean ${quoted(near)}?`, all].filter((part) => part !== '').join(' ')
}

/**
 * One file of a charter: bytes to validated values with their places. Of several faults the one that stands first is told,
 * since the others often follow from it.
 */
import { open } from 'node:fs/promises'
import type { z } from 'zod'
import { CharterError, quoted, suggestion } from './charter-error.js'
import type { Origin } from '../model/charter.js'
import { charterFile } from './schema.js'
import type { CharterFile } from './schema.js'
import { readYaml } from './yaml-source.js'
import type { YamlSource } from './yaml-source.js'

export interface ReadFile {
  content: CharterFile
  source: YamlSource
}

/** A charter for a thousand services is a tenth of this. */
const mostBytes = 4 * 1024 * 1024

/** Reads at most `mostBytes`; throws CharterError for what cannot be read or is no text. */
export async function readCharterText(path: string): Promise<string> {
  const origin: Origin = { file: path, line: 1, column: 1 }
  const bytes = Buffer.alloc(mostBytes + 1)
  let length = 0
  try {
    const file = await open(path, 'r')
    try {
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length)
        length += bytesRead
        if (bytesRead === 0 || length === bytes.length) break
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    throw unreadable(origin, error)
  }
  if (length > mostBytes) {
    throw new CharterError(origin, 'The file is larger than 4 MiB.', 'Split it: name the parts in `include`.')
  }
  const content = bytes.subarray(0, length)
  if (content.includes(0)) {
    throw new CharterError(origin, 'Expected text in UTF-8, found something else.', 'Save the file as UTF-8.')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    throw new CharterError(origin, 'Expected text in UTF-8, found something else.', 'Save the file as UTF-8.')
  }
}

function unreadable(origin: Origin, error: unknown): CharterError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CharterError(
      origin,
      'There is no such file.',
      'Name an existing charter, or write one with `faultline init`.',
    )
  }
  if (code === 'EISDIR') {
    return new CharterError(origin, 'Expected a file, found a folder.', 'Name the file in it: faultline.yaml.')
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new CharterError(origin, 'The file may not be read.', 'Give the user that runs Faultline leave to read it.')
  }
  return new CharterError(origin, 'The file cannot be read.', `The system says ${quoted(String(code ?? error))}.`)
}

/** Throws CharterError with the first fault of the text. */
export function readCharterFile(text: string, file: string): ReadFile {
  const source = readYaml(text.replace(/^\uFEFF/, ''), file)
  if (source.value === null) {
    throw new CharterError({ file, line: 1, column: 1 }, 'The charter is empty.', 'Begin with "system: <its name>".')
  }
  const result = charterFile.safeParse(source.value)
  if (result.success) return { content: result.data, source }
  const errors = result.error.issues.map((issue) => issueError(issue, source))
  const [first] = errors.sort((a, b) => a.line - b.line || a.column - b.column)
  throw first ?? new CharterError(source.at([]), 'Expected a charter.', 'Begin with "system: <its name>".')
}

function issueError(issue: z.core.$ZodIssue, source: YamlSource): CharterError {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  const [message = '', remedy] = issue.message.split('\n')
  if (issue.code === 'unrecognized_keys') {
    return new CharterError(source.keyAt([...path, issue.keys[0] ?? '']), message, remedy ?? '')
  }
  // An entry that is a list or a mapping fails in each of its shapes: the deepest fault is the one that was meant.
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat().filter(({ path: deeper }) => deeper.length > 0)
    const [first] = inner
    if (first) return issueError({ ...first, path: [...issue.path, ...first.path] }, source)
    const unknown = issue.errors.flat().find(({ code }) => code === 'unrecognized_keys')
    if (unknown) return issueError({ ...unknown, path: issue.path }, source)
  }
  if (remedy !== undefined) return new CharterError(source.at(path), message, remedy)
  const found = valueAt(source.value, path)
  const name = String(path.at(-1) ?? 'the charter')
  if (found === undefined) {
    return new CharterError(source.keyAt(path.slice(0, -1)), `The key ${quoted(name)} is missing.`, `Add "${name}".`)
  }
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String)
    return new CharterError(
      source.at(path),
      `Expected ${known.join(', ')} for ${quoted(name)}, found ${shown(found)}.`,
      suggestion(plain(found), known, 'values'),
    )
  }
  if (issue.code === 'invalid_type') {
    return new CharterError(
      source.at(path),
      `Expected ${typeText(issue.expected)}, found ${shown(found)}.`,
      typeRemedy(issue.expected, found),
    )
  }
  return new CharterError(
    source.at(path),
    `Expected another value for ${quoted(name)}, found ${shown(found)}.`,
    'Whole numbers from 1 are accepted here.',
  )
}

function typeText(expected: string): string {
  const names: Partial<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    array: 'a list',
    object: 'a mapping of keys',
    record: 'a mapping of names',
  }
  return names[expected] ?? expected
}

function typeRemedy(expected: string, found: unknown): string {
  if (expected === 'string' && typeof found !== 'object') return `Put it in quotes: ${quoted(plain(found))}.`
  if (expected === 'array') return 'Write [one, two], or a line with "- " for each.'
  if (expected === 'object' || expected === 'record') return 'Write "key: value" lines below it, or { key: value }.'
  if (expected === 'number' || expected === 'int') return 'Write a number without quotes and unit.'
  return 'Write it in one line.'
}

function shown(found: unknown): string {
  if (found === null) return 'nothing'
  if (Array.isArray(found)) return 'a list'
  if (typeof found === 'object') return 'a mapping'
  return quoted(plain(found))
}

function plain(found: unknown): string {
  return typeof found === 'string' ? found : JSON.stringify(found)
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = Object.entries(at).find(([key]) => key === String(part))?.[1]
  }
  return at
}

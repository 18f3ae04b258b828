/**
 * One YAML text as plain values, with the line and column of each. Aliases are followed, which is how a small text grows huge: depth and
 * number of values are bounded. Mappings have no prototype, so that a key such as `constructor` is a name like any other.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Node, YAMLError } from 'yaml'
import { CharterError, quoted } from './charter-error.js'
import type { Origin } from '../model/charter.js'

export type YamlPath = readonly (string | number)[]

export interface YamlSource {
  file: string
  /** `null` for a text without content. */
  value: unknown
  /** Where the value at a path stands; of the nearest known ancestor for a path that is not there. */
  at(path: YamlPath): Origin
  /** Where its key stands; of its value for the elements of lists. */
  keyAt(path: YamlPath): Origin
}

/** Far more than any charter holds; a text of 1 MB can mean a billion values by aliases. */
const mostValues = 200_000
const mostLevels = 24

/** Throws CharterError for what is no YAML 1.2, and for YAML that no charter needs: tags, several documents, merge keys. */
export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter()
  const place = (offset: number): Origin => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = parsed(text, file, lines)
  const fault = document.errors[0] ?? document.warnings[0]
  if (fault?.message.includes('call stack')) throw tooDeep(file)
  if (fault) throw syntaxError(fault, place(fault.pos[0]))

  const values = new Map<string, number>()
  const keys = new Map<string, number>()
  let count = 0

  const read = (node: unknown, path: YamlPath, offset: number): unknown => {
    count += 1
    if (count > mostValues || path.length > mostLevels) {
      throw new CharterError(
        place(offset),
        count > mostValues ? 'The charter holds too many values.' : 'The charter is nested too deeply.',
        `At most ${mostValues.toLocaleString('en')} values and ${mostLevels} levels are read, aliases followed: write it plainly.`,
      )
    }
    const start = (node as Node | null)?.range?.[0] ?? offset
    values.set(pathKey(path), start)
    if (isAlias(node)) {
      const anchored = node.resolve(document)
      if (!anchored) throw unknownAnchor(node.source, place(start))
      return read(anchored, path, start)
    }
    if (isSeq(node)) return node.items.map((item, index) => read(item, [...path, index], start))
    if (isMap(node)) {
      const result = Object.create(null) as Record<string, unknown>
      for (const { key, value } of node.items) {
        const keyStart = (key as Node | null)?.range?.[0] ?? start
        const name = nameOf(key, text, place(keyStart))
        if (name in result) throw duplicateKey(name, place(keyStart))
        const inner = [...path, name]
        keys.set(pathKey(inner), keyStart)
        result[name] = read(value, inner, keyStart)
      }
      return result
    }
    return isScalar(node) ? node.value : null
  }

  const found = (path: YamlPath, offsets: ReadonlyMap<string, number>): Origin => {
    for (let length = path.length; length >= 0; length -= 1) {
      const key = pathKey(path.slice(0, length))
      const offset = (length === path.length ? offsets.get(key) : undefined) ?? values.get(key)
      if (offset !== undefined) return place(offset)
    }
    return place(0)
  }
  return {
    file,
    value: read(document.contents, [], 0),
    at: (path) => found(path, values),
    keyAt: (path) => found(path, keys),
  }
}

function pathKey(path: YamlPath): string {
  return path.join('\u0000')
}

function parsed(text: string, file: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: false })
  } catch (error) {
    // The composer recurses: a text of nothing but brackets ends its stack.
    if (!(error instanceof RangeError)) throw error
    throw tooDeep(file)
  }
}

function tooDeep(file: string): CharterError {
  return new CharterError(
    { file, line: 1, column: 1 },
    'The charter is nested too deeply.',
    `At most ${mostLevels} levels are read: write it plainly.`,
  )
}

/** Keys are names as they are written: `10.20` is a host, not a number that loses its last digit. */
function nameOf(key: unknown, text: string, origin: Origin): string {
  const name = isScalar(key)
    ? typeof key.value === 'string'
      ? key.value
      : (key.source ?? sourceOf(key, text))
    : undefined
  if (name === undefined || name === '') {
    throw new CharterError(
      origin,
      'Expected a name as the key.',
      'Write it as text, in quotes if it has special characters.',
    )
  }
  if (name === '__proto__') {
    throw new CharterError(origin, '"__proto__" cannot be a name.', 'Choose another name.')
  }
  if (name === '<<') {
    throw new CharterError(
      origin,
      'Merge keys ("<<") are not read.',
      'Repeat the keys, or give the whole value by an alias.',
    )
  }
  return name
}

function sourceOf(key: Node, text: string): string {
  return key.range ? text.slice(key.range[0], key.range[1]).trim() : ''
}

function unknownAnchor(name: string, origin: Origin): CharterError {
  return new CharterError(
    origin,
    `There is no anchor ${quoted(`&${name}`)} for this alias.`,
    'Put patterns that begin with * in quotes: "*.yaml".',
  )
}

function duplicateKey(name: string, origin: Origin): CharterError {
  return new CharterError(
    origin,
    `The key ${quoted(name)} is there twice.`,
    'Give each thing a name of its own, or delete one of the two.',
  )
}

const syntaxFaults: Partial<Record<YAMLError['code'], [message: string, remedy: string]>> = {
  TAB_AS_INDENT: ['Expected spaces as indentation, found a tab.', 'Indent with two spaces.'],
  DUPLICATE_KEY: ['The same key is there twice.', 'Give each thing a name of its own, or delete one of the two.'],
  MULTIPLE_DOCS: [
    'Expected one document, found a second one after "---".',
    'Move it to a file of its own and name that in `include`.',
  ],
  BAD_INDENT: ['Expected the same indentation as the lines before.', 'Align the keys of one mapping in one column.'],
  BAD_ALIAS: ['Expected the name of an anchor after "*".', 'Put patterns that begin with * in quotes: "*".'],
  MISSING_CHAR: ['Expected a closing bracket, quote or comma before this.', 'Close what was opened before this place.'],
  TAG_RESOLVE_FAILED: [
    'Expected a value without a tag.',
    'Delete the "!…": a charter holds text, numbers, lists and mappings only.',
  ],
}

function syntaxError(fault: YAMLError, origin: Origin): CharterError {
  const [message, remedy] = syntaxFaults[fault.code] ?? [
    `Expected YAML: ${fault.message.replaceAll(/\s+/g, ' ').slice(0, 200)}.`,
    'Mind indentation and colons; put text with special characters (: # * { [ & !) in quotes.',
  ]
  return new CharterError(origin, message, remedy)
}

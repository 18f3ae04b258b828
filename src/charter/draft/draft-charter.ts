/**
 * A charter's text with proposals added. Text is spliced at places that the parsed document tells, and never printed anew:
 * a document printed by a library keeps comments, but not everybody's indentation, quotes and line breaks.
 */
import { Document, isCollection, isMap, isNode, isPair, isScalar, parseDocument } from 'yaml'
import type { Node } from 'yaml'
import { CharterError } from '../charter-error.js'
import { blockText, flowText, isList } from './entry-text.js'
import type { Proposal } from './proposals.js'

const sections = ['requirements', 'services', 'stores', 'caches', 'destinations', 'decisions'] as const

export interface Draft {
  text: string
  added: Proposal[]
  /** Sections that are written in a way that nothing can be added to without changing it. */
  closed: Proposal['section'][]
}

/** A text for a system without a charter: to be added to. */
export function newCharterText(system: string): string {
  return `# What this system is for, who owns what, and why it is built as it is.\n# Proposals were written by faultline init: answer the questions, then delete "status: proposed".\n${new Document({ system }).toString({ lineWidth: 0 })}`
}

/** `text` must be a sound charter. Without proposals the text is given back as it is. */
export function draftCharter(text: string, proposed: readonly Proposal[], file: string): Draft {
  let result = text
  const added: Proposal[] = []
  const closed: Proposal['section'][] = []
  for (const section of sections) {
    const own = proposed.filter((proposal) => proposal.section === section)
    if (own.length === 0) continue
    const next = withSection(result, section, own)
    if (next === undefined) closed.push(section)
    else {
      result = next
      added.push(...own)
    }
  }
  if (added.length > 0) refuseLoss(text, result, file)
  return { text: result, added, closed }
}

function withSection(text: string, section: Proposal['section'], own: readonly Proposal[]): string | undefined {
  const root = parseDocument(text).contents
  if (!isMap(root)) return undefined
  const pair = root.items.find(({ key }) => isNode(key) && key.toJSON() === section)
  if (pair === undefined) {
    if (root.flow === true) {
      const [open, close] = isList(section) ? '[]' : '{}'
      return intoFlow(text, root, `${section}: ${open}${own.map((proposal) => flowText(proposal)).join(', ')}${close}`)
    }
    return afterLine(text, endOf(root), 0, `\n${section}:\n${indented(own, 2)}`)
  }
  const value = pair.value
  if (isCollection(value)) {
    if (value.flow === true) return intoFlow(text, value, own.map((proposal) => flowText(proposal)).join(', '))
    const column = columnOf(text, startOf(value))
    return afterLine(text, endOf(value), column, indented(own, column))
  }
  // `services:` with nothing after it; a written null or an alias would have to be replaced.
  if (!isNode(value) || !value.range || !isNode(pair.key) || !pair.key.range) return undefined
  if (root.flow === true || text.slice(value.range[0], value.range[1]).trim() !== '') return undefined
  return afterLine(text, pair.key.range[1], 1, indented(own, 2))
}

function indented(own: readonly Proposal[], column: number): string {
  return own
    .map((proposal) => blockText(proposal))
    .join('')
    .replaceAll(/^(?=.)/gm, ' '.repeat(column))
}

/** Comments that are indented as the section's entries are, or deeper, belong to the entry before them. */
function afterLine(text: string, offset: number, column: number, lines: string): string {
  let at = lineEnd(text, offset)
  for (let next = at; ;) {
    const end = lineEnd(text, next)
    const line = text.slice(next, end)
    if (next >= text.length || !/^\s*(?:#.*)?$/.test(line.trimEnd())) break
    if (line.trim() !== '') {
      if (line.search(/\S/) < column) break
      at = end
    }
    next = end
  }
  const before = text.slice(0, at)
  const ended = before === '' || before.endsWith('\n') ? before : `${before}\n`
  return ended + (text.includes('\r\n') ? lines.replaceAll('\n', '\r\n') : lines) + text.slice(at)
}

function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset)
  return found < 0 ? text.length : found + 1
}

function intoFlow(text: string, collection: Node, entry: string): string | undefined {
  if (!collection.range) return undefined
  const close = collection.range[1] - 1
  let at = close
  const last = endOf(collection, true)
  if (last > collection.range[0]) at = last
  const comma = last > collection.range[0] && !/^\s*,/.test(text.slice(at, close))
  if (!comma && last > collection.range[0]) at = text.indexOf(',', at) + 1
  const space = last > collection.range[0] ? ' ' : ''
  return `${text.slice(0, at)}${last > collection.range[0] ? (comma ? ',' : '') : ''}${space}${entry}${text.slice(at)}`
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0
}

/** Where the last thing in a node ends; a block's own range reaches into the comments after it. */
function endOf(node: unknown, inside = false): number {
  if (isCollection(node) && (inside || node.flow !== true)) {
    const last: unknown = node.items.at(-1)
    if (isPair(last)) return isNode(last.value) && last.value.range ? endOf(last.value) : endOf(last.key)
    if (last !== undefined) return endOf(last)
    return startOf(node)
  }
  if (!isNode(node) || !node.range) return 0
  // The range of a block of text ends on the line after it.
  const block = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
  return Math.max(node.range[1] - (block ? 1 : 0), node.range[0])
}

/** All that was said must still be said; if it is not, the file is better left alone. */
function refuseLoss(before: string, after: string, file: string): void {
  const result = parseDocument(after)
  if (result.errors.length === 0 && contains(result.toJS(), parseDocument(before).toJS())) return
  throw new CharterError(
    { file, line: 1, column: 1 },
    'Expected a charter that can be added to without changing what it says.',
    'Print a draft with `faultline init EVIDENCE -o -` and copy from it what is new.',
  )
}

function contains(after: unknown, before: unknown): boolean {
  if (Array.isArray(before)) {
    return Array.isArray(after) && before.every((value, index) => contains(after[index], value))
  }
  if (typeof before === 'object' && before !== null) {
    if (typeof after !== 'object' || after === null) return false
    const values = new Map<string, unknown>(Object.entries(after))
    return Object.entries(before).every(([key, value]) => contains(values.get(key), value))
  }
  return before === null || Object.is(after, before)
}

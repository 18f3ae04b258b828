/**
 * Best effort on a statement that no grammar accepts, or that was cut: the tables are the names behind FROM, JOIN, INTO, UPDATE and their like.
 * The last name of a cut statement is left out, for it may itself be cut (`FROM order_li…`).
 */
import type { Language } from './language.js'
import type { Reading } from './read-tree.js'
import { tableName } from './table-name.js'
import type { Token } from './tokens.js'

const notTables = new Set([
  'SELECT',
  'ONLY',
  'LATERAL',
  'UNNEST',
  'VALUES',
  'TABLE',
  'WHERE',
  'SET',
  'AS',
  'ON',
  'WITH',
  'IF',
  'STDIN',
  'STDOUT',
  'NOWAIT',
  'SKIP',
  'OF',
  'ROWS',
  'DUAL',
])
const endsFrom = new Set([
  'WHERE',
  'GROUP',
  'ORDER',
  'HAVING',
  'LIMIT',
  'UNION',
  'SET',
  'VALUES',
  'SELECT',
  'RETURNING',
  'FETCH',
  'OFFSET',
  'FOR',
  'WINDOW',
  'ON',
  'INTERSECT',
  'EXCEPT',
  'MINUS',
])
/** `EXTRACT(year FROM placed_at)`: a FROM that has nothing to do with tables. */
const wordsWithFrom = new Set(['EXTRACT', 'SUBSTRING', 'TRIM', 'POSITION', 'OVERLAY'])

interface Frame {
  function: string
  inFrom: boolean
}

export function readFirstWords(tokens: readonly Token[], cut: boolean, language: Language): Reading {
  const reading: Reading = { commands: [commandOf(tokens)], reads: new Set(), writes: new Set(), locks: false }
  const expressions = commonTableExpressions(tokens)
  const frames: Frame[] = [{ function: '', inFrom: false }]
  const add = (at: number, into: Set<string>): void => {
    const name = nameAt(tokens, at, cut)
    if (name === undefined || (name.length === 1 && expressions.has(name[0]?.toLowerCase() ?? ''))) return
    const table = tableName(name, language)
    if (table !== '') into.add(table)
  }
  for (const [index, token] of tokens.entries()) {
    const frame = frames.at(-1)
    const before = tokens[index - 1]
    if (token.text === '(') frames.push({ function: before?.word ?? '', inFrom: false })
    if (token.text === ')' && frames.length > 1) frames.pop()
    if (frame?.inFrom === true && token.text === ',') add(index + 1, reading.reads)
    if (token.kind !== 'word' || before?.text === '.') continue
    if (frame !== undefined && endsFrom.has(token.word)) frame.inFrom = false
    if (token.word === 'FROM' && before?.word !== 'DISTINCT' && !wordsWithFrom.has(frame?.function ?? '')) {
      add(index + 1, before?.word === 'DELETE' ? reading.writes : reading.reads)
      if (frame !== undefined) frame.inFrom = before?.word !== 'DELETE'
    } else if (token.word === 'JOIN' || token.word === 'USING') add(index + 1, reading.reads)
    else if (token.word === 'INTO') add(index + 1, reading.writes)
    else if (token.word === 'UPDATE') {
      if (before?.word === 'FOR' || before?.word === 'KEY') reading.locks ||= tokens[index - 2]?.word !== 'DUPLICATE'
      else if (before?.word !== 'DO' && before?.word !== 'THEN' && before?.word !== 'ON') add(index + 1, reading.writes)
    } else if (token.word === 'TRUNCATE') add(index + (tokens[index + 1]?.word === 'TABLE' ? 2 : 1), reading.writes)
    else if (token.word === 'COPY' && index === 0) add(1, copiesOut(tokens) ? reading.reads : reading.writes)
    else if (token.word === 'SHARE' && before?.word === 'FOR') reading.locks = true
  }
  for (const table of reading.writes) if (tokens[0]?.word === 'DELETE') reading.reads.delete(table)
  return reading
}

/** Verb of the statement; behind a WITH clause the first verb outside of its parentheses. */
export function commandOf(tokens: readonly Token[]): string {
  let start = 0
  while (tokens[start]?.text === '(') start++
  const first = tokens[start]
  if (first?.kind !== 'word') return ''
  if (first.word !== 'WITH') return first.word
  let open = 0
  for (const token of tokens) {
    if (token.text === '(') open++
    if (token.text === ')') open--
    if (open === 0 && /^(?:SELECT|INSERT|UPDATE|DELETE|MERGE|REPLACE)$/.test(token.word)) return token.word
  }
  return 'SELECT'
}

function commonTableExpressions(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>()
  if (!tokens.some((token) => token.word === 'WITH')) return names
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]
    if (token.word === '' || !(before?.word === 'WITH' || before?.word === 'RECURSIVE' || before?.text === ','))
      continue
    if (tokens[index + 1]?.word === 'AS' && /^\(|MATERIALIZED|NOT$/i.test(tokens[index + 2]?.text ?? ''))
      names.add(token.word.toLowerCase())
    // A name with a list of columns: `lines (id, total) AS (`.
    if (before?.text !== ',' && tokens[index + 1]?.text === '(') names.add(token.word.toLowerCase())
  }
  return names
}

function nameAt(tokens: readonly Token[], start: number, cut: boolean): string[] | undefined {
  let at = start
  while (tokens[at]?.text === '(' || ['ONLY', 'LATERAL', 'TABLE'].includes(tokens[at]?.word ?? '')) at++
  const parts: string[] = []
  for (;;) {
    const token = tokens[at]
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'name')) return undefined
    if (token.kind === 'word' && parts.length === 0 && notTables.has(token.word)) return undefined
    parts.push(token.kind === 'word' ? token.text : token.word)
    at++
    if (tokens[at]?.text !== '.') break
    at++
    // SQL Server leaves out the schema: `shop..orders`.
    if (tokens[at]?.text === '.') at++
  }
  if (cut && at >= tokens.length) return undefined
  const isFunction = tokens[at]?.text === '(' && tokens[at]?.gap !== true && tokens[start - 1]?.word !== 'INTO'
  return isFunction ? undefined : parts
}

function copiesOut(tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.word === 'TO')
}

/**
 * What a database statement does: its verb, the tables it reads and writes, whether it locks rows.
 * The text is hostile: it is bounded before a grammar sees it, since a failing parse costs exponentially more with every nested query.
 * The bounds are sizes, never times, so that the same statement always gives the same answer.
 */
import type { DialectName, Program } from 'sql-parser-cst'
import { commandOf, readFirstWords } from './first-words.js'
import { languageOf, speaksSql, type Language } from './language.js'
import { readOtherLanguage } from './other-languages.js'
import { plainSql } from './plain-sql.js'
import { readTree, type Reading } from './read-tree.js'
import { tokenize, type Token } from './tokens.js'

export interface StatementReading {
  /** Verb, upper case; of several statements the first that writes, else the first that reads. */
  command: string
  access: 'read' | 'write' | 'other'
  /** Sorted; lower case, schema-qualified where the statement says so. */
  tablesRead: string[]
  tablesWritten: string[]
  /** SELECT … FOR UPDATE and the like. */
  locks: boolean
  /** False: no grammar accepted it, and only its first words were read. */
  parsed: boolean
  /** The text ends before the statement does. */
  truncated: boolean
}

const longestText = 20_000
const longestPlainText = 4_000
const longestDeepText = 1_500
const deepestParentheses = 10
const deepestQueries = 4
const mostStatements = 100

const queryVerbs = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'REPLACE',
  'TRUNCATE',
  'VALUES',
  'TABLE',
  'UPSERT',
  'COPY',
  'DECLARE',
])
const writeVerbs = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE', 'TRUNCATE', 'UPSERT'])
const readVerbs = new Set(['SELECT', 'VALUES', 'TABLE'])
const ellipsis = /(?:\.\.\.|…)\W*(?:\[?\(?truncated\)?\]?)?\W*$/i

type Parse = (text: string, options: { dialect: DialectName; paramTypes: ['?'] }) => Program
let parser: Promise<Parse> | undefined

/** Loading the grammars takes 0.1 s, which runs without SQL should not pay. */
export function loadParser(): Promise<Parse> {
  parser ??= import('./grammars.js').then(({ parse }) => parse)
  return parser
}

const rehearsals = [
  'SELECT a.b, count(*) AS c FROM d AS a JOIN e ON a.f = e.g WHERE a.h = $1 AND a.i IN ($2) GROUP BY a.b ORDER BY c DESC LIMIT 1',
  'INSERT INTO a (b, c) VALUES ($1, $2) ON CONFLICT (b) DO UPDATE SET c = $3 RETURNING b',
  'UPDATE a SET b = b - $1 WHERE c = $2',
]

/** Loads the grammars and goes through them, while there is time for it: a grammar is compiled when it is first used, which takes as long. */
export async function rehearseParser(): Promise<void> {
  await loadParser()
  for (const text of rehearsals) await parseStatement('postgresql', text)
}

/** `system` is a `db.system.name`; `text` the statement as the instrumentation wrote it. Never throws, never hangs. */
export async function parseStatement(system: string, text: string): Promise<StatementReading> {
  if (!speaksSql(system)) return readOtherLanguage(text.slice(0, longestText))
  const language = languageOf(system)
  const bounded = text.length >= longestText
  const trimmed = text.slice(0, longestText).trim()
  const ended = trimmed.replace(ellipsis, '')
  const { tokens, cut, tight } = tokenize(ended, language.lexis)
  const truncated = cut || bounded || ended !== trimmed
  const statements = splitStatements(tokens)
  const reading: Reading = { commands: [], reads: new Set(), writes: new Set(), locks: false }
  let parsed = true
  for (const [index, statement] of statements.slice(0, mostStatements).entries()) {
    const isCut = truncated && index === statements.length - 1
    const tree = isCut ? undefined : await readStatement(statement, language)
    if (tree === undefined) parsed = false
    merge(reading, tree ?? readFirstWords(statement, isCut && tight, language))
  }
  return {
    ...verdict(reading),
    tablesRead: [...reading.reads].sort(),
    tablesWritten: [...reading.writes].sort(),
    locks: reading.locks,
    parsed: parsed && statements.length <= mostStatements,
    truncated,
  }
}

/** Undefined when no grammar accepts it. */
async function readStatement(tokens: readonly Token[], language: Language): Promise<Reading | undefined> {
  const command = commandOf(tokens)
  if (command !== '' && !queryVerbs.has(command)) {
    return { commands: [command], reads: new Set(), writes: new Set(), locks: command === 'LOCK' }
  }
  const text = plainSql(tokens, language)
  if (!isBounded(tokens, text)) return undefined
  const parse = await loadParser()
  for (const dialect of language.dialects) {
    try {
      const reading = readTree(parse(text, { dialect, paramTypes: ['?'] }), language)
      reading.locks ||= language.transactSql && tokens.some(({ word }) => word === 'UPDLOCK' || word === 'XLOCK')
      return reading
    } catch {
      // The next grammar may know it; the caller counts a statement that none knows.
    }
  }
  return undefined
}

/** Whether a grammar may be asked: length times nesting is what a failing parse costs. */
function isBounded(tokens: readonly Token[], text: string): boolean {
  const queries: number[] = [0]
  let deepest = 0
  for (const [index, { text: token }] of tokens.entries()) {
    if (token === '(' || token === '[') {
      const next = tokens[index + 1]?.word
      const weight = next === 'WITH' ? 2 : next === 'SELECT' ? 1 : 0
      queries.push((queries.at(-1) ?? 0) + weight)
      deepest = Math.max(deepest, queries.at(-1) ?? 0)
      if (queries.length > deepestParentheses + 1) return false
    } else if ((token === ')' || token === ']') && queries.length > 1) queries.pop()
  }
  return deepest <= deepestQueries && text.length <= (deepest > 2 ? longestDeepText : longestPlainText)
}

function splitStatements(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [[]]
  for (const token of tokens) {
    if (token.text === ';') statements.push([])
    else statements.at(-1)?.push(token)
  }
  const filled = statements.filter((statement) => statement.length > 0)
  // The body of a routine holds statements that do not run now.
  return isRoutine(filled[0] ?? []) ? filled.slice(0, 1) : filled
}

function isRoutine(tokens: readonly Token[]): boolean {
  return (
    tokens[0]?.word === 'CREATE' && tokens.slice(0, 8).some(({ word }) => /^(?:FUNCTION|PROCEDURE|TRIGGER)$/.test(word))
  )
}

function merge(into: Reading, from: Reading): void {
  into.commands.push(...from.commands)
  for (const table of from.reads) into.reads.add(table)
  for (const table of from.writes) into.writes.add(table)
  into.locks ||= from.locks
}

function verdict({ commands, reads, writes }: Reading): { command: string; access: StatementReading['access'] } {
  const writing = commands.find((command) => writeVerbs.has(command))
  const reading = commands.find((command) => readVerbs.has(command))
  const command = writing ?? reading ?? commands.find((candidate) => candidate !== '') ?? ''
  if (writing !== undefined || writes.size > 0) return { command, access: 'write' }
  return { command, access: reading !== undefined || reads.size > 0 ? 'read' : 'other' }
}

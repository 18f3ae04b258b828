/** Every statement of the tables beside this file, and hostile ones that must come back at all. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStatement } from '../../src/survey/statements/parse-statement.js'
import {
  brokenStatements,
  frameworkStatements,
  otherLanguages,
  plainStatements,
  type StatementCase,
} from './statement-cases.js'

function agree(cases: StatementCase[]): void {
  it.each(cases)('$system: $text', async ({ system, text, ...doing }) => {
    expect(await parseStatement(system, text)).toEqual({
      command: doing.command,
      access: doing.access,
      tablesRead: doing.reads ?? [],
      tablesWritten: doing.writes ?? [],
      locks: doing.locks ?? false,
      parsed: doing.parsed ?? true,
      truncated: doing.truncated ?? false,
    })
  })
}

describe('statements as people write them', () => agree(plainStatements))
describe('statements as frameworks write them', () => agree(frameworkStatements))
describe('statements cut, sanitised or beyond every grammar', () => agree(brokenStatements))
describe('statements of systems that do not speak SQL', () => agree(otherLanguages))

describe('hostile statements come back, bounded by size and nesting', () => {
  const repeated: [string, string][] = [
    ['parentheses', '('.repeat(19_000)],
    ['closed parentheses around a mistake', `SELECT ${'('.repeat(40)}1 1${')'.repeat(40)}`],
    ['nested queries around a mistake', `SELECT ${'(SELECT a FROM books WHERE b = '.repeat(40)}1 1${')'.repeat(40)}`],
    [
      'nested EXISTS around a mistake',
      `SELECT 1 WHERE ${'EXISTS (SELECT 1 FROM books WHERE '.repeat(12)}1 1${')'.repeat(12)}`,
    ],
    ['nested WITH around a mistake', `${'WITH a AS ('.repeat(9)}SELECT 1 1${') SELECT 1 FROM a'.repeat(9)}`],
    ['square brackets around a mistake', `SELECT ${'a['.repeat(30)}1 1${']'.repeat(30)}`],
    ['a long list', `SELECT * FROM books WHERE id IN (${'1,'.repeat(9_000)}1)`],
    ['a long chain of conditions', `SELECT * FROM books WHERE ${'a = 1 AND '.repeat(1_900)}b 1`],
    ['many statements', 'SELECT 1 1;'.repeat(1_800)],
    ['dots', `SELECT * FROM ${'a.'.repeat(9_000)}a`],
    ['quotes', "'".repeat(19_999)],
    ['comment openers', '/*'.repeat(9_999)],
    ['dollar quotes', '$a$ $b$ '.repeat(2_400)],
    ['signs', `SELECT ${'- '.repeat(9_000)}1`],
    ['a megabyte', `SELECT * FROM books WHERE title = '${'x'.repeat(1_000_000)}'`],
    ['control and bidirectional characters', 'SELECT * FROM \u202ebooks\u0000\u001b[31m WHERE'],
    ['__proto__', 'SELECT * FROM __proto__ JOIN constructor ON true'],
  ]
  it.each(repeated)('%s', async (_name, text) => {
    for (const system of ['postgresql', 'mysql', 'microsoft.sql_server', 'other_sql', 'mongodb']) {
      const { tablesRead, tablesWritten, truncated } = await parseStatement(system, text)
      expect(tablesRead.concat(tablesWritten).every((table) => table.length <= 256)).toBe(true)
      if (text.length > 20_000 && system !== 'mongodb') expect(truncated).toBe(true)
    }
  })

  it('takes a long list of values for what it is', async () => {
    const tuples = Array.from({ length: 900 }, (_, index) => `(${index}, 'title')`).join(', ')
    const read = await parseStatement('postgresql', `INSERT INTO books (id, title) VALUES ${tuples}`)
    expect(read).toMatchObject({ tablesWritten: ['books'], parsed: true, truncated: false })
  })

  it('keeps tables named like parts of an object', async () => {
    expect((await parseStatement('postgresql', 'SELECT * FROM __proto__')).tablesRead).toEqual(['__proto__'])
  })

  it('answers whatever the pieces are put together to', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'SELECT',
        'FROM',
        'books',
        'JOIN',
        '(',
        ')',
        ',',
        ';',
        'WITH a AS (',
        'UPDATE',
        'SET',
        'INSERT INTO',
        'VALUES',
      ),
      fc.constantFrom(
        "'",
        '"',
        '`',
        '[',
        ']',
        '$$',
        '/*',
        '*/',
        '--',
        '\n',
        '?',
        '%s',
        ':x',
        '@y',
        '::',
        '...',
        '…',
        'IN',
        'TOP',
        'OUTPUT',
      ),
      fc.string({ maxLength: 5, unit: 'binary' }),
    )
    const systems = fc.constantFrom(
      'postgresql',
      'mysql',
      'microsoft.sql_server',
      'sqlite',
      'gcp.bigquery',
      'other_sql',
      'mongodb',
    )
    await fc.assert(
      fc.asyncProperty(systems, fc.array(piece, { maxLength: 25 }), async (system, pieces) => {
        const once = await parseStatement(system, pieces.join(' '))
        expect(['read', 'write', 'other']).toContain(once.access)
        expect(await parseStatement(system, pieces.join(' '))).toEqual(once)
      }),
      { seed: 7, numRuns: 400 },
    )
  })
})

/**
 * Rewrites tokens into text that a strict grammar accepts: one style of placeholder, no comments, lists of literals shortened
 * to their first item, the idioms of SQL Server put into standard words. The tables stay; nothing else of the statement has to.
 */
import type { Language } from './language.js'
import type { Token } from './tokens.js'

const literal = new Set(['text', 'number', 'placeholder'])
const hints = new Set([
  'NOLOCK',
  'UPDLOCK',
  'ROWLOCK',
  'READPAST',
  'HOLDLOCK',
  'TABLOCK',
  'TABLOCKX',
  'XLOCK',
  'READUNCOMMITTED',
  'SERIALIZABLE',
  'INDEX',
  'FORCESEEK',
  'PAGLOCK',
  'NOWAIT',
])
const afterOutput = new Set(['VALUES', 'SELECT', 'WHERE', 'FROM', 'DEFAULT', 'EXEC'])
/** `INTERVAL ?` and the like are what a sanitiser leaves of `INTERVAL '1 day'`; no grammar knows them. */
const typedLiteral = new Set(['INTERVAL', 'DATE', 'TIMESTAMP', 'TIME'])

const mark = (text: string): Token => ({ kind: 'mark', text, word: '', gap: false })
const keyword = (text: string): Token => ({ kind: 'word', text, word: text, gap: true })

export function plainSql(tokens: readonly Token[], language: Language): string {
  const plain = shorten(language.transactSql ? standardise(tokens) : tokens)
  let text = ''
  for (const token of plain) {
    const quote = token.kind === 'name' && token.text.startsWith('[')
    text += (token.gap ? ' ' : '') + (quote ? `"${token.word.replaceAll('"', '""')}"` : token.text)
  }
  return text.trim()
}

function shorten(tokens: readonly Token[]): Token[] {
  const kept: Token[] = []
  for (const [index, token] of tokens.entries()) {
    const last = kept.at(-1)
    if (literal.has(token.kind)) {
      const before = kept.at(-2)
      if (last?.text === ',' && before !== undefined && literal.has(before.kind) && !carriesOn(tokens[index + 1])) {
        kept.pop()
        continue
      }
      if (token.kind === 'placeholder' && last !== undefined && typedLiteral.has(last.word)) kept.pop()
      // `FETCH FIRST ? ROWS ONLY`: grammars want a number there.
      if (token.kind === 'placeholder' && (last?.word === 'FIRST' || last?.word === 'NEXT')) {
        kept.push({ ...token, kind: 'number', text: '1' })
        continue
      }
      if (token.kind === 'placeholder' && last !== undefined && (last.word === 'IN' || last.word === 'VALUES')) {
        kept.push({ ...mark('('), gap: true }, { ...token, gap: false }, mark(')'))
        continue
      }
    }
    kept.push(token)
    if (token.text === ')' && repeatsTuple(kept)) kept.length -= 4
  }
  return kept
}

/** `1, 2 AS b`, `'a', 'b' || x`: what follows belongs to the literal, so the literal stays. */
function carriesOn(next: Token | undefined): boolean {
  return next !== undefined && next.text !== ',' && next.text !== ')'
}

/** `(?), (?)` at the end of what was kept: the second tuple adds nothing. */
function repeatsTuple(kept: readonly Token[]): boolean {
  const [open, value, close, comma, again, second] = kept.slice(-7)
  const third = kept.at(-1)
  return (
    kept.length >= 7 &&
    open?.text === '(' &&
    value !== undefined &&
    literal.has(value.kind) &&
    close?.text === ')' &&
    comma?.text === ',' &&
    again?.text === '(' &&
    second !== undefined &&
    literal.has(second.kind) &&
    third?.text === ')'
  )
}

function standardise(tokens: readonly Token[]): Token[] {
  const kept: Token[] = []
  let open = 0
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.text === '(') open++
    if (token?.text === ')') open--
    const next = tokens[index + 1]
    if (token === undefined) break
    if (token.word === 'TOP' && token.kind === 'word' && kept.at(-1)?.kind === 'word') {
      index = next?.text === '(' ? closing(tokens, index + 1) : index + 1
      if (tokens[index + 1]?.word === 'PERCENT') index++
    } else if (token.word === 'WITH' && next?.text === '(' && hints.has(tokens[index + 2]?.word ?? '')) {
      index = closing(tokens, index + 1)
    } else if ((token.word === 'OUTER' || token.word === 'CROSS') && next?.word === 'APPLY') {
      kept.push(keyword('CROSS'), keyword('JOIN'), keyword('LATERAL'))
      index++
    } else if (token.word === 'OUTPUT' && token.kind === 'word') {
      while (index + 1 < tokens.length && !afterOutput.has(tokens[index + 1]?.word ?? '')) index++
    } else if (token.word === 'MERGE' && next?.word !== 'INTO' && next?.word !== 'TOP') {
      kept.push(token, keyword('INTO'))
    } else if (token.word === 'FROM' && tokens[0]?.word === 'DELETE' && kept.length > 1 && open === 0) {
      kept.push(keyword('USING'))
    } else if ((token.word === 'INSERT' || token.word === 'DELETE') && next?.kind === 'name') {
      kept.push(token, keyword(token.word === 'INSERT' ? 'INTO' : 'FROM'))
    } else
      kept.push(token.kind === 'text' && /^[Nn]'/.test(token.text) ? { ...token, text: token.text.slice(1) } : token)
  }
  return kept
}

/** Index of the parenthesis that closes the one at `open`, or of the last token. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]?.text === '(') depth++
    if (tokens[index]?.text === ')' && --depth === 0) return index
  }
  return tokens.length - 1
}

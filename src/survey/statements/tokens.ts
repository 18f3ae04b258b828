/**
 * Cuts a statement into words, quoted names, literals, placeholders and marks; comments vanish.
 * It never fails: an unclosed quote, comment or parenthesis makes the result `cut`, for that is how a truncated statement looks.
 */
export type TokenKind = 'word' | 'name' | 'text' | 'number' | 'placeholder' | 'mark'

export interface Token {
  kind: TokenKind
  /** As written; placeholders of every style become `?`. */
  text: string
  /** Upper case for words, without quotes for names, empty for the rest. */
  word: string
  /** Whether blanks or a comment stood before it. */
  gap: boolean
}

export interface Tokens {
  tokens: Token[]
  /** The text ends inside a quote, a comment or a parenthesis. */
  cut: boolean
  /** The text ends right behind the last token, so that a cut may have gone through it. */
  tight: boolean
}

/** What differs between dialects before any grammar. */
export interface Lexis {
  /** `\'` does not end a string (MySQL, BigQuery, ClickHouse). */
  backslash: boolean
  /** `[Order Lines]` is a name (SQL Server, SQLite). */
  brackets: boolean
  /** `"x"` is a string, not a name (MySQL by default, BigQuery). */
  doubleQuotedText: boolean
  /** `@x` belongs to the grammar (user variables of MySQL), else it is a placeholder. */
  variables: boolean
}

const blank = /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const hashComment = /#[^\n]*/y
const plainText = /[NnXxBb]?'(?:[^']|'')*'?/y
const escapedText = /[NnXxBbEeRr]?'(?:[^'\\]|\\[\s\S]?|'')*'?/y
const escapeText = /[Ee]'(?:[^'\\]|\\[\s\S]?|'')*'?/y
const doubleQuoted = /"(?:[^"\\]|\\[\s\S]?|"")*"?/y
const doubleQuotedName = /"(?:[^"]|"")*"?/y
const backquoted = /`(?:[^`]|``)*`?/y
const bracketed = /\[[^\]\n[(]*\]/y
const dollarQuote = /\$[A-Za-z_]*\$/y
const number = /(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)/y
const word = /[\p{L}_#][\p{L}\p{N}_$#]*/uy
const placeholder =
  /\?(?:\.\.(?!\.)|[0-9]+)?|%s(?![\p{L}\p{N}_])|%\([^()\s]{1,100}\)s|\$[0-9]+|\{[A-Za-z_]\w{0,99}:[^{}]{1,100}\}/uy
const namedPlaceholder = /:[A-Za-z0-9_]+|@[A-Za-z_]\w*/y
const mark = /::|:=|<=>|<>|<=|>=|!=|==|->>|->|#>>|#>|\|\||&&|@>|<@|!~\*|!~|~\*|[\s\S]/uy

function take(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

export function tokenize(text: string, lexis: Lexis): Tokens {
  const tokens: Token[] = []
  let at = 0
  let gap = false
  let cut = false
  let open = 0
  const push = (kind: TokenKind, raw: string, name = ''): void => {
    tokens.push({ kind, text: kind === 'placeholder' ? '?' : raw, word: name, gap })
    at += raw.length
    gap = false
  }
  const quoted = (kind: TokenKind, raw: string, quote: string): void => {
    const start = raw.indexOf(quote)
    const closed = raw.length - start > 1 && raw.endsWith(quote)
    if (!closed) cut = true
    push(
      kind,
      raw,
      kind === 'name' ? raw.slice(start + 1, closed ? -1 : undefined).replaceAll(quote + quote, quote) : '',
    )
  }
  while (at < text.length) {
    let raw = take(blank, text, at) || (lexis.variables ? take(hashComment, text, at) : '')
    if (raw !== '') {
      if (raw.startsWith('/*') && !(raw.length > 3 && raw.endsWith('*/'))) cut = true
      at += raw.length
      gap = true
    } else if ((raw = take(lexis.backslash ? escapedText : escapeText, text, at) || take(plainText, text, at)) !== '') {
      quoted('text', raw, "'")
    } else if (lexis.doubleQuotedText && (raw = take(doubleQuoted, text, at)) !== '') quoted('text', raw, '"')
    else if ((raw = take(doubleQuotedName, text, at)) !== '') quoted('name', raw, '"')
    else if ((raw = take(backquoted, text, at)) !== '') quoted('name', raw, '`')
    else if (lexis.brackets && (raw = take(bracketed, text, at)) !== '') push('name', raw, raw.slice(1, -1))
    else if ((raw = take(dollarQuote, text, at)) !== '') {
      const end = text.indexOf(raw, at + raw.length)
      if (end < 0) cut = true
      push('text', end < 0 ? text.slice(at) : text.slice(at, end + raw.length))
    } else if ((raw = take(placeholder, text, at)) !== '') push('placeholder', raw)
    else if (!lexis.variables && text[at - 1] !== ':' && (raw = take(namedPlaceholder, text, at)) !== '')
      push('placeholder', raw)
    else if (
      lexis.variables &&
      text[at] === ':' &&
      text[at + 1] !== '=' &&
      (raw = take(namedPlaceholder, text, at)) !== ''
    )
      push('placeholder', raw)
    else if ((raw = take(number, text, at)) !== '') push('number', raw)
    else if ((raw = take(word, text, at)) !== '') push('word', raw, raw.toUpperCase())
    else {
      raw = take(mark, text, at)
      if (raw === '(' || raw === '[') open++
      if (raw === ')' || raw === ']') open--
      push('mark', raw)
    }
  }
  return { tokens, cut: cut || open > 0, tight: !gap }
}

/**
 * Makes hostile text safe to show and fits it into columns.
 * `visible` is for plain text and terminals; it does not escape HTML, Markdown or any other syntax: each reporter does that on top.
 */
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/**
 * Everything that moves the cursor, changes colours, breaks the line, reorders text or shows nothing at all: C0 and C1 controls,
 * line and paragraph separators, bidirectional marks, zero-width characters, tags, interlinear marks, lone surrogates.
 */
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\p{Surrogate}]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function show(character: string): string {
  const name = named[character]
  if (name !== undefined) return name
  const code = character.codePointAt(0) ?? 0
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** The text on one line with every invisible or reordering character written out (`\n`, `\u001b`): nothing hides, nothing acts. */
export function visible(text: string): string {
  return text.replace(hidden, show)
}

/** The same for text of several lines, which it keeps: only line feeds act. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line))
    .join('\n')
}

/** Display columns of text that `visible` has been through: wide characters count two, combining marks none. */
export function columnsOf(text: string): number {
  return simple.test(text) ? text.length : stringWidth(text, { countAnsiEscapeCodes: true })
}

/** Made when it is first needed, which takes a while, and mostly it is not. */
let made: Intl.Segmenter | undefined
const segmenter = (): Intl.Segmenter => (made ??= new Intl.Segmenter('en', { granularity: 'grapheme' }))

/** Letters, digits, signs and arrows that take a unit and a column each: nearly all text, and needs no measuring. */
const simple =
  /^[\u0020-\u007e\u00a0-\u00a8\u00aa-\u00ac\u00af-\u02ff\u2010-\u2027\u202f-\u203b\u2190-\u2193\u21d0-\u21d5\u2212\u2500-\u259f]*$/

/** Of a word that a line can begin with as it is: not empty, and without a space of another kind in front, which would be taken off. */
const startsDark = /^\S/

/** At most `columns` columns; what is cut is replaced by `…`, and a grapheme is never halved. Cheap on very long text. */
export function truncate(text: string, columns: number): string {
  if (columns < 1) return ''
  // One unit more than fits: it may be a mark that belongs to the last letter.
  if (simple.test(text.slice(0, columns + 1))) {
    return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`
  }
  let taken = ''
  let width = 0
  // What fits as long as nothing more comes: the last column is the ellipsis otherwise.
  let beforeLast = ''
  for (const { segment } of segmenter().segment(text.slice(0, columns * 16))) {
    width += columnsOf(segment)
    if (width > columns) return `${beforeLast}…`
    taken += segment
    if (width < columns) beforeLast = taken
  }
  return taken.length < text.length ? `${beforeLast}…` : text
}

/** Like `truncate`, but cuts in the middle: the two ends of an address or a path tell more than its beginning. */
export function truncateMiddle(text: string, columns: number): string {
  if (columns < 5 || (text.length <= columns * 16 && truncate(text, columns) === text)) return truncate(text, columns)
  const tailColumns = Math.floor((columns - 1) / 2)
  let tail = text.slice(-tailColumns)
  if (!simple.test(tail)) {
    // The first grapheme may be halved by the cut.
    const [, ...segments] = [...segmenter().segment(text.slice(-tailColumns * 2))].map((part) => part.segment)
    tail = ''
    let width = 0
    for (const segment of segments.reverse()) {
      width += columnsOf(segment)
      if (width > tailColumns) break
      tail = segment + tail
    }
  }
  const head = truncate(text, columns - columnsOf(tail))
  return (head.endsWith('…') ? head : `${head}…`) + tail
}

/** Lines of at most `columns` columns; breaks at spaces, and within a word only when the word alone is too long. */
export function wrap(text: string, columns: number): string[] {
  if (simple.test(text)) {
    if (text.length <= columns && text === text.trim()) return [text]
    const words = text.split(' ')
    if (words.every((word) => word.length <= columns && startsDark.test(word))) return filled(words, columns)
  }
  return wrapAnsi(text, Math.max(columns, 1), { hard: true, trim: true }).split('\n')
}

/** Lines of words none of which is empty or needs breaking: nearly all text, and a tenth of the time. */
function filled(words: readonly string[], columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line === '') line = word
    else if (line.length + 1 + word.length <= columns) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

/** Pads with spaces to `columns` display columns; longer text is returned as it is. */
export function pad(text: string, columns: number, side: 'start' | 'end' = 'end'): string {
  const space = ' '.repeat(Math.max(columns - columnsOf(text), 0))
  return side === 'end' ? text + space : space + text
}

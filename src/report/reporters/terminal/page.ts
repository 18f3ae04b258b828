/**
 * A page of text under construction: wraps to the width, then colours. Text given to it must already be visible();
 * colour goes on last because escape codes would be counted as columns.
 */
import { styleText } from 'node:util'
import { pad, wrap as wrapWords } from '../../../lib/text.js'

export type Style = Parameters<typeof styleText>[0]

export interface Page {
  readonly columns: number
  /** Colours the text when colour was asked for. */
  paint(style: Style, text: string): string
  /** One line as it is; it must fit. */
  line(text?: string): void
  /** Wrapped text behind an indent. */
  text(text: string, indent?: number, style?: Style): void
  /** Wrapped text beside a head that is already painted and takes `headColumns` columns. */
  row(head: string, headColumns: number, text: string, style?: Style): void
  /** A dim label in a column of its own and wrapped text beside it. */
  field(label: string, text: string, labelColumns?: number, style?: Style): void
  heading(title: string): void
  toString(): string
}

/** Keeps a number and its unit on one line. */
function wrap(text: string, columns: number): string[] {
  const glued = text.replace(/(\d) (?=(?:%|ms|s|min|[kMGT]?B)(?![\w%]))/g, '$1\u00a0')
  return wrapWords(glued, columns).map((row) => row.replaceAll('\u00a0', ' '))
}

export function createPage(columns: number, colour: boolean): Page {
  const lines: string[] = []
  const paint = (style: Style, text: string) =>
    colour && text !== '' ? styleText(style, text, { validateStream: false }) : text
  const page: Page = {
    columns,
    paint,
    line: (text = '') => void lines.push(text.trimEnd()),
    text(text, indent = 0, style) {
      for (const row of wrap(text, columns - indent)) {
        lines.push(' '.repeat(indent) + (style === undefined ? row : paint(style, row)))
      }
    },
    row(head, headColumns, text, style) {
      wrap(text, columns - headColumns).forEach((row, index) => {
        lines.push((index === 0 ? head : ' '.repeat(headColumns)) + (style === undefined ? row : paint(style, row)))
      })
    },
    field(label, text, labelColumns = 10, style) {
      page.row(paint('dim', `  ${pad(label, labelColumns)}`), labelColumns + 2, text, style)
    },
    heading(title) {
      lines.push('', paint('bold', title), paint('dim', '─'.repeat(columns)))
    },
    toString: () => `${lines.join('\n')}\n`,
  }
  return page
}

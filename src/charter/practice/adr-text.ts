/**
 * The text of a decision record: front matter, and the lines below it with their numbers. Comments and code are blank lines here,
 * because templates keep their examples there, and an example of a link links to nothing.
 */
import { parseDocument } from 'yaml'
import { plainMapping } from './practice-file.js'
import type { Plain } from './practice-file.js'

export interface RecordLine {
  /** From 1, in the file. */
  number: number
  text: string
}

export interface RecordText {
  /** Empty where there is none, or none that is YAML. */
  front: Plain
  lines: RecordLine[]
}

/** No sentence that means something is longer. */
const longestLine = 2000

export function recordText(text: string): RecordText {
  const front = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/.exec(text)
  const offset = front ? front[0].split('\n').length - 1 : 0
  let inCode = false
  const lines = withoutComments(text.slice(front?.[0].length ?? 0))
    .split(/\r?\n/)
    .map((line, index): RecordLine => {
      const fence = /^\s*(?:```|~~~)/.test(line)
      const shown = inCode || fence ? '' : line.slice(0, longestLine)
      if (fence) inCode = !inCode
      return { number: offset + index + 1, text: shown }
    })
  return { front: front ? frontMatter(front[1] ?? '') : {}, lines }
}

function frontMatter(text: string): Plain {
  const document = parseDocument(text)
  return document.errors.length > 0 ? {} : plainMapping(document)
}

/** Keeps the ends of lines. A comment that does not end is none. */
function withoutComments(text: string): string {
  const parts: string[] = []
  let at = 0
  for (let start = text.indexOf('<!--'); start >= 0; start = text.indexOf('<!--', at)) {
    const end = text.indexOf('-->', start)
    if (end < 0) break
    parts.push(text.slice(at, start), text.slice(start, end).replaceAll(/[^\r\n]/g, ''))
    at = end + 3
  }
  return [...parts, text.slice(at)].join('')
}

/** The first value of `* Status: accepted`, as MADR 2 has it, or of `Date: 2026-03-01` below the title, as adr-tools has it. */
export function listed(lines: readonly RecordLine[], key: string): RecordLine | undefined {
  const start = new RegExp(`^[*-]?\\s*\\**${key}\\**:\\**\\s*(.*)$`, 'i')
  for (const { text, number } of lines) {
    const found = start.exec(text)?.[1]
    if (found !== undefined) return { text: found.trim(), number }
  }
  return undefined
}

/** Lines below each heading that fits, up to the next of its level, without blank ones. */
export function sections(lines: readonly RecordLine[], name: RegExp): RecordLine[] {
  let level = 0
  return lines.filter(({ text }) => {
    const heading = /^(#{1,6})\s+(.*?)[\s#]*$/.exec(text)
    const depth = heading?.[1]?.length ?? 0
    if (heading && (level === 0 || depth <= level)) {
      level = depth > 1 && name.test(heading[2] ?? '') ? depth : 0
      return false
    }
    return level > 0 && text.trim() !== ''
  })
}

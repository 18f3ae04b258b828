/** Reading files that nobody wrote for Faultline: bounded, and as plain values whose shape is not believed. */
import { LineCounter, parseAllDocuments } from 'yaml'
import type { Document } from 'yaml'
import type { Origin } from '../../model/charter.js'

export type Plain = Record<string, unknown>

export interface PracticeText {
  text: string
  /** As a path from the charter's folder. */
  file: string
}

export function asMapping(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** Trimmed; blank for everything that is no text, or far too long for a name. */
export function asText(value: unknown): string {
  return typeof value === 'string' && value.length <= 500 ? value.trim() : ''
}

/** Empty for what is no mapping, and for aliases that grow without measure. */
export function plainMapping(document: Document): Plain {
  try {
    return asMapping(document.toJS({ maxAliasCount: 100 }))
  } catch {
    return {}
  }
}

/** Sound documents of a stream, and a remark for each that is not. */
export function yamlDocuments(
  text: string,
  file: string,
): { documents: { value: Plain; origin: Origin }[]; remarks: (Origin & { message: string })[] } {
  const lineCounter = new LineCounter()
  const result: ReturnType<typeof yamlDocuments> = { documents: [], remarks: [] }
  const place = (offset: number): Origin => {
    const { line, col } = lineCounter.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  try {
    for (const document of parseAllDocuments(text, { lineCounter, prettyErrors: false })) {
      if (!('contents' in document)) continue
      const [fault] = document.errors
      if (fault) result.remarks.push({ ...place(fault.pos[0]), message: 'Expected YAML: this document is not read.' })
      else if (document.contents) {
        result.documents.push({ value: plainMapping(document), origin: place(document.contents.range?.[0] ?? 0) })
      }
    }
  } catch {
    // The composer recurses: a text of nothing but brackets ends its stack.
    result.remarks.push({ file, line: 1, column: 1, message: 'Expected YAML: this file is not read.' })
  }
  return result
}

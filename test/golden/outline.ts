/**
 * A page of HTML as the text that a reader gets, and a digest of the whole: the page itself is a megabyte of styles and drawings,
 * which nobody would review in a change.
 */
import { createHash } from 'node:crypto'

export function outline(html: string): string {
  const text = html
    .replaceAll(/<(script|style|svg)\b.*?<\/\1>/gs, '')
    .replaceAll(/<(h[1-6])\b[^>]*>/g, '\n\n$1 ')
    .replaceAll(/<(li|tr|p|section|article|summary|dt|dd|caption|figcaption|div)\b[^>]*>/g, '\n')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
  const bytes = Buffer.byteLength(html)
  const digest = createHash('sha256').update(html).digest('hex')
  return `${text}\n\n${bytes} bytes, SHA-256 ${digest}\n`
}

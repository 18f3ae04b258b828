/**
 * Text of the evidence as Markdown that shows exactly that text: no markup, no HTML, no links, and on GitHub no mention of a
 * person and no reference to another thread. Written with entities, not backslashes: those would show within HTML blocks.
 */
import { truncate, visible, visibleLines } from '../../../lib/text.js'

/** Rendered as nothing. GitHub looks for mentions, references and emoji in the rendered text, which no escape stops. */
const gap = '&#8203;'

function entities(text: string): string {
  return (
    text
      .replace(/[&<>"'\\`*_[\]|~$]/g, (character) => `&#${character.charCodeAt(0)};`)
      // Bare addresses become links by themselves.
      .replace(/:(?=\/\/)/g, '&#58;')
      .replace(/\b(www|mailto|xmpp)([.:])/gi, (_, scheme: string, mark: string) => `${scheme}&#${mark.charCodeAt(0)};`)
  )
}

export function markdownText(text: string, columns = 2_000): string {
  return (
    entities(visible(truncate(text, columns)))
      // Block markup at the start of a line: headings, lists, rules, setext underlines.
      .replace(/^(\s*)([-+=#])/, (_, space: string, mark: string) => `${space}&#${mark.charCodeAt(0)};`)
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, (_, number: string, mark: string) => `${number}&#${mark.charCodeAt(0)};`)
      .replace(/@(?=\w)/g, `@${gap}`)
      .replace(/(?<!&)#(?=\d)/g, `#${gap}`)
      .replace(/\bGH-(?=\d)/gi, `$&${gap}`)
      .replace(/:(?=[\w+-]+:)/g, `:${gap}`)
      // The hashes of commits are linked too, and span ids look like them.
      .replace(/\b[0-9a-f]{7,40}\b/g, (hash) => `${hash.slice(0, 4)}${gap}${hash.slice(4)}`)
  )
}

/** A name or an id: within a code element GitHub links nothing, and a reader copies exactly the name. */
export function markdownCode(text: string, columns = 160): string {
  return `<code>${entities(visible(truncate(text, columns)))}</code>`
}

/** Several lines that can be copied as they are. A pre element holds blank lines, which would end other HTML. */
export function markdownBlock(text: string, characters = 2_000): string {
  const cut = text.length > characters ? `${text.slice(0, characters)}…` : text
  return `<pre><code>${entities(visibleLines(cut)).trimEnd()}</code></pre>`
}

/** Prose of an audit's own file, in which backticks mark code. Not for text of the evidence: there a backtick is a backtick. */
export function markdownProse(text: string, columns = 2_000): string {
  const parts = truncate(text, columns).split('`')
  // An odd backtick out is text.
  if (parts.length % 2 === 0) return markdownText(text, columns)
  return parts.map((part, index) => (index % 2 === 1 ? markdownCode(part) : markdownText(part))).join('')
}

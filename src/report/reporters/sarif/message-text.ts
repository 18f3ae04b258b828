/**
 * Text for a SARIF message. `{0}` would be a placeholder and `[text](target)` a link in plain text messages (§3.11.5, §3.11.6):
 * evidence must be able to make neither.
 */
import { truncate } from '../../../lib/text.js'

export function messageText(text: string): string {
  return truncate(text, 4_000)
    .replace(/\{(\d+)\}/g, '{{$1}}')
    .replace(/\\*\[(?=[^\]]*\]\()/g, '\\[')
}

/** Why a finding is waived, as one line of plain text; what a charter says is made visible, not yet escaped. */
import { truncate, visible } from '../lib/text.js'
import type { Finding } from '../model/finding.js'

/** `waived until 2027-06-30: split planned in Q2`; empty for a finding that is not waived. */
export function waivedText({ waived }: Pick<Finding, 'waived'>): string {
  if (waived === undefined) return ''
  const until = waived.until === '' ? '' : ` until ${waived.until}`
  return `waived${until}: ${truncate(visible(waived.because), 300)}`
}

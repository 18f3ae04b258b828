/** Names of a charter or of evidence within a sentence: bounded, since either may be hostile. What is escaped beyond that is the reporter's business. */
import { truncateMiddle, visible } from '../../lib/text.js'

const longestName = 80
const mostNames = 8

export function toldName(name: string): string {
  // Cut before anything is replaced, so that a name of a megabyte costs nothing; and again, for what was written out is longer.
  return truncateMiddle(visible(truncateMiddle(name, longestName)), longestName)
}

/** `orders, payments and 12 more`. */
export function toldNames(names: readonly string[], most = mostNames): string {
  const told = names.slice(0, most).map((name) => toldName(name))
  return names.length > most ? `${told.join(', ')} and ${names.length - most} more` : told.join(', ')
}

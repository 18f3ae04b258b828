/** A comparison in words, the same in every format. Nothing here is escaped for Markdown or HTML: names are only made visible. */
import { truncate, visible } from '../../lib/text.js'
import type { ComparedFinding, Comparison, FindingState } from '../../model/comparison.js'
import { nameText } from '../place-text.js'
import { countText } from '../quantity-text.js'

/** Headings of the states that are listed; known findings are counted only. */
export const stateTitles: Readonly<Record<FindingState, string>> = {
  new: 'New',
  worse: 'Worse than before',
  'no-longer-evaluable': 'No longer evaluable: not fixed',
  known: 'Known',
  fixed: 'Fixed',
}

/** More of one state than this are counted. */
export const mostListed = 20

/** `1 new, 2 no longer evaluable, 3 known, 1 fixed`, or `no findings on either side`. */
export function comparisonCounts({ findings }: Comparison): string {
  const count = (state: FindingState) => findings.filter((finding) => finding.state === state).length
  const words: readonly [FindingState, string][] = [
    ['new', 'new'],
    ['worse', 'worse'],
    ['no-longer-evaluable', 'no longer evaluable'],
    ['known', 'known'],
    ['fixed', 'fixed'],
  ]
  const parts = words.flatMap(([state, word]) => (count(state) > 0 ? [`${count(state)} ${word}`] : []))
  return parts.length > 0 ? parts.join(', ') : 'no findings on either side'
}

/** `critical`, `critical, was warning`, `warning, waived`. */
export function severityText({ severity, severityBefore, waived }: ComparedFinding): string {
  const was = severityBefore === undefined ? '' : `, was ${severityBefore}`
  return `${severity}${was}${waived ? ', waived' : ''}`
}

/** Of bounded length and on one line. */
export function sentence(text: string, columns = 600): string {
  return truncate(visible(truncate(text, columns)), columns)
}

/** Which report it was compared with. */
export function baselineText({ baseline }: Comparison): string {
  const until = baseline.window.end === '' ? '' : `, evidence until ${nameText(baseline.window.end, 40)}`
  return `${nameText(baseline.source)}${until}, ${countText(baseline.spans, 'span')}`
}

/** Lost evidence in a sentence, or an empty text when none is lost. */
export function lossText({ findings, lostAudits }: Comparison): string {
  const lost = findings.filter((finding) => finding.state === 'no-longer-evaluable').length
  const parts = [
    lost > 0 ? `${countText(lost, 'finding')} of the baseline` : '',
    lostAudits.length > 0 ? `${countText(lostAudits.length, 'audit')} with a verdict there` : '',
  ].filter((part) => part !== '')
  return parts.length === 0
    ? ''
    : `Evidence was lost: ${parts.join(' and ')} can no longer be judged. That is not fixed.`
}

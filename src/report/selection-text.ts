/** Which part of a server's table was looked at, in a sentence. A sample is said wherever the window is: its counts are those of the sample. */
import type { Report } from '../model/report.js'
import { nameText } from './place-text.js'
import { countText } from './quantity-text.js'

type Selection = NonNullable<Report['evidence'][number]['selection']>

/** `from 2027-03-01T00:00Z to 2027-03-02T00:00Z, traces of cart, one trace in 16`. */
export function selectionText({ from, to, services, sample, days }: Selection): string {
  const short = (time: string): string => time.replace(/(:00)?\.000Z$/, 'Z')
  const parts = [`from ${short(from)} to ${short(to)}`]
  if (services.length > 0) parts.push(`traces of ${services.map((name) => nameText(name, 60)).join(', ')}`)
  if (sample > 1) parts.push(`one trace in ${sample}`)
  if (days !== undefined) {
    const last = days.read.at(-1) ?? ''
    parts.push(
      `${countText(days.kept, 'day')} kept and ${countText(days.read.length, 'day')} read; over all of them ${days.audits.join(', ')}; all others over ${last} only`,
    )
  }
  return parts.join(', ')
}

/** Of a report over a sample, for the top of a page; empty when every trace was looked at. */
export function sampleText(report: Report): string {
  const sample = Math.max(1, ...report.evidence.map(({ selection }) => selection?.sample ?? 1))
  return sample === 1 ? '' : `one trace in ${sample} was looked at: counts are those of the sample`
}

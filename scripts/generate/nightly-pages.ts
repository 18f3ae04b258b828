/**
 * Which audits a nightly run judges over all days, in docs/clickhouse.md: it follows from what audits need and what is kept.
 * The rest of that page is written by hand: only what stands between the two marks is replaced.
 */
import { goesOverAllDays, notKept } from '../../src/engine/all-days.js'
import type { AnyAudit } from '../../src/model/audit.js'
import { dailyRelations } from '../../src/survey/daily.js'
import { code, table } from './markdown.js'

const begin = '<!-- nightly: generated -->'
const end = '<!-- end of nightly -->'

/** Throws when the page has lost its marks. */
export function nightlyPage(written: string, audits: readonly AnyAudit[]): string {
  const from = written.indexOf(begin)
  const to = written.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/clickhouse.md needs "${begin}" and "${end}", in this order`)
  return `${written.slice(0, from + begin.length)}\n\n${section(audits)}\n\n${written.slice(to)}`
}

function section(audits: readonly AnyAudit[]): string {
  const whole = audits.filter(goesOverAllDays)
  const others = new Map<string, string[]>()
  for (const audit of audits.filter((each) => !goesOverAllDays(each))) {
    const why = notKept(audit).sort().map(code).join(', ')
    others.set(why, [...(others.get(why) ?? []), audit.id])
  }
  const link = (id: string): string => `[${id}](audits/${id}.md)`
  const rows = [...others].sort(([, one], [, other]) => other.length - one.length)
  return [
    `${whole.length} of ${audits.length} audits are judged over the whole window, from ${dailyRelations.length} relations that are kept:`,
    whole.map(({ id }) => link(id)).join(' · '),
    'All others are judged over the last day, for what they need besides is not kept:',
    table(
      ['needs', 'audits'],
      rows.map(([why, ids]) => [why, ids.map(link).join(', ')]),
    ),
  ].join('\n\n')
}

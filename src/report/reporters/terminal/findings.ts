/**
 * The findings, worst and most costly first: a few in full, the others a line each.
 * A fix is printed once for each audit: ten findings of one audit are mended the same way.
 */
import { columnsOf, pad, truncate, visible, visibleLines, wrap } from '../../../lib/text.js'
import type { Severity } from '../../../model/finding.js'
import type { Report } from '../../../model/report.js'
import { nameText, placeText } from '../../place-text.js'
import { countText, quantityText, shareText } from '../../quantity-text.js'
import { rankedFindings } from '../../ranking.js'
import type { RankedFinding } from '../../ranking.js'
import { waivedText } from '../../waived-text.js'
import type { Page, Style } from './page.js'

/** Beyond this many nobody reads them in full. */
const mostInFull = 12
const mostTraceIds = 2
const mostPrescribed = 12
/** A page of one-liners; the JSON and HTML reports have all. */
const mostLines = 60

const styles: Record<Severity, Style> = {
  critical: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  note: ['bold', 'cyan'],
}

export function printFindings(page: Page, report: Report): void {
  const ranked = rankedFindings(report)
  if (ranked.length === 0) return
  page.heading('Findings')
  const explained = new Set<string>()
  ranked.slice(0, mostInFull).forEach((entry, index) => {
    if (index > 0) page.line()
    printInFull(page, entry, explained)
  })
  const rest = ranked.slice(mostInFull)
  if (rest.length === 0) return
  page.line()
  page.text(`And ${countText(rest.length, 'finding')} that cost less:`)
  for (const entry of rest.slice(0, mostLines)) printInBrief(page, entry)
  if (rest.length > mostLines) {
    page.text(`and ${rest.length - mostLines} more; the HTML and JSON reports list them all (-o report.html)`, 2, 'dim')
  }
}

/** One sentence of an audit or a finding, safe to print and of bounded length. */
function sentence(text: string): string {
  return truncate(visible(text), 1_200)
}

function proofText({ finding }: RankedFinding): string {
  const { traceIds, samples } = finding.proof
  const shown = traceIds.slice(0, mostTraceIds).map((id) => nameText(id, 40))
  const more = traceIds.length - shown.length
  const ids = shown.length > 0 ? `; ${shown.length === 1 ? 'trace' : 'traces'} ${shown.join(', ')}` : ''
  return `${countText(samples, 'observation')}${ids}${more > 0 ? ` and ${more} more` : ''}`
}

function printInFull(page: Page, entry: RankedFinding, explained: Set<string>): void {
  const { audit, finding } = entry
  const head = `${finding.severity}[${audit.id}]:`
  wrap(`${head} ${sentence(finding.message)}`, page.columns).forEach((row, index) => {
    // The head never breaks over lines: ids are shorter than the narrowest page.
    page.line(index === 0 ? page.paint(styles[finding.severity], head) + row.slice(head.length) : row)
  })
  if (finding.waived !== undefined) page.field('waived', waivedText(finding).replace(/^waived:? ?/, ''))
  page.field('where', placeText(finding.where))
  page.field('measured', `${quantityText(finding.measured)}, limit ${quantityText(finding.limit)}`)
  const costs = [
    finding.cost === undefined ? '' : quantityText(finding.cost),
    finding.share === undefined ? '' : `touches ${shareText(finding.share)} of requests`,
  ].filter((part) => part !== '')
  if (costs.length > 0) page.field('cost', costs.join(', '))
  page.field('proof', proofText(entry))
  printPrescription(page, entry)
  if (explained.has(audit.id)) {
    page.field('fix', `as for ${audit.id} above`)
  } else {
    explained.add(audit.id)
    page.field('fix', sentence(audit.fix))
    page.field('verify', sentence(audit.verify))
    page.field('more', `faultline explain ${audit.id}`, 10, 'cyan')
  }
}

/** Lines as they are to be copied, unless they are too many or too long: then the other reports have them. */
function printPrescription(page: Page, { finding }: RankedFinding): void {
  if (finding.prescription === undefined) return
  const { title, text } = finding.prescription
  const lines = visibleLines(text).trimEnd().split('\n')
  const whole = lines.length <= mostPrescribed && lines.every((line) => columnsOf(line) <= page.columns - 4)
  page.field('use', `${sentence(title)}${whole ? ':' : ' (in the HTML and JSON reports)'}`)
  if (whole) for (const line of lines) page.line(`    ${line}`)
}

function printInBrief(page: Page, { audit, finding }: RankedFinding): void {
  const head = `  ${pad(finding.severity, 9)}${audit.id}  `
  const room = page.columns - head.length
  const measured = `${quantityText(finding.measured)}${finding.waived === undefined ? '' : ', waived'}`
  const place = truncate(placeText(finding.where, 60), Math.max(room - measured.length - 2, 12))
  const line = `${place}  ${measured}`
  page.row(`  ${page.paint(styles[finding.severity], pad(finding.severity, 9))}${audit.id}  `, head.length, line)
}

/**
 * What the report does not know: audits without a verdict and what would give them one, audits that broke, lost evidence,
 * and what nobody has looked at yet. This part is why a quiet report can be trusted.
 */
import { pad, truncate, visible } from '../../../lib/text.js'
import type { AuditReport, Report } from '../../../model/report.js'
import { selectionText } from '../../selection-text.js'
import { nameText } from '../../place-text.js'
import { rowsText } from '../../evidence-text.js'
import { numberText, rareText } from '../../quantity-text.js'
import type { Page } from './page.js'

const mostBlind = 3

function reasonText(audit: AuditReport): string {
  return truncate(visible(audit.reason ?? 'no reason was given'), 600)
}

function byOutcome(report: Report, outcome: AuditReport['outcome']): AuditReport[] {
  return report.audits.filter((audit) => audit.outcome === outcome)
}

export function printUnjudged(page: Page, report: Report): void {
  const broken = byOutcome(report, 'error')
  if (broken.length > 0) {
    page.heading('Broke')
    page.text('These audits failed themselves; their families have no score.', 0, 'red')
    for (const audit of broken) printReason(page, audit.id, reasonText(audit))
  }
  const unjudged = byOutcome(report, 'not-evaluable')
  const blind = report.audits.filter((audit) => audit.outcome !== 'not-evaluable' && audit.blind.length > 0)
  if (unjudged.length + blind.length === 0) return
  page.heading('Could not be evaluated')
  for (const audit of unjudged) printReason(page, audit.id, reasonText(audit))
  for (const audit of blind) {
    const more = audit.blind.length - mostBlind
    const places = audit.blind.slice(0, mostBlind).map((place) => nameText(place))
    printReason(page, audit.id, `in part: ${places.join('; ')}${more > 0 ? `; and ${more} more` : ''}`)
  }
}

function printReason(page: Page, id: string, text: string): void {
  page.text(id, 2, 'bold')
  page.text(text, 4)
}

export function printPassed(page: Page, report: Report): void {
  const passed = byOutcome(report, 'pass')
  if (passed.length === 0) return
  page.heading('Passed')
  const labelColumns = Math.max(...passed.map((audit) => audit.id.length)) + 2
  for (const audit of passed) {
    const floor = audit.floor === undefined ? '' : `; blind to what is rarer than ${rareText(audit.floor)}`
    const head = `  ${page.paint('green', pad(audit.id, labelColumns))}`
    page.row(head, labelColumns + 2, `${numberText(audit.samples)} ${visible(audit.of)}${floor}`)
  }
}

/** Audits that share a reason share a paragraph: a system without a database has one sentence for it. */
export function printNotApplicable(page: Page, report: Report): void {
  const idsByReason = new Map<string, string[]>()
  for (const audit of byOutcome(report, 'not-applicable')) {
    const reason = reasonText(audit)
    idsByReason.set(reason, [...(idsByReason.get(reason) ?? []), audit.id])
  }
  if (idsByReason.size === 0) return
  page.heading('Does not apply')
  for (const [reason, ids] of idsByReason) {
    page.text(reason, 2)
    page.text(ids.join(', '), 4, 'dim')
  }
}

export function printNotYetLooked(page: Page, report: Report): void {
  const families = report.families.filter((family) => family.notYetLooked.length > 0)
  if (families.length === 0) return
  page.heading('Not yet looked at')
  page.text('In the catalogue, and not in this version: neither passed nor failed.', 0)
  for (const family of families) page.field(family.id, family.notYetLooked.join(', '), 14)
}

export function printEvidence(page: Page, report: Report): void {
  page.heading('Evidence')
  for (const { source, importer, rows, losses, selection } of report.evidence) {
    page.text(`${nameText(source)}: ${rowsText(rows)} (${importer})`, 2)
    if (selection !== undefined) page.text(selectionText(selection), 4)
    for (const loss of losses) {
      page.row(
        `    ${page.paint('yellow', 'lost')}  `,
        10,
        `${nameText(loss.id, 60)} × ${numberText(loss.count)}: ${truncate(visible(loss.advice), 400)}`,
      )
    }
  }
  if (report.evidence.length === 0) page.text('none', 2)
}

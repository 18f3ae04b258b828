/**
 * `faultline explain`: everything an audit's own file says about it, as a page of text.
 * Nothing is written here but headings: what is missing on the page is missing in the audit.
 */
import { Command } from 'commander'
import { closest, distance } from 'fastest-levenshtein'
import { families } from '../../report/families.js'
import { nameText } from '../../report/place-text.js'
import { quantityText } from '../../report/quantity-text.js'
import { createPage } from '../../report/reporters/terminal/page.js'
import type { Page } from '../../report/reporters/terminal/page.js'
import { wantsColour } from '../environment.js'
import type { AuditWords, Environment, ExampleWords } from '../environment.js'
import { InvocationError } from '../exit.js'

const help = `
Examples:
  $ faultline explain chatty-pair
  $ faultline audit --list          all ids`

const mostRows = 5

export function explainCommand(environment: Environment): Command {
  return new Command('explain')
    .summary('explain an audit: why, limits, example, fix')
    .description(
      'Prints why an audit exists, what exactly it looks for, its limits, an example, the fix and how to verify it.',
    )
    .argument('<audit>', 'id of an audit')
    .addHelpText('after', help)
    .action(async (id: string) => {
      const audits = await environment.loadAudits()
      const audit = audits.find((candidate) => candidate.id === id)
      if (audit === undefined) throw unknownAudit(id, audits)
      const { stdout, variables } = environment
      const columns = Math.min(Math.max(stdout.columns ?? 80, 60), 110)
      await stdout.write(explanation(audit, createPage(columns, wantsColour(stdout, variables))))
    })
}

function unknownAudit(id: string, audits: readonly AuditWords[]): InvocationError {
  const catalogue = families.flatMap((family) => family.catalogue)
  if (catalogue.includes(id)) {
    return new InvocationError(
      `${id} is in the catalogue, but this version does not look for it yet`,
      'faultline audit --list prints what it looks for.',
    )
  }
  const ids = audits.map((audit) => audit.id)
  // Longer words cost quadratic time and are no typing mistake.
  const nearest = ids.length > 0 && id.length <= 60 ? closest(id.toLowerCase(), ids) : undefined
  const near = nearest !== undefined && distance(id.toLowerCase(), nearest) <= Math.max(3, nearest.length / 3)
  return new InvocationError(
    `there is no audit ${nameText(id, 60)}${near ? `; did you mean ${nearest}?` : ''}`,
    'faultline audit --list prints all ids.',
  )
}

function section(page: Page, title: string, text: string): void {
  page.line()
  page.line(page.paint('bold', title))
  // A blank line or a list in the audit's text stays one.
  for (const paragraph of text.split('\n')) page.text(paragraph, 2)
}

function explanation(audit: AuditWords, page: Page): string {
  page.line(`${page.paint('bold', audit.id)}  ${page.paint('dim', `family ${audit.family}`)}`)
  page.text(audit.failureTitle)
  section(page, 'Definition', audit.definition)
  section(page, 'Why', audit.why)
  limits(page, audit)
  examples(page, 'Fires on', audit.examples.fires)
  examples(page, 'Stays quiet on', audit.examples.quiet)
  section(page, 'Fix', audit.fix)
  section(page, 'Verify', audit.verify)
  if (audit.references.length > 0) {
    page.line()
    page.line(page.paint('bold', 'References'))
    for (const reference of audit.references) {
      page.text(reference.title, 2)
      // Not wrapped: an address that is cut cannot be followed.
      page.line(`    ${page.paint('cyan', reference.url)}`)
    }
  }
  return page.toString()
}

function limits(page: Page, audit: AuditWords): void {
  const entries = Object.entries(audit.limits)
  page.line()
  page.line(page.paint('bold', 'Limits'))
  if (entries.length === 0) page.text('none: any at all is a finding', 2)
  for (const [id, limit] of entries) {
    page.text(`${id}: ${quantityText({ value: limit.default, unit: limit.unit })} (source: ${limit.source})`, 2)
    page.text(limit.why, 4)
  }
}

/** The first example, with the columns that it states; blank ones are left out of an audit's file too. */
function examples(page: Page, title: string, all: readonly ExampleWords[]): void {
  const [example] = all
  if (example === undefined) return
  page.line()
  page.line(page.paint('bold', title))
  page.text(example.name, 2)
  for (const [id, value] of Object.entries(example.limits ?? {})) page.text(`with the limit ${id} = ${value}`, 4)
  for (const [relation, rows] of Object.entries(example.rows)) {
    if (!Array.isArray(rows)) continue
    page.text(relation, 4, 'dim')
    for (const row of rows.slice(0, mostRows)) page.text(rowText(row), 6)
    if (rows.length > mostRows) page.text(`and ${rows.length - mostRows} more`, 6, 'dim')
  }
}

function rowText(row: unknown): string {
  if (typeof row !== 'object' || row === null) return nameText(String(row))
  return Object.entries(row)
    .map(([column, value]) => `${column}: ${nameText(typeof value === 'string' ? value : JSON.stringify(value), 120)}`)
    .join(', ')
}

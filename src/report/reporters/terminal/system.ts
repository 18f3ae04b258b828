/** The upper part of the terminal report: what was read, what the system looks like, and how the families did. */
import { pad, truncate } from '../../../lib/text.js'
import type { FamilyReport, Report } from '../../../model/report.js'
import { sampleText } from '../../selection-text.js'
import { nameText } from '../../place-text.js'
import { countText, durationText, numberText, shareText } from '../../quantity-text.js'
import type { Page, Style } from './page.js'

const mostRequests = 5

/** `2025-06-01T10:00:00.000Z` → `2025-06-01 10:00:00 UTC`. */
function momentText(moment: string): string {
  return nameText(moment, 40)
    .replace('T', ' ')
    .replace(/(\.\d+)?Z$/, ' UTC')
}

export function printSystem(page: Page, report: Report): void {
  const { system } = report
  page.heading('System')
  const silent = system.services.filter((service) => !service.instrumented).length
  const field = (label: string, text: string) => page.field(label, text, 14)
  field(
    'services',
    numberText(system.services.length) + (silent > 0 ? ` (${silent} silent: called, but without spans)` : ''),
  )
  field('stores', numberText(system.stores.length))
  field('destinations', numberText(system.destinations.length))
  const traces = system.requests.reduce((sum, request) => sum + request.traces, 0)
  const errors = system.requests.reduce((sum, request) => sum + request.errors, 0)
  field(
    'requests',
    `${countText(traces, 'root request')} of ${countText(system.requests.length, 'operation')}` +
      (errors > 0 ? `, ${shareText(errors / traces)} with errors` : ''),
  )
  field('spans', `${numberText(system.spans)} in ${countText(system.traces, 'trace')}`)
  field(
    'window',
    system.window.start === ''
      ? 'none: there is no span'
      : `${momentText(system.window.start)}, ${durationText(system.window.seconds * 1_000)}`,
  )
  const sample = sampleText(report)
  if (sample !== '') field('sample', sample)
  printRequests(page, report)
}

function printRequests(page: Page, report: Report): void {
  const requests = report.system.requests.slice(0, mostRequests)
  if (requests.length === 0) return
  // Narrow pages keep the columns that say most.
  const wide = page.columns >= 76
  const cellsOf = (cells: readonly [string, string, string, string, string]) =>
    (wide ? cells : [cells[0], cells[1], cells[3]]).map((cell) => pad(cell, 9, 'start')).join('')
  const heads = cellsOf(['traces', 'errors', 'p50', 'p95', 'p99'])
  const nameColumns = page.columns - heads.length - 2
  page.line()
  page.line(page.paint('dim', `  ${pad('busiest requests', nameColumns)}${heads}`))
  for (const request of requests) {
    const name = truncate(`${nameText(request.service)} ${nameText(request.operation)}`, nameColumns - 1)
    const cells = cellsOf([
      numberText(request.traces),
      request.errors === 0 ? '0' : shareText(request.errors / Math.max(request.traces, 1)),
      durationText(request.p50Ms),
      durationText(request.p95Ms),
      durationText(request.p99Ms),
    ])
    page.line(truncate(`  ${pad(name, nameColumns)}${cells}`, page.columns))
  }
  const more = report.system.requests.length - requests.length
  if (more > 0) page.line(page.paint('dim', `  and ${countText(more, 'more operation')}`))
}

function scoreStyle(score: number): Style {
  return score >= 0.9 ? 'green' : score >= 0.5 ? 'yellow' : 'red'
}

/** Ten cells and two digits; a score that is not there is a dash, not a zero. */
function scoreText(page: Page, { score }: FamilyReport): string {
  if (score === null) return `  –${' '.repeat(15)}`
  // Rounded down: 100 means that every evaluated audit passed.
  const points = Math.floor(score * 100)
  const filled = Math.floor(score * 10)
  return `${page.paint(scoreStyle(score), `${pad(String(points), 3, 'start')} ${'█'.repeat(filled)}${'░'.repeat(10 - filled)}`)}    `
}

export function printFamilies(page: Page, report: Report): void {
  page.heading('Families')
  for (const family of report.families) {
    const { outcomes } = family
    const parts = [
      outcomes.fail > 0 ? `${outcomes.fail} failed` : '',
      outcomes.pass > 0 ? `${outcomes.pass} passed` : '',
      outcomes['not-evaluable'] > 0 ? `${outcomes['not-evaluable']} not evaluable` : '',
      outcomes['not-applicable'] > 0 ? `${outcomes['not-applicable']} not applicable` : '',
      outcomes.error > 0 ? `${outcomes.error} broke` : '',
      family.notYetLooked.length > 0 ? `${family.notYetLooked.length} not yet looked at` : '',
    ].filter((part) => part !== '')
    const looked = Object.values(outcomes).some((count) => count > 0)
    const text = looked ? parts.join(', ') : `not yet looked at (${family.notYetLooked.length} audits)`
    page.row(`  ${pad(family.id, 14)}${scoreText(page, family)}`, 34, text)
  }
}

/**
 * The report as a page of text for people at a terminal. Without colour it is plain text and fits any file;
 * names of the evidence cannot move the cursor or change colours.
 */
import type { Report, Reporter, ReporterOptions } from '../../model/report.js'
import { printComparison } from '../comparison/terminal-section.js'
import { coverageText, findingsText } from '../verdict-text.js'
import {
  printEvidence,
  printNotApplicable,
  printNotYetLooked,
  printPassed,
  printUnjudged,
} from './terminal/coverage.js'
import { printCaches } from './terminal/caches.js'
import { printFindings } from './terminal/findings.js'
import { createPage } from './terminal/page.js'
import { printFamilies, printSystem } from './terminal/system.js'
import { printTraceability } from './terminal/traceability.js'

const fewestColumns = 60
/** Longer lines are tiring to read, however wide the window is. */
const mostColumns = 110

export const terminalReporter: Reporter = {
  id: 'terminal',
  extension: 'txt',
  render(report: Report, options: ReporterOptions) {
    const columns = Math.min(Math.max(Math.floor(options.columns) || 80, fewestColumns), mostColumns)
    const page = createPage(columns, options.colour)
    page.line(
      `${page.paint('bold', `Faultline ${report.tool.version}`)}  ${page.paint('dim', 'where this architecture will break')}`,
    )
    printSystem(page, report)
    printFamilies(page, report)
    printFindings(page, report)
    if (report.caches !== undefined) printCaches(page, report.caches)
    if (report.charter !== undefined) printTraceability(page, report.charter, report)
    printUnjudged(page, report)
    printPassed(page, report)
    printNotApplicable(page, report)
    printNotYetLooked(page, report)
    printEvidence(page, report)
    if (report.comparison !== undefined) printComparison(page, report.comparison)
    page.heading('Verdict')
    page.text(findingsText(report), 0, 'bold')
    page.text(`${coverageText(report)}.`)
    return page.toString()
  },
}

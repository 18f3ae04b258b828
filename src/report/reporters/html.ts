/**
 * The report as one HTML file that asks nothing of any network and works from a folder or a mail.
 * All evidence is hostile text: it reaches the page through preact's escaping only, and the page's policy runs nothing but its own scripts.
 */
import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Report, Reporter } from '../../model/report.js'
import { Page } from '../html/page.js'

export const htmlReporter: Reporter = {
  id: 'html',
  extension: 'html',
  render(report: Report): string {
    return `<!doctype html>\n${renderToString(h(Page, { report }))}\n`
  },
}

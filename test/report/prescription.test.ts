/** What is prescribed can be copied line by line from every format that has room for it, and is escaped in each. */
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.js'
import { reporters } from '../../src/report/reporters/index.js'
import { exampleReport } from './example-report.js'

const text = 'rabbitmqctl set_policy dead "^orders<b>" \\\n  \'{"dead-letter-exchange": "orders.dead"}\'\n'

function prescribing(lines = text): Report {
  const report = exampleReport()
  const prescription = { title: 'A policy that keeps what is given up', language: 'sh' as const, text: lines }
  return {
    ...report,
    audits: report.audits.map((audit) => ({
      ...audit,
      findings: audit.findings.map((finding) => ({ ...finding, prescription })),
    })),
  }
}

async function rendered(id: string, report: Report): Promise<string> {
  const reporter = await reporters.find((entry) => entry.id === id)?.load()
  return reporter?.render(report, { columns: 80, colour: false }) ?? ''
}

describe('what is prescribed', () => {
  it('stands in the terminal as it is to be typed', async () => {
    const page = await rendered('terminal', prescribing())
    expect(page).toContain('A policy that keeps what is given up:\n    rabbitmqctl set_policy dead "^orders<b>" \\\n')
  })
  it('is left to other reports where it would not fit', async () => {
    const page = await rendered('terminal', prescribing('x'.repeat(100)))
    expect(page.replace(/\s+/g, ' ')).toContain('given up (in the HTML and JSON reports)')
    expect(page).not.toContain('x'.repeat(20))
  })
  it.each(['html', 'markdown'])('is escaped in %s', async (id) => {
    const page = await rendered(id, prescribing())
    expect(page).toContain('rabbitmqctl set')
    expect(page).not.toContain('orders<b>')
  })
  it.each(['json', 'sarif'])('is whole in %s', async (id) => {
    expect(await rendered(id, prescribing())).toContain(JSON.stringify(text).slice(1, -1))
  })
})

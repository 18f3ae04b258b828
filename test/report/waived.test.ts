/** A waived finding is shown with its reason in every format, and counted apart. */
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/cli/gate.js'
import type { Report } from '../../src/model/report.js'
import { reporters } from '../../src/report/reporters/index.js'
import { exampleReport } from './example-report.js'

const because = 'split planned <b>in Q2</b>'

function waivedReport(): Report {
  const report = exampleReport()
  return {
    ...report,
    audits: report.audits.map((audit) => ({
      ...audit,
      findings: audit.findings.map((finding) => ({ ...finding, waived: { because, until: '2027-06-30' } })),
    })),
  }
}

describe('waived findings', () => {
  it.each(['terminal', 'markdown', 'html', 'sarif', 'json'] as const)(
    'are told with their reason in %s',
    async (id) => {
      const reporter = await reporters.find((entry) => entry.id === id)?.load()
      const text = reporter?.render(waivedReport(), { columns: 80, colour: false }) ?? ''
      expect(text).toContain('split planned')
      expect(text).toContain('2027-06-30')
      if (id === 'html' || id === 'markdown') expect(text).not.toContain(because)
    },
  )
  it('are no annotations', async () => {
    const reporter = await reporters.find((entry) => entry.id === 'github')?.load()
    const text = reporter?.render(waivedReport(), { columns: 80, colour: false }) ?? ''
    expect(text).not.toMatch(/^::error|^::warning/m)
    expect(text).toMatch(/Faultline: \d+ waived/)
  })
  it('fail no gate', () => {
    expect(exitCodeOf(waivedReport(), 'note')).toBe(0)
    expect(exitCodeOf(exampleReport(), 'note')).toBe(1)
  })
})

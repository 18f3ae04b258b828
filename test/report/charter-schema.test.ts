/** A report with a charter, and findings about its requirements and decisions, keeps to the published schema. */
import { expect, it } from 'vitest'
import type { Report } from '../../src/model/report.js'
import { reportSchema } from '../../src/report/report-schema.js'
import { sarifReporter } from '../../src/report/reporters/sarif.js'
import { exampleCharter } from './example-charter.js'
import { exampleReport } from './example-report.js'

function charteredReport(): Report {
  const report = exampleReport()
  const about = [{ requirement: 'fast-checkout' }, { decision: 'cache-product-pages' }]
  return {
    ...report,
    charter: exampleCharter(),
    audits: report.audits.map((audit) => ({
      ...audit,
      findings: audit.findings.flatMap((finding) => about.map((where) => ({ ...finding, where }))),
    })),
  }
}

it('keeps to the schema', () => {
  expect(reportSchema.safeParse(charteredReport()).error).toBeUndefined()
})

it('names requirements and decisions as logical locations', () => {
  const text = sarifReporter.render(charteredReport(), { columns: 80, colour: false })
  expect(text).toContain('"kind": "requirement"')
  expect(text).toContain('"kind": "decision"')
})

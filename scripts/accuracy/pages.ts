/** Both generated pages, as they belong into the repository: formatted, so that the formatter has nothing to say about them. */
import { format, resolveConfig } from 'prettier'
import type { Report } from '../../src/model/report.js'
import { faultsPage, readFaults } from './faults.js'
import { auditRecording, compare, totals, type AuditAccuracy, type Totals } from './measure.js'
import { accuracyPage } from './page.js'

export interface Accuracy {
  rows: AuditAccuracy[]
  totals: Totals
  flawed: Report
  /** Text by path from the root of the repository. */
  pages: Record<'docs/accuracy.md' | 'demo/bookshop/FAULTS.md', string>
}

export async function measureAccuracy(): Promise<Accuracy> {
  const faults = readFaults()
  const flawed = await auditRecording('flawed')
  const mended = await auditRecording('mended')
  const rows = compare(faults, flawed, mended)
  const options = { ...(await resolveConfig(new URL('../../docs/accuracy.md', import.meta.url))), parser: 'markdown' }
  return {
    rows,
    totals: totals(rows, flawed),
    flawed,
    pages: {
      'docs/accuracy.md': await format(accuracyPage(faults, rows, flawed), options),
      'demo/bookshop/FAULTS.md': await format(faultsPage(faults, new Set(rows.map((row) => row.audit))), options),
    },
  }
}

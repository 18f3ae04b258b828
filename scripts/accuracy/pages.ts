/** Both generated pages, as they belong into the repository: formatted, so that the formatter has nothing to say about them. */
import { format, resolveConfig } from 'prettier'
import type { Report } from '../../src/model/report.js'
import { evidenceSets, faultsPage, readFaults, type EvidenceSet } from './faults.js'
import { auditRecording, compare, totals, type AuditAccuracy, type Totals } from './measure.js'
import { accuracyPage } from './page.js'

export interface Accuracy {
  /** With all evidence together. */
  rows: AuditAccuracy[]
  /** With each set of evidence alone. */
  alone: Map<EvidenceSet, AuditAccuracy[]>
  totals: Totals
  flawed: Report
  /** Text by path from the root of the repository. */
  pages: Record<'docs/accuracy.md' | 'demo/bookshop/FAULTS.md', string>
}

export async function measureAccuracy(): Promise<Accuracy> {
  const faults = readFaults()
  const measured = async (set: EvidenceSet) => {
    const flawed = await auditRecording('flawed', set)
    return { flawed, rows: compare(faults, flawed, await auditRecording('mended', set), set) }
  }
  const { flawed, rows } = await measured('together')
  const alone = new Map<EvidenceSet, AuditAccuracy[]>()
  const whole = JSON.stringify(evidenceSets.together)
  for (const set of Object.keys(evidenceSets) as EvidenceSet[]) {
    if (set === 'together') continue
    // The same files give the same rows.
    alone.set(set, JSON.stringify(evidenceSets[set]) === whole ? rows : (await measured(set)).rows)
  }
  const options = { ...(await resolveConfig(new URL('../../docs/accuracy.md', import.meta.url))), parser: 'markdown' }
  return {
    rows,
    alone,
    totals: totals(rows, flawed),
    flawed,
    pages: {
      'docs/accuracy.md': await format(accuracyPage(faults, rows, alone, flawed), options),
      'demo/bookshop/FAULTS.md': await format(faultsPage(faults, new Set(rows.map((row) => row.audit))), options),
    },
  }
}

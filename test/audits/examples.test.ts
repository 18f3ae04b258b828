/** Every audit's own examples: rows just over and just under each limit. */
import { describe, expect, it } from 'vitest'
import { audits } from '../../src/audits/index.js'
import { runOneAudit } from '../../src/engine/auditor.js'
import type { AnyAudit, AnyExample } from '../../src/model/audit.js'
import { blankCharterRows } from '../../src/model/charter.js'
import { blankRows } from '../../src/survey/rows.js'

const blanks: Readonly<Record<string, object>> = { ...blankRows, ...blankCharterRows }

function rowsOf(audit: AnyAudit, example: AnyExample): Record<string, object[]> {
  const given = example.rows
  return Object.fromEntries(
    audit.needs.map((need: string) => [need, (given[need] ?? []).map((row) => ({ ...blanks[need], ...row }))]),
  )
}

describe.each(audits.map((audit) => [audit.id, audit] as const))('%s', (_, audit) => {
  it.each(audit.examples.fires.map((example) => [example.name, example] as const))('fires: %s', (_name, example) => {
    const report = runOneAudit(audit, rowsOf(audit, example), { everywhere: example.limits ?? {}, scopes: [] })
    expect(report.reason).toBeUndefined()
    expect(report.outcome).toBe('fail')
    const expected = example.severities ?? [report.findings[0]?.severity]
    expect(report.findings.map((finding) => finding.severity)).toEqual(expected)
    for (const finding of report.findings) {
      expect(finding.message).not.toMatch(/NaN|undefined|Infinity|null/)
      expect(Object.values(finding.where).length).toBeGreaterThan(0)
    }
  })
  it.each(audit.examples.quiet.map((example) => [example.name, example] as const))('quiet: %s', (_name, example) => {
    const report = runOneAudit(audit, rowsOf(audit, example), { everywhere: example.limits ?? {}, scopes: [] })
    expect(report.findings).toEqual([])
    expect(['pass', 'not-evaluable', 'not-applicable']).toContain(report.outcome)
  })
  it('does not pass when there is nothing to look at', () => {
    const report = runOneAudit(audit, rowsOf(audit, { name: 'nothing', rows: {} }))
    expect(['not-evaluable', 'not-applicable']).toContain(report.outcome)
  })
})

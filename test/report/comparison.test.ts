/** What counts as new, known, fixed and lost between two reports, and what the gate makes of it. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { failing } from '../../src/cli/gate.js'
import type { Finding } from '../../src/model/finding.js'
import type { AuditReport, Report } from '../../src/model/report.js'
import { compareReports } from '../../src/report/comparison.js'
import { comparisonMarkdown } from '../../src/report/comparison/markdown-section.js'
import { htmlReporter } from '../../src/report/reporters/html.js'
import { jsonReporter } from '../../src/report/reporters/json.js'
import { markdownReporter } from '../../src/report/reporters/markdown.js'
import { sarifReporter } from '../../src/report/reporters/sarif.js'
import { terminalReporter } from '../../src/report/reporters/terminal.js'
import { reportJsonSchema } from '../../src/report/report-schema.js'
import { exampleReport } from './example-report.js'
import { hostileReport } from './hostile-report.js'

const options = { columns: 80, colour: false }

function auditOf(report: Report, id: string): AuditReport {
  const audit = report.audits.find((candidate) => candidate.id === id)
  if (audit === undefined) throw new Error(`the example has no audit ${id}`)
  return audit
}

/** The first failed audit of the family services, and its first finding. */
function chatty(report: Report): { audit: AuditReport; finding: Finding } {
  const audit = auditOf(report, 'chatty-pair')
  const [finding] = audit.findings
  if (finding === undefined) throw new Error('the example has no chatty pair')
  return { audit, finding }
}

/** The example after `change`, in which the chatty pair is not found any more. */
function without(change: (report: Report, audit: AuditReport) => void = () => {}): Report {
  const report = exampleReport()
  const { audit } = chatty(report)
  audit.findings = []
  audit.outcome = 'pass'
  change(report, audit)
  return report
}

function stateOf(before: Report, after: Report) {
  const { fingerprint } = chatty(exampleReport()).finding
  const comparison = compareReports(before, after, 'baseline.json')
  return comparison.findings.find((finding) => finding.fingerprint === fingerprint)
}

describe('comparison', () => {
  it('knows everything in the same report', () => {
    const { findings, lostAudits } = compareReports(exampleReport(), exampleReport(), 'baseline.json')
    expect(new Set(findings.map((finding) => finding.state))).toEqual(new Set(['known']))
    expect(lostAudits).toEqual([])
  })

  it('calls a finding new that the baseline does not have', () => {
    expect(stateOf(without(), exampleReport())).toMatchObject({ state: 'new', reason: '' })
    const noVerdict = without((_, audit) => (audit.outcome = 'not-evaluable'))
    expect(stateOf(noVerdict, exampleReport())?.reason).toContain('no verdict in the baseline')
    const noAudit = without((report) => (report.audits = report.audits.filter(({ id }) => id !== 'chatty-pair')))
    expect(stateOf(noAudit, exampleReport())?.reason).toContain('not looked at by this audit')
  })

  it('calls a finding worse only when it became more severe', () => {
    const [mild, severe] = [exampleReport(), exampleReport()]
    chatty(mild).finding.severity = 'note'
    chatty(severe).finding.severity = 'critical'
    expect(stateOf(mild, severe)).toMatchObject({ state: 'worse', severity: 'critical', severityBefore: 'note' })
    expect(stateOf(severe, mild)).toMatchObject({ state: 'known', severity: 'note', severityBefore: 'critical' })
  })

  it('calls a finding fixed while its place, its requests and its audit are there', () => {
    expect(stateOf(exampleReport(), without())).toMatchObject({ state: 'fixed', reason: '' })
  })

  it.each<[string, (report: Report, audit: AuditReport) => void, string]>([
    [
      'has no verdict',
      (_, audit) => Object.assign(audit, { outcome: 'not-evaluable', reason: 'Few calls.' }),
      'Few calls.',
    ],
    ['does not apply', (_, audit) => Object.assign(audit, { outcome: 'not-applicable' }), 'not-applicable'],
    ['broke', (_, audit) => Object.assign(audit, { outcome: 'error' }), 'error'],
    [
      'is absent',
      (report) => (report.audits = report.audits.filter(({ id }) => id !== 'chatty-pair')),
      'no such audit',
    ],
    [
      'lost its service',
      ({ system }) => {
        system.services = system.services.filter(({ name }) => name !== 'cart')
        system.calls = system.calls.filter(({ from, to }) => from !== 'cart' && to !== 'cart')
      },
      'cart is no longer in the evidence',
    ],
    [
      'sees a service that fell silent',
      ({ system }) => system.services.forEach((node) => (node.instrumented = node.name !== 'pricing')),
      'pricing gives off no spans',
    ],
    ['calls the place blind', (_, audit) => (audit.blind = ['cart: no route']), 'could not judge there'],
    [
      'has too few samples',
      ({ system }, audit) => {
        system.traces = 30
        Object.assign(audit, { samples: 3, floor: 1 })
      },
      'too few',
    ],
  ])('does not call a finding fixed when its audit %s', (_, change, reason) => {
    const after = without(change)
    const found = stateOf(exampleReport(), after)
    expect(found?.state).toBe('no-longer-evaluable')
    expect(found?.reason).toContain(reason)
  })

  it('does not call a finding fixed when the request that proved it comes no more', () => {
    const { finding } = chatty(exampleReport())
    const root = exampleReport()
      .exhibits.find(({ traceId }) => traceId === finding.proof.traceIds[0])
      ?.spans.find(({ parentSpanId }) => parentSpanId === '')
    const before = exampleReport()
    const request = before.system.requests[0]
    if (root === undefined || request === undefined) throw new Error('the example has no proof')
    before.system.requests.push({ ...request, service: root.service, operation: root.operation })
    const after = without(({ system }) => {
      system.requests = system.requests.filter(({ operation }) => operation !== root.operation)
    })
    expect(stateOf(before, after)).toMatchObject({ state: 'no-longer-evaluable' })
  })

  it('calls a finding fixed when only its own samples became fewer, as fewer retries do', () => {
    const after = without((_, audit) => Object.assign(audit, { samples: 3, floor: 1 }))
    expect(stateOf(exampleReport(), after)).toMatchObject({ state: 'fixed' })
  })

  it('takes a service for mended that has got a name', () => {
    const before = exampleReport()
    const { audit, finding } = chatty(before)
    Object.assign(audit, { id: 'unnamed-service', family: 'visibility' })
    finding.where = { service: 'cart' }
    const after = exampleReport()
    Object.assign(chatty(after).audit, { id: 'unnamed-service', family: 'visibility', outcome: 'pass', findings: [] })
    after.system.services = after.system.services.filter(({ name }) => name !== 'cart')
    after.system.calls = after.system.calls.filter(({ from, to }) => from !== 'cart' && to !== 'cart')
    expect(stateOf(before, after)).toMatchObject({ state: 'fixed' })
  })

  it('counts a finding as new when its waiver has ended, and waived ones never', () => {
    const waived = exampleReport()
    chatty(waived).finding.waived = { because: 'split planned', until: '2026-01-01' }
    expect(stateOf(waived, exampleReport())).toMatchObject({ state: 'new', waived: false })
    const comparison = compareReports(without(), waived, 'baseline.json')
    expect(failing(comparison, 'note')).toEqual([])
  })

  it('lists audits that gave a verdict and give none', () => {
    const after = without((_, audit) => (audit.outcome = 'not-evaluable'))
    const { lostAudits } = compareReports(exampleReport(), after, 'baseline.json')
    expect(lostAudits).toMatchObject([{ id: 'chatty-pair', before: 'fail', after: 'not-evaluable' }])
  })
})

describe('gate with a baseline', () => {
  const lost = () =>
    compareReports(
      exampleReport(),
      without((_, audit) => (audit.outcome = 'not-evaluable')),
      'b.json',
    )

  it('fails at lost evidence of counted findings, unless it is allowed', () => {
    expect(failing(lost(), 'note').map(({ state }) => state)).toEqual(['no-longer-evaluable'])
    expect(failing(lost(), 'note', { allowLostEvidence: true })).toEqual([])
    expect(failing(lost(), 'never')).toEqual([])
  })
})

describe('reports with a comparison', () => {
  const compared = (): Report => {
    const after = without((_, audit) => (audit.outcome = 'not-evaluable'))
    const before = exampleReport()
    const [first] = auditOf(before, 'n-plus-one-query').findings
    auditOf(before, 'n-plus-one-query').findings = []
    if (first === undefined) throw new Error('the example has no repeated query')
    return { ...after, comparison: compareReports(before, after, 'baseline.json') }
  }

  it('tell it in every format', () => {
    for (const reporter of [terminalReporter, markdownReporter, htmlReporter]) {
      const text = reporter.render(compared(), options)
      expect(text).toContain('Since the baseline')
      expect(text).toContain('Evidence was lost')
      expect(text).toContain('No longer evaluable: not fixed')
    }
    expect(terminalReporter.render(exampleReport(), options)).not.toContain('baseline')
  })

  it('are valid JSON reports', () => {
    const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(reportJsonSchema())
    validate(JSON.parse(jsonReporter.render(compared(), options)))
    expect(validate.errors ?? []).toEqual([])
  })

  it('have baseline states in SARIF: lost ones stay, fixed ones close', () => {
    const log = JSON.parse(sarifReporter.render(compared(), options)) as {
      runs: { results: { ruleId: string; baselineState: string; kind: string; level: string }[] }[]
    }
    const results = log.runs[0]?.results ?? []
    expect(new Set(results.map((result) => result.baselineState))).toEqual(new Set(['new', 'unchanged', 'absent']))
    expect(results.find((result) => result.baselineState === 'absent')).toMatchObject({
      ruleId: 'chatty-pair',
      kind: 'open',
      level: 'none',
    })
    const fixed = { ...without(), comparison: compareReports(exampleReport(), without(), 'b.json') }
    expect(sarifReporter.render(fixed, options)).not.toContain('"absent"')
  })

  it('let no name of the evidence act', () => {
    const empty = { ...hostileReport(), audits: [] }
    const comparison = compareReports(hostileReport(), empty, 'base\u001b[2J\n<b>.json')
    const text = comparisonMarkdown(comparison).join('\n\n')
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|<(?!\/?code>)/)
    const page = terminalReporter.render({ ...empty, comparison }, options)
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    expect(htmlReporter.render({ ...empty, comparison }, options)).not.toContain('\u001b')
  })
})

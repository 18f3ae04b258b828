/** SARIF against the schema of SARIF 2.1.0 as code scanning uses it (2.1.0-rtm.5, shipped by @microsoft/jest-sarif). */
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import type { Log } from 'sarif'
import addFormatsModule from 'ajv-formats'
import Draft04Module from 'ajv-draft-04'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.js'
import { sarifReporter } from '../../src/report/reporters/sarif.js'
import { sourceUri } from '../../src/report/reporters/sarif/locations.js'
import { brokenReport, emptyReport, exampleReport } from './example-report.js'
import { acting, attacks, hostileReport } from './hostile-report.js'

const ajv = new Draft04Module.default({ strict: false, allErrors: true, unicodeRegExp: false })
addFormatsModule.default(ajv)
const validate = ajv.compile(schema)

const render = (report: Report) => sarifReporter.render(report, { columns: 80, colour: false })
const logOf = (report: Report): Log => JSON.parse(render(report))

describe('SARIF report', () => {
  it.each([
    ['example', exampleReport],
    ['broken', brokenReport],
    ['empty', emptyReport],
    ['hostile', hostileReport],
  ])('is valid SARIF 2.1.0: %s', (_, report) => {
    validate(logOf(report()))
    expect(validate.errors ?? []).toEqual([])
  })

  it('is what it was', async () => {
    await expect(render(exampleReport())).toMatchFileSnapshot('golden/example.sarif')
  })

  it('has a result with a fingerprint, a file and a place for each finding', () => {
    const report = exampleReport()
    const run = logOf(report).runs[0]
    const findings = report.audits.flatMap((audit) => audit.findings)
    expect(run?.results).toHaveLength(findings.length)
    for (const result of run?.results ?? []) {
      expect(run?.tool.driver.rules?.[result.ruleIndex ?? -1]?.id).toBe(result.ruleId)
      expect(result.partialFingerprints?.['faultline/v1']).toMatch(/^[0-9a-f]{16}$/)
      expect(result.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('traces/checkout.otlp.jsonl.gz')
      expect(result.locations?.[0]?.logicalLocations?.length).toBeGreaterThan(0)
    }
  })

  it('says that a run with a broken audit was not successful', () => {
    const invocation = logOf(brokenReport()).runs[0]?.invocations?.[0]
    expect(invocation?.executionSuccessful).toBe(false)
    expect(logOf(exampleReport()).runs[0]?.invocations?.[0]?.executionSuccessful).toBe(true)
  })

  it('does not depend on when and where it was made', () => {
    const report = exampleReport()
    const later = { ...report, run: { ...report.run, startedAt: '2031-01-01T00:00:00.000Z', durationMs: 5 } }
    expect(render(later)).toBe(render(report))
  })

  it('lets evidence make neither links nor placeholders, and nothing act', () => {
    const text = render(hostileReport())
    expect(text).not.toMatch(acting)
    const messages = logOf(hostileReport()).runs[0]?.results?.map((result) => result.message.text ?? '') ?? []
    for (const message of messages) {
      expect(message).not.toMatch(/(^|[^\\])\[link\]\(/)
      expect(message).not.toMatch(/(^|[^{])\{0\}/)
    }
  })

  it('names sources by URIs', () => {
    expect(sourceUri('./traces/a b.json')).toBe('traces/a%20b.json')
    expect(sourceUri('/var/traces/a#1?.json')).toBe('file:///var/traces/a%231%3F.json')
    expect(sourceUri('-')).toBe('stdin')
    expect(sourceUri('C:\\traces\\a.json')).toBe('C%3A/traces/a.json')
    expect(sourceUri('clickhouse://host:8123/otel?user=x%20y')).toBe('clickhouse://host:8123/otel?user=x%20y')
    for (const attack of attacks) expect(() => decodeURIComponent(sourceUri(attack))).not.toThrow()
  })
})

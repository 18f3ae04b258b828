/** Scores: bounded, monotone, independent of order, and null rather than flattering. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoreOf } from '../../src/lib/score-curve.js'
import type { Finding } from '../../src/model/finding.js'
import type { AuditReport } from '../../src/model/report.js'
import { familyReports, families } from '../../src/report/families.js'
import { auditScore, familyScore } from '../../src/report/score.js'
import { exampleReport } from './example-report.js'

const severity = fc.constantFrom('critical', 'warning', 'note')
const finding: fc.Arbitrary<Finding> = fc
  .record({
    severity,
    measured: fc.double({ min: 0, max: 1e6, noNaN: true }),
    limit: fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e5, noNaN: true })),
    share: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  })
  .map(({ severity, measured, limit, share }) => ({
    fingerprint: '0',
    severity,
    message: '',
    where: {},
    measured: { value: measured, unit: 'count' },
    limit: { value: limit, unit: 'count' },
    ...(share === undefined ? {} : { share }),
    proof: { traceIds: [], spanIds: [], samples: 1 },
  }))

type Verdict = Pick<AuditReport, 'outcome' | 'findings'>
const failed = (findings: Finding[]): Verdict => ({ outcome: 'fail', findings })
const quiet = (outcome: AuditReport['outcome']): Verdict => ({ outcome, findings: [] })
const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.array(finding, { minLength: 1, maxLength: 8 }).map(failed),
  fc.constantFrom(quiet('pass'), quiet('not-evaluable'), quiet('not-applicable')),
)
const worse = { note: 'warning', warning: 'critical', critical: 'critical' } as const
const score = (verdicts: Verdict[]) => familyScore(verdicts) ?? 1

describe('score', () => {
  it('lies between 0 and 1, and is 1 only where nothing failed', () => {
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 12 }), (verdicts) => {
        const value = familyScore(verdicts)
        if (value === null) return
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
        if (value === 1) expect(verdicts.every((each) => each.outcome !== 'fail')).toBe(true)
      }),
    )
  })

  it('never rises with one more finding', () => {
    fc.assert(
      fc.property(
        fc.array(finding, { minLength: 1, maxLength: 8 }),
        finding,
        fc.array(verdict),
        (found, more, others) => {
          expect(score([failed([...found, more]), ...others])).toBeLessThanOrEqual(score([failed(found), ...others]))
        },
      ),
    )
  })

  it('never rises with a graver finding', () => {
    fc.assert(
      fc.property(finding, fc.array(finding), fc.array(verdict), (one, rest, others) => {
        const graver = { ...one, severity: worse[one.severity] }
        expect(score([failed([graver, ...rest]), ...others])).toBeLessThanOrEqual(
          score([failed([one, ...rest]), ...others]),
        )
      }),
    )
  })

  it('never rises with a measurement further beyond its limit, or with more traffic touched', () => {
    fc.assert(
      fc.property(finding, fc.double({ min: 1, max: 100, noNaN: true }), fc.array(finding), (one, factor, rest) => {
        const above = Math.max(one.measured.value, one.limit.value)
        const at = { ...one, measured: { ...one.measured, value: above } }
        const beyond = { ...one, measured: { ...one.measured, value: above * factor } }
        expect(score([failed([beyond, ...rest])])).toBeLessThanOrEqual(score([failed([at, ...rest])]))
        const wider = { ...one, share: 1 }
        expect(score([failed([wider, ...rest])])).toBeLessThanOrEqual(score([failed([one, ...rest])]))
      }),
    )
  })

  it('does not depend on the order of findings', () => {
    fc.assert(
      fc.property(fc.array(finding, { minLength: 1 }), (found) => {
        expect(auditScore(failed(found.toReversed()))).toBe(auditScore(failed(found)))
      }),
    )
  })

  it('is null when nothing was evaluated or an audit broke', () => {
    expect(familyScore([])).toBeNull()
    expect(familyScore([quiet('not-evaluable'), quiet('not-applicable')])).toBeNull()
    expect(familyScore([quiet('pass'), quiet('error')])).toBeNull()
    expect(familyScore([quiet('pass'), quiet('not-evaluable')])).toBe(1)
  })

  it('goes through its control points', () => {
    expect(scoreOf(0, { good: 0.25, median: 1 })).toBe(1)
    expect(scoreOf(0.25, { good: 0.25, median: 1 })).toBeCloseTo(0.9, 10)
    expect(scoreOf(1, { good: 0.25, median: 1 })).toBe(0.5)
  })
})

describe('families', () => {
  it('hold every id of the catalogue once', () => {
    const ids = families.flatMap((family) => family.catalogue)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(78)
  })

  it('count what was not looked at instead of passing it', () => {
    const reports = familyReports(exampleReport().audits)
    const caching = reports.find((family) => family.id === 'caching')
    expect(caching).toMatchObject({ score: null, outcomes: { pass: 0 } })
    expect(caching?.notYetLooked).toHaveLength(16)
  })
})

/** The JSON report and its published schema. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { jsonReporter } from '../../src/report/reporters/json.js'
import { reportJsonSchema, reportSchema } from '../../src/report/report-schema.js'
import { brokenReport, emptyReport, exampleReport } from './example-report.js'
import { acting, hostileReport } from './hostile-report.js'

const options = { columns: 80, colour: false }
const render = (report = exampleReport()) => jsonReporter.render(report, options)

describe('JSON report', () => {
  it('is the report, whole', () => {
    expect(JSON.parse(render())).toEqual(JSON.parse(JSON.stringify(exampleReport())))
    expect(JSON.parse(render(hostileReport()))).toEqual(JSON.parse(JSON.stringify(hostileReport())))
  })

  it.each([
    ['example', exampleReport],
    ['broken', brokenReport],
    ['empty', emptyReport],
    ['hostile', hostileReport],
  ])('is valid against its schema: %s', (_, report) => {
    const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(reportJsonSchema())
    const valid = validate(JSON.parse(render(report())))
    expect(validate.errors ?? []).toEqual([])
    expect(valid).toBe(true)
    reportSchema.parse(report())
  })

  it('has keys in the order of the schema, however the engine built them', () => {
    const reversed = JSON.parse(JSON.stringify(exampleReport()), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toReversed())
        : value,
    )
    expect(render(reversed)).toBe(render())
  })

  it('can be printed to a terminal', () => {
    expect(render(hostileReport())).not.toMatch(acting)
  })

  it('refuses a report that the schema does not know', () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(reportJsonSchema())
    expect(validate({ ...exampleReport(), schemaVersion: 2 })).toBe(false)
    expect(validate({ ...exampleReport(), surprise: true })).toBe(false)
  })

  it('has its schema published as it is (npx tsx scripts/generate.ts writes it)', () => {
    const published: unknown = JSON.parse(readFileSync('docs/report.schema.json', 'utf8'))
    expect(published).toEqual(reportJsonSchema())
  })
})

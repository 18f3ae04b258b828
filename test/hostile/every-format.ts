/** Renders a report in every format and says what is wrong with the text: what no report may hold, whatever the evidence holds. */
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import Draft04Module from 'ajv-draft-04'
import addFormatsModule from 'ajv-formats'
import { Ajv2020 } from 'ajv/dist/2020.js'
import stringWidth from 'string-width'
import { expect } from 'vitest'
import type { Report } from '../../src/model/report.js'
import { reportJsonSchema } from '../../src/report/report-schema.js'
import { reporters } from '../../src/report/reporters/index.js'
import { acting } from '../report/hostile-report.js'

const sarif = new Draft04Module.default({ strict: false, unicodeRegExp: false })
addFormatsModule.default(sarif)
const validSarif = sarif.compile(schema)
const validReport = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(reportJsonSchema())

/** By id of the reporter. */
export async function everyFormat(report: Report): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const entry of reporters) {
    const reporter = await entry.load()
    texts.set(entry.id, reporter.render(report, { columns: 80, colour: false }))
  }
  return texts
}

export async function expectInert(report: Report): Promise<void> {
  const texts = await everyFormat(report)
  const of = (id: string): string => texts.get(id) ?? ''
  const parsed: unknown = JSON.parse(of('json'))
  expect(validReport(parsed), JSON.stringify(validReport.errors?.slice(0, 3))).toBe(true)
  expect(validSarif(JSON.parse(of('sarif'))), JSON.stringify(validSarif.errors?.slice(0, 3))).toBe(true)
  // The page sets a narrow space between thousands; everything else of this kind can only have come from the evidence.
  for (const [id, text] of texts) {
    expect(acting.exec(text.replaceAll('\u202f', ' '))?.[0], `${id} acts on its reader`).toBeUndefined()
    // JSON is for programs, and gives every name in full.
    if (id !== 'json') expect(text.length, id).toBeLessThan(5_000_000)
  }
  expect(of('html').includes('<script>alert(1)')).toBe(false)
  expect(of('html').includes('<img')).toBe(false)
  const tags = new Set([...of('markdown').matchAll(/<\/?([a-z]+)/gi)].map((match) => match[1] ?? ''))
  for (const tag of tags) expect(['b', 'code', 'details', 'sub', 'summary']).toContain(tag)
  const lines = of('markdown').split('\n')
  for (const mark of ['](', 'https://evil.example']) expect(lines.filter((line) => line.includes(mark))).toEqual([])
  for (const line of of('github').trimEnd().split('\n'))
    expect(line).toMatch(/^(::(error|warning|notice) title=[^:,]*::(?!error)|Faultline: )/)
  const longest = Math.max(
    ...of('terminal')
      .split('\n')
      .map((line) => stringWidth(line)),
  )
  expect(longest).toBeLessThanOrEqual(80)
}

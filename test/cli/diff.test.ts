/** `faultline diff`: three formats, and an exit code only when one was asked for. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { comparisonSchema } from '../../src/report/comparison-schema.js'
import { exampleReport } from '../report/example-report.js'
import { runWith } from './fake-environment.js'

/** `before.json` is the example; in `after.json` its chatty pair is mended and its repeated query cannot be judged. */
function twoReports(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-diff-'))
  const after = exampleReport()
  for (const audit of after.audits) {
    if (audit.id === 'chatty-pair') Object.assign(audit, { outcome: 'pass', findings: [] })
    if (audit.id === 'n-plus-one-query') Object.assign(audit, { outcome: 'not-evaluable', findings: [] })
  }
  writeFileSync(join(folder, 'before.json'), JSON.stringify(exampleReport()))
  writeFileSync(join(folder, 'after.json'), JSON.stringify(after))
  return folder
}

describe('faultline diff', () => {
  it('tells what is fixed and what is lost, to people', async () => {
    const run = await runWith(['diff', 'before.json', 'after.json'], { folder: twoReports() })
    expect(run).toMatchObject({ code: 0, stderr: '', asked: [] })
    expect(run.stdout).toMatch(/^Since the baseline\n/)
    expect(run.stdout).toMatch(/No longer evaluable: not fixed\n.*n-plus-one-query/)
    expect(run.stdout).toMatch(/Fixed\n.*chatty-pair/)
    expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  it('as Markdown and as JSON', async () => {
    const markdown = await runWith(['diff', 'before.json', 'after.json', '--format', 'markdown'], {
      folder: twoReports(),
    })
    expect(markdown.stdout).toMatch(/^### Since the baseline\n/)
    expect(markdown.stdout).toContain('**Fixed**')
    const json = await runWith(['diff', 'before.json', 'after.json', '--format', 'json'], { folder: twoReports() })
    expect(comparisonSchema.parse(JSON.parse(json.stdout)).baseline.source).toBe('before.json')
  })

  it('is a gate only when asked', async () => {
    const code = async (words: string[]) => (await runWith(['diff', ...words], { folder: twoReports() })).code
    expect(await code(['before.json', 'after.json', '--fail-on', 'note'])).toBe(1)
    expect(await code(['before.json', 'after.json', '--fail-on', 'note', '--allow-lost-evidence'])).toBe(0)
    expect(await code(['after.json', 'before.json', '--fail-on', 'note'])).toBe(1)
    expect(await code(['before.json', 'before.json', '--fail-on', 'note'])).toBe(0)
  })

  it('says which report is missing', async () => {
    const run = await runWith(['diff', 'before.json', 'later.json'], { folder: twoReports() })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('later.json does not exist')
  })

  it('has help with examples that fits 80 columns', async () => {
    const run = await runWith(['diff', '--help'])
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/Examples:\n {2}\$ faultline diff/)
    expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })
})

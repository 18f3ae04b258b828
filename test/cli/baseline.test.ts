/** `--baseline` without an engine: exit codes, what is refused before anything is read, and what goes to standard error. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.js'
import { exampleReport } from '../report/example-report.js'
import { runWith } from './fake-environment.js'

/** A folder with the files given. */
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-baseline-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const json = (report: unknown): string => JSON.stringify(report)

/** The example with one audit changed. */
function changed(id: string, change: (audit: Report['audits'][number]) => void): Report {
  const report = exampleReport()
  for (const audit of report.audits) if (audit.id === id) change(audit)
  return report
}

const mended = () => changed('chatty-pair', (audit) => Object.assign(audit, { outcome: 'pass', findings: [] }))
const unjudged = () =>
  changed('chatty-pair', (audit) =>
    Object.assign(audit, { outcome: 'not-evaluable', reason: 'There are few calls.', findings: [] }),
  )

describe('gate with a baseline', () => {
  it.each<[string, Report, Report, string[], number]>([
    ['known findings pass', exampleReport(), exampleReport(), [], 0],
    ['known findings pass the strictest gate', exampleReport(), exampleReport(), ['--fail-on', 'note'], 0],
    ['a new one fails', mended(), exampleReport(), ['--fail-on', 'note'], 1],
    ['a mended one passes', exampleReport(), mended(), ['--fail-on', 'note'], 0],
    ['a lost one fails', exampleReport(), unjudged(), ['--fail-on', 'note'], 1],
    ['a lost one passes when allowed', exampleReport(), unjudged(), ['--fail-on', 'note', '--allow-lost-evidence'], 0],
    ['nothing fails with never', mended(), exampleReport(), ['--fail-on', 'never'], 0],
  ])('%s', async (_, before, after, words, code) => {
    const folder = folderWith({ 'baseline.json': json(before) })
    const run = await runWith(['audit', 'traces', '--baseline', 'baseline.json', ...words], { folder, report: after })
    expect(run.code).toBe(code)
    expect(run.stdout).toContain('Since the baseline')
  })

  it('tells lost evidence on standard error, with what to do', async () => {
    const folder = folderWith({ 'baseline.json': json(exampleReport()) })
    const words = ['audit', 'traces', '--baseline', 'baseline.json', '--fail-on', 'note', '--format', 'json']
    const run = await runWith(words, { folder, report: unjudged() })
    expect(run.stderr).toContain('Evidence was lost')
    expect(run.stderr).toContain('[chatty-pair]')
    expect(run.stderr).toContain('--allow-lost-evidence')
    expect(JSON.parse(run.stdout)).toMatchObject({ comparison: { baseline: { source: 'baseline.json' } } })
    const quiet = await runWith(words, {
      folder: folderWith({ 'baseline.json': json(exampleReport()) }),
      report: mended(),
    })
    expect(quiet.stderr).toBe('')
  })
})

describe('a baseline that cannot be used', () => {
  const whole = json(exampleReport())
  it.each([
    ['missing', undefined, 'does not exist'],
    ['empty', '', 'is empty'],
    ['cut off', whole.slice(0, whole.length / 2), 'cut off'],
    ['no JSON', 'audit: all good', 'is not JSON'],
    ['another tool', json({ schemaVersion: 1, tool: { name: 'lint' } }), 'is not a Faultline report'],
    ['a list', '[]', 'is not a Faultline report'],
    ['null', 'null', 'is not a Faultline report'],
    ['another schema', json({ ...exampleReport(), schemaVersion: 2 }), 'schemaVersion 2'],
    ['damaged', json({ ...exampleReport(), audits: [{ id: 'chatty-pair' }] }), 'audits.0'],
  ])('is refused with 2, file and remedy before the engine starts: %s', async (_, text, message) => {
    const folder = folderWith(text === undefined ? {} : { 'baseline.json': text })
    const run = await runWith(['audit', 'traces', '--baseline', 'baseline.json'], { folder })
    expect(run).toMatchObject({ code: 2, asked: [], stdout: '' })
    expect(run.stderr).toContain('baseline.json')
    expect(run.stderr).toContain(message)
    expect(run.stderr).toMatch(/\n {2}\S/)
  })

  it('is refused as a folder, and as its own report', async () => {
    const folder = folderWith({ 'baseline.json': whole })
    mkdirSync(join(folder, 'reports'))
    const run = await runWith(['audit', 'traces', '--baseline', 'reports'], { folder })
    expect(run).toMatchObject({ code: 2, asked: [] })
    const own = folderWith({ 'baseline.json': whole })
    const words = ['audit', 'traces', '--baseline', './baseline.json', '-o', 'baseline.json']
    const over = await runWith(words, { folder: own })
    expect(over).toMatchObject({ code: 2, asked: [] })
    expect(over.stderr).toContain('baseline and report at once')
  })

  it('does not refuse one that a later version wrote with more in it', async () => {
    const folder = folderWith({ 'baseline.json': json({ ...exampleReport(), forecast: 'sunny' }) })
    expect((await runWith(['audit', 'traces', '--baseline', 'baseline.json'], { folder })).code).toBe(0)
  })
})

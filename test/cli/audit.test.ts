/** `faultline audit` without an engine: exit codes, destinations, and what goes to which stream. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UnreadableEvidence } from '../../src/model/importer.js'
import type { Report } from '../../src/model/report.js'
import { brokenReport, emptyReport, exampleReport } from '../report/example-report.js'
import { runWith } from './fake-environment.js'

/** The example with nothing worse than this severity. */
function milder(severity: 'warning' | 'note'): Report {
  const report = exampleReport()
  const kept = severity === 'note' ? ['note'] : ['note', 'warning']
  const audits = report.audits.map((audit) => ({
    ...audit,
    findings: audit.findings.filter((finding) => kept.includes(finding.severity)),
  }))
  return { ...report, audits }
}

describe('gate', () => {
  it.each([
    ['critical findings fail it', [], exampleReport(), 1],
    ['warnings pass it', [], milder('warning'), 0],
    ['warnings fail it when asked', ['--fail-on', 'warning'], milder('warning'), 1],
    ['notes fail it when asked', ['--fail-on', 'note'], milder('note'), 1],
    ['notes pass the gate of warnings', ['--fail-on', 'warning'], milder('note'), 0],
    ['nothing fails it with never', ['--fail-on', 'never'], exampleReport(), 0],
    ['a system without a span is no pass', ['--fail-on', 'never'], emptyReport(), 2],
    ['a broken audit is no pass', ['--fail-on', 'never'], brokenReport(), 3],
    ['findings are told before broken audits', [], brokenReport(), 1],
  ])('%s', async (_, words, report, code) => {
    expect((await runWith(['audit', 'traces', ...words], { report })).code).toBe(code)
  })
})

describe('invocation', () => {
  it.each([
    ['no words at all', []],
    ['no evidence', ['audit']],
    ['unknown command', ['adit', 'traces']],
    ['unknown option', ['audit', 'traces', '--chart', 'faultline.yaml']],
    ['unknown format', ['audit', 'traces', '--format', 'pdf']],
    ['unknown gate', ['audit', 'traces', '--fail-on', 'everything']],
    ['unknown ending', ['audit', 'traces', '-o', 'report.pdf']],
    ['no ending', ['audit', 'traces', '-o', 'report']],
    ['folder that does not exist', ['audit', 'traces', '-o', 'missing/report.html']],
    ['no time to sample for', ['audit', 'amqp+http://rabbit', '--for', 'long']],
    ['too long a time to sample for', ['audit', 'amqp+http://rabbit', '--for', '2h']],
    ['report over evidence', ['audit', 'traces.json', '-o', 'traces.json']],
  ])('is refused with 2 before the engine starts: %s', async (_, words) => {
    const run = await runWith(words)
    expect(run.code).toBe(2)
    expect(run.asked).toEqual([])
    expect(run.stdout).toBe('')
    expect(run.stderr).not.toBe('')
  })

  it('says which endings there are', async () => {
    const { stderr } = await runWith(['audit', 'traces', '-o', 'report.pdf'])
    expect(stderr).toContain('cannot tell the format of report.pdf')
    expect(stderr).toContain('.html')
  })

  it('refuses a folder as a report', async () => {
    const first = await runWith(['audit', '--list'])
    mkdirSync(join(first.folder, 'out.html'))
    const run = await runWith(['audit', 'traces', '-o', 'out.html'], { folder: first.folder })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('it is a folder')
  })
})

describe('failures', () => {
  it('tells unreadable evidence in a sentence with a remedy, exit 2', async () => {
    const failure = new UnreadableEvidence('notes\u001b[2J.txt', 'is in no known format', 'Give it OTLP.')
    const run = await runWith(['audit', 'notes.txt'], { failure })
    expect(run.code).toBe(2)
    expect(run.stderr).toBe('faultline: notes\\u001b[2J.txt: is in no known format\n  Give it OTLP.\n')
  })

  it('admits its own faults, exit 3, with a stack only when asked', async () => {
    const run = await runWith(['audit', 'traces'], { failure: new Error('the engine is gone') })
    expect(run.code).toBe(3)
    expect(run.stderr).toContain('Faultline itself failed: Error: the engine is gone')
    expect(run.stderr).not.toContain('fake-environment')
    const told = await runWith(['audit', 'traces'], {
      failure: new Error('the engine is gone'),
      variables: { FAULTLINE_DEBUG: '1' },
    })
    expect(told.stderr).toContain('at ')
  })
})

describe('output', () => {
  it('writes each format to its file and the page to standard output', async () => {
    const run = await runWith([
      'audit',
      'a',
      'b',
      '-o',
      'r.json',
      '-o',
      'r.sarif',
      '-o',
      'r.md',
      '-o',
      'R.TXT',
      '--verbose',
    ])
    expect(run.code).toBe(1)
    expect(run.asked[0]?.evidence).toEqual(['a', 'b'])
    expect(readdirSync(run.folder).toSorted()).toEqual(['R.TXT', 'r.json', 'r.md', 'r.sarif'])
    expect(JSON.parse(readFileSync(join(run.folder, 'r.json'), 'utf8'))).toMatchObject({ schemaVersion: 1 })
    expect(readFileSync(join(run.folder, 'R.TXT'), 'utf8')).toBe(run.stdout)
    expect(run.stderr).toMatch(/^Read 1,200 spans; done in .*\nWrote r.json\n/)
  })

  it('replaces a report that is there already', async () => {
    const first = await runWith(['audit', 'traces', '-o', 'r.json'])
    writeFileSync(join(first.folder, 'r.json'), 'old')
    await runWith(['audit', 'traces', '-o', 'r.json'], { folder: first.folder })
    expect(readFileSync(join(first.folder, 'r.json'), 'utf8')).toContain('"schemaVersion": 1')
  })

  it.each(['json', 'sarif', 'markdown', 'github'])('prints %s and nothing else to standard output', async (format) => {
    const run = await runWith(['audit', 'traces', '--format', format])
    expect(run.stdout).not.toBe('')
    expect(run.stderr).toBe('')
    if (format === 'json' || format === 'sarif') JSON.parse(run.stdout)
  })

  it('colours terminals only, and does as NO_COLOR and FORCE_COLOR say', async () => {
    const coloured = async (terminal: boolean, variables: Record<string, string> = {}) =>
      (await runWith(['audit', 'traces'], { terminal, variables })).stdout.includes('\u001b[')
    expect(await coloured(false)).toBe(false)
    expect(await coloured(true)).toBe(true)
    expect(await coloured(true, { NO_COLOR: '1' })).toBe(false)
    expect(await coloured(true, { NO_COLOR: '' })).toBe(true)
    expect(await coloured(true, { TERM: 'dumb' })).toBe(false)
    expect(await coloured(false, { FORCE_COLOR: '1' })).toBe(true)
    expect(await coloured(true, { FORCE_COLOR: '0' })).toBe(false)
  })

  it('draws progress on terminals, wipes it, and lets no file name act', async () => {
    const run = await runWith(['audit', 'traces'], { terminal: true })
    expect(run.stderr).toContain('Reading evidence')
    expect(run.stderr).toMatch(/\r +\r$/)
    expect(run.stderr).not.toContain('\u001b[2J')
  })
})

describe('help', () => {
  it.each([
    ['faultline', ['--help']],
    ['audit', ['audit', '--help']],
    ['explain', ['explain', '--help']],
    ['demo', ['demo', '--help']],
    ['simulate-cache', ['simulate', 'cache', '--help']],
    ['simulate-cold-start', ['simulate', 'cold-start', '--help']],
  ])('has examples and fits 80 columns: %s', async (name, words) => {
    const run = await runWith(words)
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/Examples?:\n {2}\$ faultline /)
    expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    await expect(run.stdout).toMatchFileSnapshot(`golden/help-${name}.txt`)
  })

  it('prints the version', async () => {
    expect(await runWith(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' })
  })

  it('lists the audits, and what is not yet looked at', async () => {
    const run = await runWith(['audit', '--list'])
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/ {2}chatty-pair +A service calls another too often for one request\n/)
    expect(run.stdout).toContain('not yet looked at')
    expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })
})

/** `--charter` and `--as-of` on the command line: what is refused, and what reaches the engine. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runWith } from './fake-environment.js'

function folderWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-charter-'))
  writeFileSync(join(folder, 'faultline.yaml'), text)
  return folder
}

describe('--charter', () => {
  it('refuses a broken charter with place and remedy before the engine starts', async () => {
    const folder = folderWith('system: bookshop\nrequirements:\n  fast: { request: "POST /checkout", p59: 300ms }\n')
    const run = await runWith(['audit', 'traces/', '--charter', 'faultline.yaml'], { folder })
    expect(run.code).toBe(2)
    expect(run.asked).toEqual([])
    expect(run.stderr).toMatch(/faultline\.yaml:3:38: Expected a key of a requirement, found "p59"/)
    expect(run.stderr).toContain('Did you mean "p95"?')
  })
  it('refuses limits of audits that do not exist', async () => {
    const folder = folderWith('system: bookshop\nlimits: { chatty-pears: { warning: 20 } }\n')
    const run = await runWith(['audit', 'traces/', '--charter', 'faultline.yaml'], { folder })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('chatty-pair')
  })
  it('gives the charter and the day to the engine', async () => {
    const folder = folderWith('system: bookshop\n')
    const words = ['audit', 'traces/', '--charter', 'faultline.yaml', '--as-of', '2027-03-01']
    const run = await runWith(words, { folder })
    expect(run.asked[0]?.arguments).toEqual(expect.arrayContaining(['--charter', '--as-of', '2027-03-01']))
  })
  it.each(['2027-02-30', 'tomorrow', '2027-3-1'])('refuses %s as a day', async (day) => {
    const run = await runWith(['audit', 'traces/', '--as-of', day])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('--as-of 2027-03-01')
  })
})

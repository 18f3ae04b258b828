/** `faultline init` without an engine: what is written where, and that a file is left alone when it must be. */
import { mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyReport } from '../report/example-report.js'
import { runWith } from './fake-environment.js'

function shopFolder(): string {
  return mkdtempSync(join(tmpdir(), 'faultline-test-'))
}

describe('init', () => {
  it('writes a charter, and touches nothing the second time', async () => {
    const folder = shopFolder()
    const path = join(folder, 'faultline.yaml')
    const first = await runWith(['init', 'traces'], { folder })
    expect([first.code, first.stdout]).toEqual([0, ''])
    expect(first.stderr).toContain('Drafted faultline.yaml:')
    expect(first.stderr).toContain('Questions that remain:')
    const text = readFileSync(path, 'utf8')
    const { mtimeMs, ino } = statSync(path)
    const second = await runWith(['init', 'traces'], { folder })
    expect(second.stderr).toContain('Nothing is new')
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect([statSync(path).mtimeMs, statSync(path).ino]).toEqual([mtimeMs, ino])
    expect(readdirSync(folder)).toEqual(['faultline.yaml'])
  })

  it('knows owners from CODEOWNERS', async () => {
    const folder = shopFolder()
    writeFileSync(join(folder, 'CODEOWNERS'), '/services/pricing/ @shop/prices\n/services/cart/ @shop/tills\n')
    await runWith(['init', 'traces'], { folder })
    const text = readFileSync(join(folder, 'faultline.yaml'), 'utf8')
    expect(text).toContain('owner: tills')
    expect((await runWith(['init', 'traces'], { folder })).stderr).toContain('Nothing is new')
  })

  it('prints to standard output', async () => {
    const run = await runWith(['init', 'traces', '-o', '-'], { folder: shopFolder() })
    expect(run.code).toBe(0)
    expect(run.stdout).toContain('\nservices:\n')
    expect(readdirSync(run.folder)).toEqual([])
  })

  it('adds to the charter it is given, below what is there', async () => {
    const folder = shopFolder()
    const ours = 'system: our-shop # ours\nservices:\n  till: { replicas: 2 } # the old one\n'
    writeFileSync(join(folder, 'shop.yaml'), ours)
    const run = await runWith(['init', 'traces', '--charter', 'shop.yaml'], { folder })
    expect(run.stderr).toContain('Added to shop.yaml:')
    expect(readFileSync(join(folder, 'shop.yaml'), 'utf8').startsWith(ours)).toBe(true)
  })

  it('leaves a broken charter alone and says where it is broken', async () => {
    const folder = shopFolder()
    writeFileSync(join(folder, 'faultline.yaml'), 'system: shop\nservcies: {}\n')
    const run = await runWith(['init', 'traces'], { folder })
    expect([run.code, run.asked]).toEqual([2, []])
    expect(run.stderr).toContain('faultline.yaml:2:1')
    expect(readFileSync(join(folder, 'faultline.yaml'), 'utf8')).toBe('system: shop\nservcies: {}\n')
  })

  it.each([
    ['no evidence', ['init']],
    ['charter over evidence', ['init', 'traces.json', '-o', 'traces.json']],
    ['folder that does not exist', ['init', 'traces', '-o', 'missing/faultline.yaml']],
    ['a folder', ['init', 'traces', '-o', '.']],
    ['a charter to begin with that is missing', ['init', 'traces', '--charter', 'missing.yaml']],
  ])('is refused with 2 before the engine starts: %s', async (_, words) => {
    const run = await runWith(words)
    expect([run.code, run.asked, run.stdout]).toEqual([2, [], ''])
    expect(run.stderr).not.toBe('')
  })

  it('refuses to write over another charter than the one to begin with', async () => {
    const folder = shopFolder()
    for (const name of ['one.yaml', 'two.yaml']) writeFileSync(join(folder, name), `system: ${name}\n`)
    const run = await runWith(['init', 'traces', '--charter', 'one.yaml', '-o', 'two.yaml'], { folder })
    expect(run.code).toBe(2)
    expect(readFileSync(join(folder, 'two.yaml'), 'utf8')).toBe('system: two.yaml\n')
  })

  it('writes nothing when no span was found', async () => {
    const run = await runWith(['init', 'traces'], { report: emptyReport() })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('no span was found')
  })
})

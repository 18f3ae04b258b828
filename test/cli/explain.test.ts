/** `faultline explain` and `faultline demo`. */
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runWith } from './fake-environment.js'

describe('explain', () => {
  it('prints all that an audit says of itself', async () => {
    const run = await runWith(['explain', 'chatty-pair'])
    expect(run.code).toBe(0)
    await expect(run.stdout).toMatchFileSnapshot('golden/explain-chatty-pair.txt')
  })

  it('finds the nearest id on a typing mistake', async () => {
    const run = await runWith(['explain', 'chaty-pear'])
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('did you mean chatty-pair?')
  })

  it('does not guess wildly, and is safe with odd ids', async () => {
    for (const id of ['hello', '\u001b[2J', 'x'.repeat(100_000), '__proto__', '']) {
      const run = await runWith(['explain', id])
      expect(run.code).toBe(2)
      expect(run.stderr).not.toContain('did you mean')
      expect(run.stderr).not.toContain('\u001b')
      expect(run.stderr.length).toBeLessThan(300)
    }
  })

  it('tells apart what does not exist and what is not yet looked at', async () => {
    const run = await runWith(['explain', 'hot-key'])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('in the catalogue, but this version does not look for it yet')
  })
})

describe('demo', () => {
  it('writes the HTML report beside you and says what to do next', async () => {
    const run = await runWith(['demo'])
    expect(run.stderr).toBe('')
    expect(run.code).toBe(0)
    expect(readdirSync(run.folder)).toEqual(['faultline-report.html'])
    expect(run.stdout).toContain('4 critical, 3 warnings, 1 note')
    expect(run.stdout).toContain('faultline audit traces/')
  })

  it('admits that the sample is missing', async () => {
    const run = await runWith(['demo'], { demoEvidence: join(tmpdir(), 'faultline-nothing-here') })
    expect(run.code).toBe(3)
    expect(run.stderr).toContain('the recorded bookshop is missing')
  })
})

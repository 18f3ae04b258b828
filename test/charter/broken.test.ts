/** Every broken charter gives one error, with its place and a remedy; all of them are in one golden file, to be read as a user would. */
import { readFileSync } from 'node:fs'
import { globSync } from 'tinyglobby'
import { describe, expect, it } from 'vitest'
import { CharterError } from '../../src/charter/charter-error.js'
import { loadCharter, loadCharterText } from '../../src/charter/load.js'
import { knownAudits } from './known-audits.js'

const files = globSync('samples/charter/broken/*.yaml').sort()

async function faultOf(loading: Promise<unknown>): Promise<CharterError> {
  try {
    await loading
  } catch (error) {
    if (error instanceof CharterError) return error
    throw error
  }
  throw new Error('It loaded.')
}

describe('broken charters', () => {
  it('are told with place, expectation and remedy', async () => {
    expect(files.length).toBeGreaterThan(25)
    const told: string[] = []
    for (const file of files) {
      const fault = await faultOf(loadCharter(file, { audits: knownAudits }))
      expect(fault.message, file).not.toBe('')
      expect(fault.remedy, file).not.toBe('')
      told.push(`${fault.place}\n  ${fault.message}\n  ${fault.remedy}\n`)
    }
    await expect(told.join('\n')).toMatchFileSnapshot('golden/broken.txt')
  })

  it.each([
    ['a file that is not there', 'samples/charter/faultlin.yaml', /no such file/],
    ['a folder', 'samples/charter/sound', /found a folder/],
    ['no text', 'demo/bookshop/recording', /folder/],
    ['a file within a file', 'package.json/faultline.yaml', /no such file/],
  ])('%s is told', async (_, path, message) => {
    const fault = await faultOf(loadCharter(path, { audits: knownAudits }))
    expect(fault.message).toMatch(message)
    expect(fault.place).toBe(`${path}:1:1`)
  })

  it('bounds what is nested, and what is quoted', async () => {
    const deep = await faultOf(loadCharterText('['.repeat(50_000), 'faultline.yaml', { audits: [] }))
    expect(deep.message).toBe('The charter is nested too deeply.')
    const long = await faultOf(
      loadCharterText(`system: bookshop\n"${'x'.repeat(5000)}\\e[2J": 1\n`, 'faultline.yaml', { audits: [] }),
    )
    expect(long.message.length).toBeLessThan(200)
    const colours = await faultOf(loadCharterText('system: bookshop\n"\\e[31m": 1\n', 'f.yaml', { audits: [] }))
    expect(colours.message).toContain(String.raw`\u001b[31m`)
  })

  it('leave the prototype of everything alone', () => {
    expect(readFileSync('samples/charter/broken/proto-key.yaml', 'utf8')).toContain('__proto__')
    expect('polluted' in {}).toBe(false)
  })
})

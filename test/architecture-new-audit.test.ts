/** `npm run new audit`: what it refuses, and that its templates compile against today's contracts. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newAudit } from '../scripts/new.js'

const root = resolve(import.meta.dirname, '..')
const none = new Set<string>()

describe('a new audit', () => {
  it.each([
    ['shop/hot-key', 'There is no family "shop"'],
    ['caching/HotKey', 'lower-case words'],
    ['caching/hot_key', 'lower-case words'],
    ['caching/../hot-key', 'lower-case words'],
    ['caching/hot-key/x', 'lower-case words'],
    ['caching', 'lower-case words'],
    ['data/hot-key', 'family caching'],
    ['caching/lukewarm-key', 'not in the catalogue'],
  ])('%s is refused', (argument, sentence) => {
    expect(newAudit(argument, false, none)).toEqual({ refusal: expect.stringContaining(sentence) as string })
  })

  it('is refused under an id that is taken', () => {
    const refused = newAudit('caching/hot-key', true, new Set(['hot-key']))
    expect(refused).toEqual({ refusal: expect.stringContaining('used once') as string })
  })

  it('may be outside of the catalogue when its author says so', () => {
    expect(newAudit('caching/lukewarm-key', true, none)).toHaveProperty('files')
  })

  it('compiles as it is written', () => {
    const result = newAudit('caching/hot-key', false, none)
    if ('refusal' in result) throw new Error(result.refusal)
    const folder = mkdtempSync(join(tmpdir(), 'faultline-new-'))
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
      const names = Object.entries(result.files).map(([path, text]) => {
        const name = path.startsWith('src/') ? 'audit.ts' : 'planted.ts'
        const absolute = text
          .replaceAll("'../../", `'${root}/src/`)
          .replaceAll("'../", `'${root}/test/`)
          .replaceAll("'./", `'${root}/test/planted/`)
        writeFileSync(join(folder, name), absolute)
        return name
      })
      const configuration = { extends: join(root, 'tsconfig.json'), include: names }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
      const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
        encoding: 'utf8',
      })
      // Only what the templates themselves get wrong: the rest of the tree has its own tests.
      expect(stdout.split('\n').filter((line) => /^\S*faultline-new-\S*\.ts\(/.test(line))).toEqual([])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

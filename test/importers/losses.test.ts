/** The list of losses is a published contract: ids are stable and unique, and every one that an importer counts is in it. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lossOf, losses } from '../../src/importers/losses.js'

const source = fileURLToPath(new URL('../../src/', import.meta.url))

describe('losses', () => {
  it('have ids of their own, titles and advice', () => {
    expect(new Set(losses.map(({ id }) => id)).size).toBe(losses.length)
    for (const { id, title, advice } of losses) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(title).toMatch(/^[A-Z]/)
      expect(advice).toMatch(/\.$/)
    }
  })

  it('are all listed that the code counts', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    for (const file of files) {
      const text = readFileSync(join(source, file), 'utf8')
      for (const [, id] of text.matchAll(/\blose\('([a-z-]+)'/g)) expect(lossOf(id ?? '').id).toBe(id)
    }
  })

  it('refuse an id that is not listed', () => {
    expect(() => lossOf('mislaid')).toThrow('no such loss')
  })
})

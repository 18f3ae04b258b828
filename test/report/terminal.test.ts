/** The terminal report: a golden page at 80 columns, no line too long, nothing hostile gets through. */
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/lib/text.js'
import { terminalReporter } from '../../src/report/reporters/terminal.js'
import { brokenReport, emptyReport, exampleReport } from './example-report.js'
import { acting, hostileReport } from './hostile-report.js'

const plain = { columns: 80, colour: false }

describe('terminal report', () => {
  it('is a page that people can read', async () => {
    await expect(terminalReporter.render(exampleReport(), plain)).toMatchFileSnapshot('golden/example.txt')
  })

  it('says that an audit broke and gives its family no score', async () => {
    const text = terminalReporter.render(brokenReport(), plain)
    expect(text).toContain('Broke')
    expect(text).toContain('their families have no score')
    await expect(text).toMatchFileSnapshot('golden/broken.txt')
  })

  it('says something useful about no evidence at all', async () => {
    await expect(terminalReporter.render(emptyReport(), plain)).toMatchFileSnapshot('golden/empty.txt')
  })

  it.each([60, 80, 100])('fits %i columns', (columns) => {
    for (const report of [exampleReport(), brokenReport(), emptyReport(), hostileReport()]) {
      const lines = terminalReporter.render(report, { columns, colour: false }).split('\n')
      expect(lines.filter((line) => columnsOf(line) > columns)).toEqual([])
    }
  })

  it('differs with colour in nothing but colour', () => {
    const coloured = terminalReporter.render(exampleReport(), { columns: 80, colour: true })
    expect(coloured).toContain('\u001b[')
    const bare = stripVTControlCharacters(coloured)
      .split('\n')
      .map((line) => line.trimEnd())
    expect(bare.join('\n')).toBe(terminalReporter.render(exampleReport(), plain))
  })

  it('lets no name act on the terminal', () => {
    expect(terminalReporter.render(hostileReport(), plain)).not.toMatch(acting)
  })

  it('shows the most costly findings in full and the others in a line each', () => {
    const text = terminalReporter.render(hostileReport(), plain)
    expect(text.match(/^ {2}where/gm)).toHaveLength(12)
    expect(text).toMatch(/And \d+ findings that cost less:/)
  })

  it('survives widths that make no sense', () => {
    for (const columns of [0, -1, Number.NaN, 1e9]) {
      expect(terminalReporter.render(exampleReport(), { columns, colour: false })).toContain('Verdict')
    }
  })
})

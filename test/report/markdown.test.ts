/** The pull-request comment: golden, bounded, and inert whatever the names are. */
import { describe, expect, it } from 'vitest'
import { markdownReporter } from '../../src/report/reporters/markdown.js'
import { markdownCode, markdownProse, markdownText } from '../../src/report/reporters/markdown/escape.js'
import { brokenReport, emptyReport, exampleReport } from './example-report.js'
import { acting, hostileReport } from './hostile-report.js'

const options = { columns: 80, colour: false }

describe('Markdown report', () => {
  it('is what it was', async () => {
    await expect(markdownReporter.render(exampleReport(), options)).toMatchFileSnapshot('golden/example.md')
    await expect(markdownReporter.render(emptyReport(), options)).toMatchFileSnapshot('golden/empty.md')
  })

  it('fits a comment', () => {
    for (const report of [exampleReport(), brokenReport(), hostileReport()]) {
      expect(markdownReporter.render(report, options).length).toBeLessThan(65_536)
    }
  })

  it('lets no name be markup', () => {
    const text = markdownReporter.render(hostileReport(), options)
    expect(text).not.toMatch(acting)
    const tags = new Set([...text.matchAll(/<\/?([a-z]+)/gi)].map((match) => match[1]))
    expect([...tags].toSorted()).toEqual(['b', 'code', 'details', 'pre', 'sub', 'summary'])
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0)
    expect(text).not.toMatch(/\]\(/)
    expect(text).not.toContain('://')
    // Rows of one table have as many cells as its head.
    for (const table of text.split('\n\n').filter((part) => part.startsWith('|'))) {
      const cells = table.split('\n').map((row) => row.split('|').length)
      expect(new Set(cells).size).toBe(1)
    }
    // Outside of code elements nobody is called and nothing is referred to.
    expect(text.replace(/<code>[^<]*<\/code>/g, '')).not.toMatch(/@\w|(?<!&)#\d|GH-\d|:\w+:/)
  })

  it('shows text as it is', () => {
    expect(markdownText('a|b `c` <d>')).toBe('a&#124;b &#96;c&#96; &#60;d&#62;')
    expect(markdownText('@shop/team')).toBe('@&#8203;shop/team')
    expect(markdownText('- not a list')).toBe('&#45; not a list')
    expect(markdownText('96.4 ms')).toBe('96.4 ms')
    expect(markdownCode('GET /books/{id}')).toBe('<code>GET /books/{id}</code>')
    expect(markdownProse('read with `WHERE id = $1` once')).toBe('read with <code>WHERE id = &#36;1</code> once')
  })
})

/** The HTML report as text: size, order, honesty and hostile names. How it behaves in a browser is in html-browser.test.ts. */
import { describe, expect, it } from 'vitest'
import { htmlReporter } from '../../src/report/reporters/html.js'
import type { Report } from '../../src/model/report.js'
import { brokenReport, emptyReport, exampleReport } from './example-report.js'
import { acting, hostileReport } from './hostile-report.js'
import { hostileSystemReport } from './hostile-system.js'
import { largeReport } from './large-report.js'

const options = { columns: 80, colour: false }
const render = (report: Report): string => htmlReporter.render(report, options)

describe('the HTML report', () => {
  it('is the same for the same report', () => {
    expect(render(exampleReport()) === render(exampleReport())).toBe(true)
  })

  it('differs between two runs in its last lines only', () => {
    const other = exampleReport()
    other.run = { ...other.run, startedAt: '2027-01-01T00:00:00.000Z', durationMs: 9 }
    const withoutRun = (html: string): string => html.replace(/<footer class="colophon">.*?<\/footer>/s, '')
    expect(render(other) === render(exampleReport())).toBe(false)
    expect(withoutRun(render(other)) === withoutRun(render(exampleReport()))).toBe(true)
  })

  it('names nothing that a browser would load', () => {
    const html = render(exampleReport()).replace(/<script.*?<\/script>|<style.*?<\/style>/gs, '')
    expect(html.match(/<(img|iframe|object|embed|audio|video|form)\b/)).toBeNull()
    expect(html.match(/<link\b[^>]*>/g)).toEqual(['<link rel="icon" href="data:,"/>'])
    expect(html.match(/<[^>]*\s(src|srcset|style|on\w+)=/)).toBeNull()
    expect(html.includes(`content="default-src 'none'; `)).toBe(true)
  })

  it('says of a family that nobody looked at that nobody looked', () => {
    const html = render(exampleReport())
    expect(html.match(/Not yet looked at/g)).toHaveLength(3)
  })

  it('gives no score to a family whose audit broke', () => {
    const said = 'Not judged: an audit broke'
    expect(render(brokenReport()).includes(said)).toBe(true)
    expect(render(exampleReport()).includes(said)).toBe(false)
  })

  it('does not call an empty report a pass', () => {
    const html = render(emptyReport())
    expect(html.includes('this is not a pass')).toBe(true)
    expect(html.includes('No services, stores or queues were seen.')).toBe(true)
  })

  it('ranks findings by severity and then by cost', () => {
    const order = [...render(exampleReport()).matchAll(/<details class="finding (\w+)"/g)].map((match) => match[1])
    expect(order).toEqual(['critical', 'critical', 'critical', 'critical', 'warning', 'warning', 'warning', 'note'])
  })

  it.each([
    ['findings', hostileReport],
    ['system', hostileSystemReport],
  ] as const)('keeps hostile text in the %s inert', (_, build) => {
    const html = render(build())
    expect(html.includes('<script>alert(1)')).toBe(false)
    expect(html.includes('<img')).toBe(false)
    expect(acting.test(html.replaceAll('\u202f', ' '))).toBe(false)
    expect(html.length).toBeLessThan(1_000_000)
  })

  it('stays under 2 MB for 200 services', () => {
    expect(Buffer.byteLength(render(largeReport(200)))).toBeLessThan(2_000_000)
  })

  it('stays bounded for a system of thousands, and says what it leaves out', () => {
    const html = render(largeReport(2_500))
    expect(Buffer.byteLength(html)).toBeLessThan(4_000_000)
    expect(html.includes('quieter nodes')).toBe(true)
    expect(html.includes('left out to keep the file small')).toBe(true)
  })
})

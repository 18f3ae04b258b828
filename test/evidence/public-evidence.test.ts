/**
 * Traces that other projects publish, each audited alone: the span count that was counted elsewhere, no broken audit, and a page
 * that opens in Chromium without an error or a request. FAULTLINE_EVIDENCE names the folder; without it this is left out with one line.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAudit } from '../../src/engine/run.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import type { Report } from '../../src/model/report.js'
import { htmlReporter } from '../../src/report/reporters/html.js'
import { reporters } from '../../src/report/reporters/index.js'
import { countedFiles } from '../importers/evidence-counts.js'

const files = countedFiles(/./)
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const present = existsSync(executablePath)
if (files.length === 0) console.warn('FAULTLINE_EVIDENCE names no folder with public traces: they are not audited')

describe.runIf(files.length > 0)('public evidence', () => {
  let browser: Browser | undefined
  const folder = mkdtempSync(join(tmpdir(), 'faultline-evidence-'))

  beforeAll(async () => {
    if (!present) return
    const quiet = ['gpu', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`)
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', ...quiet] })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What a browser complains of, or asks for, when it opens the page. */
  async function trouble(html: string): Promise<string[]> {
    if (!browser) return []
    const path = join(folder, 'report.html')
    writeFileSync(path, html)
    const page = await browser.newPage()
    const address = pathToFileURL(path).href
    const heard: string[] = []
    page.on('console', (line) => line.type() === 'error' && heard.push(line.text()))
    page.on('pageerror', (error) => heard.push(String(error)))
    page.on('request', (request) => {
      if (!request.url().startsWith(address) && !request.url().startsWith('data:')) heard.push(request.url())
    })
    await page.goto(address)
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    if ((await page.locator('h1').count()) !== 1) heard.push('the page has no heading')
    await page.close()
    return heard
  }

  it.each(files.map((each) => [each.file, each] as const))('%s', async (_, { path, spans }) => {
    let report: Report
    try {
      report = await runAudit({ evidence: [path] })
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableEvidence)
      expect(spans).toBe(0)
      return
    }
    // Halves of one span that were reported apart are put together, and each is told. The table counts none of what it calls readable or not.
    const [read] = report.evidence
    const halves = read?.losses.find((loss) => loss.id === 'partial-span')?.count ?? 0
    if (spans > 0) expect((read?.rows.spans ?? 0) + halves).toBe(spans)
    expect(report.audits.filter((audit) => audit.outcome === 'error').map((audit) => audit.reason)).toEqual([])
    for (const entry of reporters) {
      const text = (await entry.load()).render(report, { columns: 80, colour: false })
      expect(text.length).toBeGreaterThan(0)
    }
    expect(await trouble(htmlReporter.render(report, { columns: 80, colour: false }))).toEqual([])
  })
})

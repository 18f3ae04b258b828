/**
 * The HTML report in Chromium, opened from a folder: no errors, no requests, a map that works by mouse and by keyboard.
 * Without a Chromium it is left out with one line, except in CI.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.js'
import { htmlReporter } from '../../src/report/reporters/html.js'
import { emptyReport, exampleReport } from './example-report.js'
import { hostileReport } from './hostile-report.js'
import { hostileSystemReport } from './hostile-system.js'
import { largeReport } from './large-report.js'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const present = existsSync(executablePath) || process.env['CI'] === '1' || process.env['CI'] === 'true'
if (!present) console.warn(`no Chromium at ${executablePath}: the HTML report is not tried in a browser`)

interface Opened {
  page: Page
  /** Console errors, uncaught errors, dialogs and requests other than for the file itself. */
  trouble: string[]
}

describe.runIf(present)('the HTML report in a browser', () => {
  let browser: Browser
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-html-'))
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(name: string, report: Report, width = 1_280): Promise<Opened> {
    const path = join(folder, `${name}.html`)
    writeFileSync(path, htmlReporter.render(report, { columns: 80, colour: false }))
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    const trouble: string[] = []
    const address = pathToFileURL(path).href
    page.on('console', (line) => line.type() !== 'log' && trouble.push(`${line.type()}: ${line.text()}`))
    page.on('pageerror', (error) => trouble.push(String(error)))
    page.on('dialog', (dialog) => {
      trouble.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(address) && !request.url().startsWith('data:')) trouble.push(request.url())
    })
    await page.goto(address)
    // The map is placed in an animation frame.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    return { page, trouble }
  }

  it.each([
    ['example', exampleReport],
    ['empty', emptyReport],
    ['hostile', hostileReport],
    ['hostile-system', hostileSystemReport],
    ['large', () => largeReport(200)],
  ] as const)('opens the %s report without errors, dialogs or requests', async (name, build) => {
    const { page, trouble } = await open(name, build())
    expect(await page.locator('h1').count()).toBe(1)
    expect(trouble).toEqual([])
    await page.close()
  })

  it.each([1_280, 390])('does not scroll sideways at %i pixels', async (width) => {
    for (const [name, report] of [
      ['narrow', exampleReport()],
      ['narrow-hostile', hostileReport()],
      ['narrow-hostile-system', hostileSystemReport()],
    ] as const) {
      const { page } = await open(name, report, width)
      await page.locator('#open-all').click()
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      await page.close()
    }
  })

  it('leaves hostile names as text', async () => {
    const { page } = await open('inert', hostileSystemReport())
    expect(
      await page.evaluate('document.querySelectorAll("main img, main iframe, [onerror], [onmouseover]").length'),
    ).toBe(0)
    await page.locator('.node').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('#map-panel h3').textContent()).toBe('<script>ale…)</script>')
    await page.close()
  })

  it('lays out 200 services without one node on another', async () => {
    const { page } = await open('laid-out', largeReport(200))
    const places = await page
      .locator('.node')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('transform') ?? ''))
    expect(places.length).toBe(256)
    expect(new Set(places).size).toBe(places.length)
    expect(places.every((place) => /^translate\(\d+(\.\d+)?,\d+(\.\d+)?\)$/.test(place))).toBe(true)
    const shown = await page.locator('.label:not(.quiet)').count()
    expect(shown).toBeGreaterThan(20)
    expect(shown).toBeLessThan(200)
    await page.close()
  })

  it('finds, filters and zooms on the map', async () => {
    const { page } = await open('map', exampleReport())
    const lit = page.locator('.node.lit')
    await page.fill('#map-search', 'order')
    expect(await page.locator('#map-matches').textContent()).toBe('3 of 22 match')
    expect(await lit.count()).toBe(3)
    await page.fill('#map-search', '')
    await page.selectOption('#map-family', 'visibility')
    const labels = await lit.evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label') ?? ''))
    expect(labels.some((label) => label.startsWith('legacy-erp'))).toBe(true)
    expect(labels.some((label) => label.startsWith('pricing'))).toBe(false)
    await page.selectOption('#map-family', '')
    expect(await lit.count()).toBe(0)
    const width = async (): Promise<number> =>
      Number((await page.locator('.topology').getAttribute('viewBox'))?.split(' ')[2])
    const before = await width()
    await page.click('#map-in')
    await expect.poll(width).toBeLessThan(before)
    await page.click('#map-fit')
    await expect.poll(width).toBe(before)
    await page.close()
  })

  it('shows findings and neighbours of a clicked node and leads to the finding', async () => {
    const { page } = await open('click', exampleReport())
    await page.locator('.node[aria-label^="pricing"]').click()
    const panel = page.locator('#map-panel')
    expect(await panel.locator('h3').textContent()).toBe('pricing')
    expect(await panel.textContent()).toContain('Called by')
    await panel.locator('a').first().click()
    const target = page.locator('.finding:target')
    expect(await target.evaluate((finding) => finding.hasAttribute('open'))).toBe(true)
    await page.close()
  })

  it('can be used with the keyboard alone', async () => {
    const { page } = await open('keyboard', exampleReport())
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.className')).toBe('skip')
    await page.locator('.node[tabindex="0"]').focus()
    await page.keyboard.press('ArrowRight')
    const reached = page.locator('.node:focus')
    expect(await reached.count()).toBe(1)
    expect(await page.locator('.node[tabindex="0"]').count()).toBe(1)
    await page.keyboard.press('Enter')
    expect(await page.locator('.node.selected').count()).toBe(1)
    await page.keyboard.press('Escape')
    expect(await page.locator('.node.selected').count()).toBe(0)
    await page.close()
  })

  it('goes from a finding to the map, and filters findings', async () => {
    const { page } = await open('findings', exampleReport())
    await page.locator('.finding .show-on-map').first().click()
    expect(await page.locator('.node.selected').count()).toBe(1)
    await page.selectOption('#filter-severity', 'warning')
    expect(await page.locator('.findings > li:visible').count()).toBe(3)
    await page.close()
  })

  it('changes between light and dark', async () => {
    const { page } = await open('theme', exampleReport())
    const paper = (): Promise<unknown> => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    const light = await paper()
    await page.click('#theme')
    expect(await page.locator('#theme').getAttribute('aria-pressed')).toBe('true')
    expect(await paper()).not.toBe(light)
    await page.close()
  })
})

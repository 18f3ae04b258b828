/**
 * Photographs a report for the README: `tsx scripts/screenshot.ts REPORT.html [OUT.png] [WIDTH] [light|dark] [full]`.
 * Needs a Chromium; CHROMIUM names it when it is not at /usr/bin/chromium.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const [report, output = 'docs/screenshot.png', width = '1280', colorScheme = 'light', extent] = process.argv.slice(2)
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

if (report === undefined || !existsSync(report)) {
  console.error('usage: tsx scripts/screenshot.ts REPORT.html [OUT.png] [WIDTH] [light|dark] [full]')
  process.exit(2)
}
const browser = await chromium.launch({
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
const page = await browser.newPage({
  viewport: { width: Number(width), height: 1_420 },
  colorScheme: colorScheme === 'dark' ? 'dark' : 'light',
})
await page.goto(pathToFileURL(resolve(report)).href)
await page.waitForTimeout(300)
await page.screenshot({ path: output, fullPage: extent === 'full' })
await browser.close()

/** Opens a report in Chromium, offline, and says when it could be used: its load event has fired and a frame was drawn. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const executables = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

export async function measurePage(file: string): Promise<{ interactiveMs: number; requests: number } | undefined> {
  const executablePath = executables.find((path) => path !== '' && existsSync(path))
  if (executablePath === undefined) return undefined
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    let requests = -1
    page.on('request', () => requests++)
    // The first page of a browser pays for the browser.
    await page.goto('about:blank')
    requests = -1
    const start = performance.now()
    await page.goto(pathToFileURL(file).href, { waitUntil: 'load' })
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
    return { interactiveMs: performance.now() - start, requests }
  } finally {
    await browser.close()
  }
}

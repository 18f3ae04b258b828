/** Studies as people get them: text, picture, page. Goldens for what they look like; what must hold of any, beside them. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { CacheStudy, ColdStartStudy, Simulated } from '../../src/model/simulation.js'
import { renderSimulation } from '../../src/report/simulation/render.js'
import { studyCache, studyColdStart, zipfPopularity, zipfStream } from '../../src/simulate/index.js'

const stream = zipfStream({ requests: 20_000, keyCount: 2000, exponent: 0.9, seed: 7 })
const of: Simulated = {
  sources: ['monitor.txt'],
  cache: 'redis://cache:6379/0',
  pattern: 'product:{id}',
  requests: 20_000,
  deletions: 0,
  objects: 2000,
  totalBytes: null,
  spanMs: 200_000,
  zipfExponent: 0.9,
}

const cache = (changes: Partial<Simulated> = {}, ttlsMs: number[] = []): CacheStudy =>
  studyCache(
    { ...stream, timesMs: Float64Array.from(stream.keys, (_, i) => i * 10) },
    { ...of, ...changes },
    { ttlsMs },
  )

const cold = (changes: Partial<Simulated> = {}): ColdStartStudy =>
  studyColdStart(
    {
      popularity: zipfPopularity(2000, 0.9),
      requestsPerSecond: 1000,
      databaseCapacityPerSecond: 300,
      databaseLatencyMs: 10,
      retryFactor: 2,
      horizonMs: 120_000,
    },
    { ...of, ...changes },
    [
      { id: 'rate', title: 'requests', value: 1000, unit: '/s', origin: 'measured' },
      { id: 'capacity', title: 'the database can serve', value: 300, unit: '/s', origin: 'given' },
      { id: 'ttl', title: 'time to live', value: null, unit: 'ms', origin: 'assumed' },
    ],
  )

const golden = (name: string): string => join(import.meta.dirname, 'golden/simulation', name)

describe('a study', () => {
  it('of a cache, as text and as a picture', async () => {
    const study = cache()
    await expect(renderSimulation(study, 'terminal', 90)).toMatchFileSnapshot(golden('cache.txt'))
    await expect(renderSimulation(study, 'svg')).toMatchFileSnapshot(golden('cache.svg'))
  })

  it('of a cache whose objects expire', async () => {
    await expect(renderSimulation(cache({}, [5000, 60_000]), 'terminal', 90)).toMatchFileSnapshot(
      golden('expiring.txt'),
    )
  })

  it('of objects of many sizes', async () => {
    const sizes = Uint32Array.from({ length: 2000 }, (_, id) => 200 + ((id * 7919) % 4000))
    const totalBytes = sizes.reduce((sum, size) => sum + size, 0)
    const study = studyCache({ ...stream, sizes }, { ...of, totalBytes, spanMs: null })
    await expect(renderSimulation(study, 'terminal', 90)).toMatchFileSnapshot(golden('bytes.txt'))
  })

  it('of a cold start, as text and as a picture', async () => {
    await expect(renderSimulation(cold(), 'terminal', 90)).toMatchFileSnapshot(golden('cold.txt'))
    await expect(renderSimulation(cold(), 'svg')).toMatchFileSnapshot(golden('cold.svg'))
  })

  it('is the same every time, and comes back from its JSON', () => {
    for (const study of [cache(), cold()]) {
      expect(JSON.parse(renderSimulation(study, 'json'))).toEqual(JSON.parse(JSON.stringify(study)))
    }
    expect(renderSimulation(cache(), 'html')).toBe(renderSimulation(cache(), 'html'))
  })

  it('neutralises names that mean harm, in every form', () => {
    const pattern = 'a\u001b[2J<script>alert(1)</script>"\u202e'
    const sources = ['x\u001b]0;owned\u0007<img src=x>']
    for (const study of [cache({ pattern, cache: '', sources }), cold({ pattern, cache: '', sources })]) {
      for (const format of ['terminal', 'svg', 'html', 'json'] as const) {
        const text = renderSimulation(study, format)
        expect(text).not.toMatch(/[\u001b\u0007\u202e]/)
        if (format === 'svg' || format === 'html') expect(text).not.toMatch(/<script>alert|<img/)
      }
    }
  })

  it('has pictures with a title and a description that holds the figures', () => {
    const svg = renderSimulation(cache(), 'svg')
    expect(svg).toMatch(/<svg[^>]*role="img"[^>]*aria-labelledby="misses-0-title misses-0-description"/)
    expect(svg).toMatch(/<title id="misses-0-title">Miss ratio by size: product:\{id\}/)
    expect(svg).toMatch(/<desc id="misses-0-description">The curve of LRU bends at [\d,]+ objects/)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(svg).toContain('prefers-color-scheme:dark')
  })
})

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))

it.skipIf(chromiumPath === undefined)(
  'a page opens without a network, runs nothing, and its policy lets its styles in',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-page-'))
    const browser = await chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox'] })
    try {
      for (const study of [cache(), cold()]) {
        const file = join(folder, `${study.kind}.html`)
        writeFileSync(file, renderSimulation(study, 'html'))
        const page = await browser.newPage({ colorScheme: 'dark' })
        const complaints: string[] = []
        const asked: string[] = []
        page.on('console', (message) => complaints.push(message.text()))
        page.on('request', (request) => asked.push(request.url()))
        await page.goto(pathToFileURL(file).href)
        expect(complaints).toEqual([])
        expect(asked).toHaveLength(1)
        const ink = await page.evaluate("getComputedStyle(document.querySelector('svg.curve text')).fill")
        expect(ink).toBe('rgb(145, 152, 161)')
        await page.close()
      }
    } finally {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

/**
 * Whole reports of three systems in every format, kept as files, so that a change shows all that it changes. To accept a change:
 * `npx vitest run test/golden -u`, then read the difference as a reader of the report would.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAudit } from '../../src/engine/run.js'
import type { Report } from '../../src/model/report.js'
import { reporters } from '../../src/report/reporters/index.js'
import { outline } from './outline.js'
import { goldenSystems, type GoldenSystem } from './systems.js'

const folder = mkdtempSync(join(tmpdir(), 'faultline-golden-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function evidenceOf({ name, evidence }: GoldenSystem): string {
  const path = join(folder, 'recording' in evidence ? `${name}-${basename(evidence.recording)}` : `${name}.jsonl`)
  if ('recording' in evidence) copyFileSync(evidence.recording, path)
  else writeFileSync(path, evidence.lines())
  return path
}

/** The report with a run, a version and names of files that do not change. */
function settled(report: Report): Report {
  return {
    ...report,
    tool: { name: 'faultline', version: '0.0.0' },
    run: {
      startedAt: '2026-03-02T12:00:00.000Z',
      durationMs: 1_000,
      node: 'v20.19.0',
      engine: 'chdb (ClickHouse 26.7)',
      arguments: ['audit', 'traces'],
    },
    evidence: report.evidence.map((each) => ({ ...each, source: basename(each.source) })),
  }
}

const firstDifference = (one: string, other: string): string | undefined => {
  if (one === other) return undefined
  let at = 0
  while (one[at] === other[at]) at += 1
  return `…${one.slice(Math.max(0, at - 200), at + 200)}… became …${other.slice(Math.max(0, at - 200), at + 200)}…`
}

const systems = goldenSystems.map((system) => ({ name: system.name, path: evidenceOf(system) }))
const reports = new Map<string, Report>()
let again: Report[] = []

beforeAll(async () => {
  for (const { name, path } of systems) reports.set(name, await runAudit({ evidence: [path] }))
  const script = fileURLToPath(new URL('audit-file.ts', import.meta.url))
  const words = ['--import', 'tsx', script, ...systems.toReversed().map(({ path }) => path)]
  const printed = execFileSync(process.execPath, words, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, TZ: 'Asia/Kathmandu', LC_ALL: 'C' },
  })
  again = printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Report)
    .toReversed()
}, 240_000)

describe.each(systems.map(({ name }, index) => [name, index] as const))('%s', (name, index) => {
  const report = (): Report => {
    const found = reports.get(name)
    if (!found) throw new Error(`${name} was not audited`)
    return found
  }

  it('is the same in another process, in another time zone and order, but for its run', () => {
    const withoutRun = (report: Report): string => JSON.stringify({ ...report, run: undefined })
    const other = again[index]
    if (!other) throw new Error(`${name} was not audited again`)
    expect(firstDifference(withoutRun(report()), withoutRun(other))).toBeUndefined()
    expect(Object.keys(report().run)).toEqual(Object.keys(other.run))
  })

  it.each(reporters.map((entry) => [entry.id, entry] as const))('as %s', async (id, entry) => {
    const reporter = await entry.load()
    const render = (each: Report): string => reporter.render(settled(each), { columns: 80, colour: false })
    const other = again[index]
    const text = render(report())
    expect(firstDifference(text, other ? render(other) : '')).toBeUndefined()
    const golden = id === 'html' ? outline(text) : text
    const ending = id === 'html' ? 'html.txt' : (entry.extensions[0] ?? id)
    await expect(golden).toMatchFileSnapshot(`${name}/report.${ending}`)
  })
})

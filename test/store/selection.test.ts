/** Which part of a table is looked at: windows, services, samples, and what a dry run says of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dryRun } from '../../src/engine/dry-run.js'
import { runAudit } from '../../src/engine/run.js'
import type { Report } from '../../src/model/report.js'
import { toRows } from '../sketch.js'
import { startServer, type TestServer } from '../clickhouse-http/start.js'
import { createSpans } from '../clickhouse-http/tables.js'
import { runWith } from '../cli/fake-environment.js'
import { flawedSystem } from '../golden/systems.js'

const system = flawedSystem()
const begins = system.spans.reduce((least, { startNs }) => (startNs < least ? startNs : least), 1n << 62n)
const startMs = Number(begins / 1_000_000n)

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await createSpans(server, 'otel.otel_traces', 'exporter', toRows(system.spans))
})
afterAll(() => server.stop())

const store = (selection: { fromMs?: number; toMs?: number; services?: string[]; sample?: number } = {}) => ({
  address: `${server.url.replace('http:', 'clickhouse:')}/otel`,
  password: '',
  selection: { fromMs: startMs, toMs: startMs + 86_400_000, services: [], sample: 1, ...selection },
})
const audit = (selection?: Parameters<typeof store>[0]): Promise<Report> =>
  runAudit({ evidence: [], store: store(selection) })

describe('a window', () => {
  it('holds the spans that start in it', async () => {
    const cut = startMs + 60_000
    const first = await audit({ toMs: cut })
    const second = await audit({ fromMs: cut })
    const inside = system.spans.filter(({ startNs }) => startNs < BigInt(cut) * 1_000_000n).length
    expect(first.system.spans).toBe(inside)
    expect(second.system.spans).toBe(system.spans.length - inside)
    expect(first.evidence[0]?.selection?.to).toBe(new Date(cut).toISOString())
  }, 240_000)
})

describe('services', () => {
  it('bring whole traces, so that their callers and callees stay', async () => {
    const report = await audit({ services: ['payments'] })
    const traces = new Set(system.spans.filter(({ service }) => service === 'payments').map(({ traceId }) => traceId))
    expect(report.system.traces).toBe(traces.size)
    expect(report.system.spans).toBe(system.spans.filter(({ traceId }) => traces.has(traceId)).length)
    expect(report.system.services.map(({ name }) => name)).toContain('storefront')
  }, 240_000)
  it('are names, not SQL', async () => {
    const report = await audit({ services: ["payments') OR (1=1"] })
    expect(report.system.spans).toBe(0)
  }, 240_000)
})

describe('a sample', () => {
  it('is the same traces every time, whole, and about as many as it says', async () => {
    const one = await audit({ sample: 4 })
    const other = await audit({ sample: 4 })
    expect({ ...other, run: undefined }).toEqual({ ...one, run: undefined })
    const traces = new Set(system.spans.map(({ traceId }) => traceId)).size
    expect(one.system.traces).toBeGreaterThan(traces / 8)
    expect(one.system.traces).toBeLessThan(traces / 2)
    const orphans = one.audits.find(({ id }) => id === 'orphan-span')
    expect(orphans?.outcome).not.toBe('fail')
  }, 240_000)
  it('gives no verdict on rates, pauses and what is rare, and says why', async () => {
    const whole = await audit()
    const report = await audit({ sample: 2 })
    const of = (each: Report, id: string) => each.audits.find((entry) => entry.id === id)
    expect(of(whole, 'missing-circuit-breaker')?.outcome).not.toBe('not-applicable')
    expect(of(report, 'missing-circuit-breaker')?.outcome).toBe('not-evaluable')
    expect(of(report, 'missing-circuit-breaker')?.reason).toMatch(
      /^Only one trace in 2 was looked at, and what happens at the same time/,
    )
    expect(of(report, 'database-as-queue')?.findings).toEqual([])
    expect(of(report, 'chatty-pair')?.outcome).toBe('fail')
  }, 240_000)
  it('has the costs per second of all traces', async () => {
    const cost = (report: Report): number[] =>
      report.audits.flatMap(({ findings }) =>
        findings.flatMap((each) => (each.cost?.unit.endsWith('/s') ? [each.cost.value] : [])),
      )
    const [whole] = cost(await audit()).sort((a, b) => b - a)
    const [sampled] = cost(await audit({ sample: 2 })).sort((a, b) => b - a)
    expect(whole).toBeGreaterThan(0)
    expect((sampled ?? 0) / (whole ?? 1)).toBeGreaterThan(0.6)
    expect((sampled ?? 0) / (whole ?? 1)).toBeLessThan(1.6)
  }, 240_000)
})

describe('a dry run', () => {
  it('prints every query, estimates what is read, and makes nothing', async () => {
    await server.asked()
    const text = await dryRun(store())
    expect(text).toMatch(/^-- read of otel_traces in all: about [\d,]+ rows, [\d.]+ [kM]?B \(compressed/m)
    expect(text).toMatch(/^-- fill normalised: reads about 9,\d{3} rows/m)
    expect(text).toMatch(/^-- calls: reads derived tables/m)
    expect(text.match(/^INSERT INTO spans /gm)).toHaveLength(1)
    const asked = await server.asked()
    expect(asked.filter(({ query }) => !/^(SELECT|DESCRIBE|EXPLAIN)/.test(query))).toEqual([])
  }, 240_000)
  it('is what --dry-run prints', async () => {
    const words = ['audit', '--store', store().address, '--from', '2026-03-02', '--to', '2026-03-03', '--dry-run']
    const run = await runWith(words, { dryRun })
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/^-- faultline .* would ask ClickHouse \d/)
  }, 240_000)
})

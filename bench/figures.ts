/**
 * The figures that the project holds itself to, and how each is measured. A ratio is to the engine's bare parse of the same file:
 * it says what Faultline adds, whatever the machine.
 */
import { existsSync, statSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { coldStartBesideReality } from './cold-start.js'
import { evidence, type FormatId } from './evidence.js'
import { inPlace } from './in-place.js'
import { fastest, measureAudit, measureChild } from './measure.js'
import { live } from './live.js'
import { monitor } from './monitor.js'
import { measurePage } from './page.js'
import { simulations } from './simulations.js'

export interface Figure {
  id: string
  work: string
  target: string
  measured: string
  /** To the bare parse of the same file; to what else, it says itself. */
  ratio?: string
  met: boolean
}

export interface Group {
  id: string
  /** Only with --large. */
  large?: boolean
  /** It needs no traces, which take long to make. */
  traceless?: boolean
  run(spans: number, options: { sizes: readonly number[]; load: number; megabytes: number }): Promise<Figure[]>
}

const cache = fileURLToPath(new URL('.cache/', import.meta.url))
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en')} MB`
const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
const perSecond = (rate: number) => `${Math.round(rate / 1000).toLocaleString('en')} k spans/s`
const amount = (spans: number) => (spans >= 1_000_000 ? `${spans / 1_000_000} M` : `${spans / 1000} k`)

async function bareParse(format: FormatId, path: string): Promise<number> {
  const { answer } = await fastest(2, () => measureChild<{ ms: number; spans: number }>('bare-parse', [format, path]))
  return answer.ms
}

const importTargets: { format: FormatId; title: string; least: number; mostRatio?: number }[] = [
  { format: 'otlp-json', title: 'OTLP/JSON', least: 150_000, mostRatio: 3 },
  { format: 'otlp-protobuf', title: 'OTLP protobuf', least: 250_000 },
  { format: 'jaeger', title: 'Jaeger JSON', least: 100_000 },
  { format: 'zipkin', title: 'Zipkin JSON', least: 100_000 },
]

async function imports(spans: number): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const { format, title, least, mostRatio } of importTargets) {
    const path = evidence(spans, 60)[format]
    const work = `${title} import, ${amount(spans)} spans`
    const target = `≥ ${perSecond(least)}${mostRatio ? `, ≤ ${mostRatio} × bare parse` : ''}`
    try {
      const bareMs = await bareParse(format, path)
      const { answer, peakBytes } = await fastest(2, () =>
        measureChild<{ ms: number; spans: number }>('import', [path]),
      )
      if (answer.spans !== spans) throw new Error(`${path} gave ${answer.spans} of ${spans} spans`)
      const rate = (answer.spans / answer.ms) * 1000
      const ratio = answer.ms / bareMs
      figures.push({
        id: `import-${format}`,
        work,
        target,
        measured: `${perSecond(rate)} (${seconds(answer.ms)} for ${megabytes(statSync(path).size)}, peak ${megabytes(peakBytes)})`,
        ratio: `${ratio.toFixed(1)} × ${seconds(bareMs)}`,
        met: rate >= least && (mostRatio === undefined || ratio <= mostRatio),
      })
    } catch (error) {
      figures.push(failed(`import-${format}`, work, target, error))
    }
  }
  return figures
}

/** One broken measurement is a figure that was not met, not the end of the others. */
function failed(id: string, work: string, target: string, error: unknown): Figure {
  process.stderr.write(`${work}: ${error instanceof Error ? error.message : String(error)}\n`)
  return { id, work, target, measured: 'failed', met: false }
}

async function small(): Promise<Figure[]> {
  const path = evidence(10_000, 20)['otlp-json']
  const [work, target] = ['small input, 10 k spans, to full report', '≤ 1.5 s']
  try {
    const run = await fastest(3, () => measureAudit(path, `${cache}small.html`))
    const bareMs = await bareParse('otlp-json', path)
    const measured = `${seconds(run.wallMs)}, peak ${megabytes(run.peakBytes)}`
    return [
      {
        id: 'small',
        work,
        target,
        measured,
        ratio: `${(run.wallMs / bareMs).toFixed(1)} × ${seconds(bareMs)}`,
        met: run.wallMs <= 1500,
      },
    ]
  } catch (error) {
    return [failed('small', work, target, error)]
  }
}

async function whole(spans: number): Promise<Figure[]> {
  const path = evidence(spans, 60)['otlp-json']
  const [work, target] = [`whole audit, ${amount(spans)} spans`, '≤ 15 s, ≤ 1.5 GB peak']
  try {
    const run = await measureAudit(path, `${cache}whole.json`)
    const bareMs = await bareParse('otlp-json', path)
    const measured = `${seconds(run.wallMs)}, peak ${megabytes(run.peakBytes)}`
    const met = run.wallMs <= 15_000 && run.peakBytes <= 1.5e9
    return [
      { id: 'audit', work, target, measured, ratio: `${(run.wallMs / bareMs).toFixed(1)} × ${seconds(bareMs)}`, met },
    ]
  } catch (error) {
    return [failed('audit', work, target, error)]
  }
}

/** Parquet in the columns of `otel_traces`: what a company would export from its own ClickHouse. */
async function large(spans: number): Promise<Figure[]> {
  const copies = 10
  const folder = `${cache}${spans * copies}-60-tables`
  const [work, target] = [`whole audit, ${amount(spans * copies)} spans`, '≤ 150 s, ≤ 2.5 GB peak']
  try {
    if (!existsSync(folder))
      await measureChild('copies', [evidence(spans, 60)['otlp-protobuf'], folder, String(copies)])
    const run = await measureAudit(folder, `${cache}large.json`)
    const met = run.wallMs <= 150_000 && run.peakBytes <= 2.5e9
    return [
      { id: 'audit-large', work, target, measured: `${seconds(run.wallMs)}, peak ${megabytes(run.peakBytes)}`, met },
    ]
  } catch (error) {
    return [failed('audit-large', work, target, error)]
  }
}

/** Half a million, one and two million: joining by links must not grow worse than linearly, by processor time, which other work stretches least. */
async function messages(): Promise<Figure[]> {
  const figures: Figure[] = []
  const least = 500_000
  let leastMs = 0
  for (const count of [least, 1_000_000, 2_000_000]) {
    const folder = `${cache}messages-${count}`
    const work = `${amount(count)} messages with links over two hours`
    const growth = count === least ? '' : `, processor time ≤ ${(count / least).toString()} × that of ${amount(least)}`
    const target = `${count === 2_000_000 ? '≤ 20 s, ' : ''}≤ 1.5 GB peak${growth}`
    try {
      if (!existsSync(folder)) await measureChild('messages', [folder, String(count)])
      const [load = 0] = loadavg()
      const run = await measureAudit(folder, `${cache}messages.json`)
      if (count === least) leastMs = run.processorMs
      const linear = run.processorMs <= leastMs * (count / least)
      const met = linear && run.peakBytes <= 1.5e9 && (count !== 2_000_000 || run.wallMs <= 20_000)
      figures.push({
        id: `messages-${count}`,
        work,
        target,
        measured: `${seconds(run.wallMs)} at load ${load.toFixed(1)}, ${seconds(run.processorMs)} of processor, peak ${megabytes(run.peakBytes)}`,
        met,
      })
    } catch (error) {
      figures.push(failed(`messages-${count}`, work, target, error))
    }
  }
  return figures
}

async function html(): Promise<Figure[]> {
  const path = evidence(100_000, 200)['otlp-protobuf']
  const output = `${cache}services-200.html`
  const [work, target] = ['HTML report for 200 services', '≤ 2 MB, interactive ≤ 1 s, no network']
  try {
    await measureAudit(path, output)
    const bytes = statSync(output).size
    const page = await measurePage(output)
    const opened = page
      ? `interactive after ${seconds(page.interactiveMs)}, ${page.requests} requests`
      : 'no Chromium to open it with'
    const met = bytes <= 2e6 && page !== undefined && page.interactiveMs <= 1000 && page.requests === 0
    return [{ id: 'html', work, target, measured: `${(bytes / 1e6).toFixed(2)} MB, ${opened}`, met }]
  } catch (error) {
    return [failed('html', work, target, error)]
  }
}

async function liveServer(load: number): Promise<Figure[]> {
  try {
    return await live(load)
  } catch (error) {
    return [failed('live', 'live audit of a Redis with 1 M keys, default budget', '≤ 20 s', error)]
  }
}

export const groups: readonly Group[] = [
  { id: 'small', run: small },
  { id: 'import', run: imports },
  { id: 'audit', run: whole },
  { id: 'messages', traceless: true, run: messages },
  { id: 'html', run: html },
  { id: 'live', large: true, traceless: true, run: (_, { load }) => liveServer(load) },
  { id: 'monitor', large: true, traceless: true, run: (_, { megabytes, load }) => monitor(megabytes, load) },
  { id: 'cold-start', traceless: true, run: coldStartBesideReality },
  { id: 'simulate', traceless: true, run: simulations },
  { id: 'large', large: true, run: large },
  { id: 'in-place', large: true, traceless: true, run: (_, { sizes, load }) => inPlace(sizes, load) },
]

/**
 * Audits of spans that lie in a server's table: how time and memory grow with their number, and what each part costs for a span.
 * The server is the stand-in of the tests (the embedded engine behind ClickHouse's HTTP interface), so that no network and no disk of
 * another machine is in the figures; the spans are made in it by bench/spans.sql.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startServer, type Asked } from '../test/clickhouse-http/start.js'
import { spanSchemas } from '../test/clickhouse-http/tables.js'
import type { Figure } from './figures.js'
import { measure } from './measure.js'
import { scalePage } from './scale-page.js'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const keptPath = here('in-place.json')

interface Part {
  name: string
  queries: number
  ms: number
}
interface Kept {
  spans: number
  date: string
  load: number
  wallMs: number
  serverBytes: number
  /** Processor time of the server for the audit: what other work on the machine cannot stretch. */
  cpuSeconds: number
  clientBytes: number
  parts: Part[]
  /** What `--since-last` keeps of them, on disk; measured at a million. */
  keptBytes?: number
}

const kept = (): Kept[] => (existsSync(keptPath) ? (JSON.parse(readFileSync(keptPath, 'utf8')) as Kept[]) : [])

/** One audit of `spans` spans, generated anew in a server of its own. */
async function run(spans: number, load: number): Promise<Kept> {
  const server = await startServer()
  try {
    await server.sql('CREATE DATABASE otel')
    await server.sql(`CREATE TABLE otel.otel_traces ${spanSchemas.exporter}`)
    const generator = readFileSync(here('spans.sql'), 'utf8').replace('{spans} spans', 'Spans')
    for (let first = 0; first < spans; first += 1_000_000) {
      const select = generator
        .replace('{first}', first.toString())
        .replace('{spans}', Math.min(1_000_000, spans - first).toString())
      const columns = [...select.matchAll(/ AS (`[\w.]+`|[A-Z]\w+)(?=,\n|\nFROM)/g)].map(([, name]) => name).join(', ')
      await server.sql(`INSERT INTO otel.otel_traces (${columns}) SELECT ${columns} FROM (${select})`)
    }
    await server.asked()
    const before = server.cpuSeconds()
    const audit = (...words: string[]): ReturnType<typeof measure> =>
      measure([
        here('../dist/cli/main.js'),
        ...['audit', '--store', `${server.url.replace('http:', 'clickhouse:')}/otel`],
        ...['-o', here('.cache/in-place.json'), '--fail-on', 'never', ...words],
      ])
    const { wallMs, peakBytes } = await audit('--from', '2026-01-01', '--to', '2027-01-01')
    const result: Kept = {
      spans,
      date: new Date().toISOString().slice(0, 10),
      load,
      wallMs,
      cpuSeconds: server.cpuSeconds() - before,
      serverBytes: server.peakBytes(),
      clientBytes: peakBytes,
      parts: partsOf(await server.asked()),
    }
    if (spans !== 1_000_000) return result
    await audit('--from', '2026-02-16', '--to', '2026-02-17', '--since-last', '--state-database', 'kept')
    const bytes = await server.sql(
      "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'kept' FORMAT TSV",
    )
    return { ...result, keptBytes: Number(bytes) }
  } finally {
    await server.stop()
  }
}

function partsOf(asked: readonly Asked[]): Part[] {
  const parts = new Map<string, Part>()
  for (const { settings, ms } of asked) {
    const name = (settings['log_comment'] ?? '').replace(/^faultline \S+ /, '')
    if (name === 'progress' || name === '') continue
    const part = parts.get(name) ?? { name, queries: 0, ms: 0 }
    part.queries += 1
    part.ms += ms
    parts.set(name, part)
  }
  return [...parts.values()].sort((a, b) => b.ms - a.ms)
}

/** Measures the sizes given, in millions of spans, keeps what each part took, and gives the figures of all that are kept. */
export async function inPlace(sizes: readonly number[], load: number): Promise<Figure[]> {
  mkdirSync(here('.cache'), { recursive: true })
  for (const size of sizes.filter((millions) => millions > 0)) {
    const result = await run(size * 1_000_000, load)
    const all = [...kept().filter(({ spans }) => spans !== result.spans), result].sort((a, b) => a.spans - b.spans)
    writeFileSync(keptPath, `${JSON.stringify(all, null, 2)}\n`)
  }
  const page = here('../docs/scale.md')
  writeFileSync(page, scalePage(readFileSync(page, 'utf8'), kept()))
  return kept().map(figureOf)
}

function figureOf(result: Kept): Figure {
  const size = result.spans / 1e6
  const seconds = result.wallMs / 1000
  return {
    id: `in-place-${String(size).padStart(3, '0')}`,
    work: `audit on a server, ${size} M spans`,
    target: size === 10 ? '≤ 150 s, ≤ 2.5 GB peak' : '',
    measured: `${seconds.toFixed(1)} s at load ${result.load.toFixed(0)}, ${result.cpuSeconds.toFixed(0)} s of processor; server peak ${Math.round(result.serverBytes / 1e6).toLocaleString('en')} MB, client ${Math.round(result.clientBytes / 1e6)} MB`,
    met: size !== 10 || (seconds <= 150 && result.serverBytes <= 2.5e9),
  }
}

function keptText(all: readonly Kept[]): string {
  const measured = all.find(({ keptBytes }) => keptBytes !== undefined)
  if (measured?.keptBytes === undefined) return ''
  const each = (measured.keptBytes / measured.spans).toFixed(0)
  return `What \`--since-last\` keeps of a day of a million spans: ${(measured.keptBytes / 1e6).toFixed(0)} MB on the server's disk, ${each} bytes a span.\n`
}

/** What the parts cost, for RESULTS.md; 100 M spans are the last two sizes carried on by the growth of processor time. */
export function partsPage(): string {
  const all = kept()
  const last = all.at(-1)
  const before = all.at(-2)
  if (!last || !before) return ''
  const most = 14
  const ms = (of: Kept, name: string): number => of.parts.find((part) => part.name === name)?.ms ?? 0
  const sum = (of: Kept): number => of.parts.reduce((total, part) => total + part.ms, 0)
  const rows = last.parts
    .slice(0, most)
    .map(({ name, queries, ms: took }) => [
      name,
      String(queries),
      ...all.map((size) => (ms(size, name) / (size.spans / 1e6)).toFixed(0)),
      `${((took / sum(last)) * 100).toFixed(0)} %`,
    ])
  const head = ['part', 'queries', ...all.map(({ spans }) => `ms a million, ${spans / 1e6} M`), 'share']
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const cpuPower = Math.max(1, Math.log(last.cpuSeconds / before.cpuSeconds) / Math.log(last.spans / before.spans))
  const carriedCpu = last.cpuSeconds * (100_000_000 / last.spans) ** cpuPower
  return `## Parts of an audit on a server

What the queries of one name took together, by the spans of the window. They run one after another, and are stretched by what else the machine did: only their shares tell something. Loads of the machine: ${all.map(({ spans, load }) => `${load.toFixed(1)} at ${spans / 1e6} M`).join(', ')}.

${line(head)}
${line(widths.map((width) => '-'.repeat(width)))}
${rows.map(line).join('\n')}

Processor time of the server, which other work on the machine does not stretch: ${all.map(({ spans, cpuSeconds }) => `${((cpuSeconds / spans) * 1e6).toFixed(1)} s a million at ${spans / 1e6} M`).join(', ')}.
${keptText(all)}100 M spans were not run; carried on from these: about ${(carriedCpu / 3600).toFixed(1)} hours of one processor, ${(carriedCpu / 32 / 60).toFixed(0)} minutes of thirty-two.
`
}

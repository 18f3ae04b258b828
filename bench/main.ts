/**
 * `npm run bench [-- --spans 1000000 --only import,audit --large]`: measures every figure, prints them, and writes RESULTS.md.
 * Figures that were not measured this time are kept from the last, with their own date. Only runs at the size of the targets,
 * a million spans and a capture of a gigabyte, are written; smaller ones are for trying things.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { evidence } from './evidence.js'
import { groups, type Figure } from './figures.js'
import { partsPage } from './in-place.js'

interface Kept extends Figure {
  date: string
}

const [loadBefore = 0] = loadavg()
const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '1000000' },
    only: { type: 'string' },
    large: { type: 'boolean', default: false },
    /** Measures nothing, and writes the page of the figures that are kept: after two sets of them have been merged. */
    page: { type: 'boolean', default: false },
    /** Millions of spans for the group `in-place`. */
    sizes: { type: 'string', default: '1,3,10,30' },
    /** Of the capture for the group `monitor`. */
    megabytes: { type: 'string', default: '1000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  const help = `Measures every figure, prints them and writes bench/RESULTS.md; figures not measured are kept from the last time.

  npm run bench                            all but the longest, in about ten minutes
  npm run bench -- --only import,audit     some groups: ${groups.map(({ id }) => id).join(', ')}
  npm run bench -- --large                 the longest as well
  npm run bench -- --only in-place --sizes 1,10   millions of spans on a server (default ${values.sizes})
  npm run bench -- --spans 100000          smaller, for trying things: nothing is written
  npm run bench -- --only monitor --megabytes 100  likewise
  npm run bench -- --page                  measures nothing, and writes the page of what is kept
`
  // Into a pipe, too, all of it goes before the end.
  await new Promise((resolve) => process.stdout.write(help, resolve))
  process.exit(0)
}
const spans = Number(values.spans)
const only = values.only?.split(',')
const known = groups.map((group) => group.id)
for (const id of only ?? []) {
  if (!known.includes(id)) throw new Error(`--only knows ${known.join(', ')}, not ${id}`)
}
const megabytes = Number(values.megabytes)
if (!Number.isInteger(megabytes) || megabytes <= 0)
  throw new Error(`--megabytes needs a whole number, not ${String(values.megabytes)}`)
if (!Number.isInteger(spans) || spans <= 0) throw new Error(`--spans needs a whole number, not ${String(values.spans)}`)

const keptPath = new URL('results.json', import.meta.url)
const kept = new Map<string, Kept>(
  existsSync(keptPath)
    ? (JSON.parse(readFileSync(keptPath, 'utf8')) as Kept[]).map((figure) => [figure.id, figure])
    : [],
)

function table(figures: readonly Kept[]): string {
  const head = ['work', 'target', 'measured', '× bare parse', 'met', 'date']
  const rows = figures.map(({ work, target, measured, ratio = '', met, date }) => [
    work,
    target,
    measured,
    ratio,
    met ? 'yes' : 'no',
    date,
  ])
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)))
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function versionOf(name: string): string {
  return (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

/** Of what and on what the figures were last measured. */
const thisRun = (): string =>
  `Last run at ${commit()} on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.versions.node}, chdb ${versionOf('chdb')}.
Load of the machine when it began: ${loadBefore.toFixed(1)}; anything much above 0 is other work, and slows what was measured.`
const lastRun = (): string =>
  /^Last run at .*\n.*$/m.exec(readFileSync(new URL('RESULTS.md', import.meta.url), 'utf8'))?.[0] ?? ''

const wanted = groups.filter((group) =>
  values.page ? false : only ? only.includes(group.id) : !group.large || values.large,
)
const sizes: readonly { count: number; services: number }[] = [
  { count: 10_000, services: 20 },
  { count: 100_000, services: 200 },
  { count: spans, services: 60 },
]
for (const { count, services } of wanted.every((group) => group.traceless === true) ? [] : sizes) {
  process.stderr.write(`evidence of ${count} spans, ${services} services\n`)
  evidence(count, services)
}
const date = new Date().toISOString().slice(0, 10)
const measured: Kept[] = []
for (const group of wanted) {
  process.stderr.write(`measuring ${group.id}\n`)
  for (const figure of await group.run(spans, {
    sizes: values.sizes.split(',').map(Number),
    load: loadBefore,
    megabytes,
  })) {
    measured.push({ ...figure, date })
    kept.set(figure.id, { ...figure, date })
  }
}

if (spans === 1_000_000 && megabytes === 1_000) {
  const order = [
    'small',
    'import-otlp-json',
    'import-otlp-protobuf',
    'import-jaeger',
    'import-zipkin',
    'audit',
    'audit-large',
    'messages-500000',
    'messages-1000000',
    'messages-2000000',
    'html',
    'monitor',
    'live',
    'live-p99',
    ...['fifo', 'lru', 'clock', 'sieve', 'lfu', 's3-fifo', 'arc', 'w-tinylfu', 'exact', 'shards'].map(
      (what) => `simulate-${what}`,
    ),
    'cold-start',
    'in-place-001',
    'in-place-003',
    'in-place-010',
    'in-place-030',
  ]
  const all = [...kept.values()].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
  writeFileSync(keptPath, `${JSON.stringify(all, null, 2)}\n`)
  writeFileSync(
    new URL('RESULTS.md', import.meta.url),
    `# Figures

Written by \`npm run bench\`. Evidence is generated with a fixed seed (bench/system.ts, bench/traffic.ts): 20 services for the small input, 200 for the HTML
report, 60 for the rest; half of all traces have about ten spans, one in a hundred more than a hundred, a few thousands. "Bare parse" is the engine reading
the same file into columns and counting spans: the floor under every import. Simulations are in time of the processor, one thread; their floor is a loop that counts the requests for each object. Every figure
comes from a process of its own.
The capture of MONITOR (\`--only monitor\`, bench/monitor-capture.ts) is of a cache with nine kinds of use, Zipf popularity and expiries that are kept.
Live audits (\`--only live\`) are of a Redis on this machine, with redis-benchmark as the load: quiet, beside the audit of another server, and audited (bench/live.ts).

${table(all)}

${values.page ? lastRun() : thisRun()}

${partsPage()}`,
  )
}
if (!values.page) process.stdout.write(`${table(measured)}\n`)

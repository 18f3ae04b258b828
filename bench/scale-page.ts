/**
 * The tables of docs/scale.md that rest on what was measured; the rest of that page is written by hand. Written by `npm run bench`
 * when audits on a server were measured. What is easily got wrong: what follows for a day is carried on, not measured, and says so there.
 */

export interface Measured {
  spans: number
  cpuSeconds: number
  serverBytes: number
  clientBytes: number
}

const begin = '<!-- measured: written by npm run bench -->'
const end = '<!-- end of measured -->'
const spansOfDay = 1e10

/** Throws when the page has lost its marks. */
export function scalePage(written: string, all: readonly Measured[]): string {
  const from = written.indexOf(begin)
  const to = written.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/scale.md needs "${begin}" and "${end}", in this order`)
  return `${written.slice(0, from + begin.length)}\n\n${section(all)}\n\n${written.slice(to)}`
}

function section(all: readonly Measured[]): string {
  const last = all.at(-1)
  if (!last) return 'Nothing was measured yet.'
  const each = last.cpuSeconds / last.spans
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`
  const micros = (each * 1e6).toFixed(0)
  const measured = all.map(({ spans, cpuSeconds, serverBytes, clientBytes }) => [
    `${spans / 1e6} M`,
    `${cpuSeconds.toFixed(0)} s`,
    `${((cpuSeconds / spans) * 1e6).toFixed(1)} s`,
    gigabytes(serverBytes),
    gigabytes(clientBytes),
  ])
  const parts: readonly [what: string, spans: number, where: string][] = [
    ['the whole day', spansOfDay, 'does not fit: see limits'],
    ['one hour', spansOfDay / 24, 'one large server'],
    ['the day, `--sample 1/64`', spansOfDay / 64, 'one server, 20 GB of derived tables'],
    ['the day, `--sample 1/256`', spansOfDay / 256, 'what we recommend nightly'],
    ['an incident, `--services` and 10 min', 1e7, ''],
  ]
  const follows = parts.map(([what, spans, where]) => [
    what,
    `${Math.round(spans / 1e6).toLocaleString('en')} M`,
    durationText(spans * each),
    durationText((spans * each) / 64),
    where,
  ])
  return [
    table(
      ['spans', 'processor time of the server', 'for a million', 'peak memory of the server', 'of Faultline itself'],
      measured,
    ),
    `So an audit costs **${micros} µs of one core a span**. What follows from that for a day of ten billion, carried on and not measured:`,
    table(['what', 'spans', `processor time (${micros} µs)`, 'on 64 cores', 'where it goes'], follows),
  ].join('\n\n')
}

function durationText(seconds: number): string {
  if (seconds >= 2 * 3_600) return `${(seconds / 3_600).toFixed(0)} hours`
  if (seconds >= 120) return `${(seconds / 60).toFixed(0)} minutes`
  return `${Math.max(1, seconds).toFixed(0)} seconds`
}

/** As prettier leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

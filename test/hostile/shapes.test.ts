/** Traces in shapes that no tracer should write: endless, deep, circular, repeated, backwards, out of time. None may break an audit. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runAudit } from '../../src/engine/run.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import type { Report } from '../../src/model/report.js'
import { expectInert } from './every-format.js'

const folder = mkdtempSync(join(tmpdir(), 'faultline-shapes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Shape {
  traceId?: string
  id: string
  parent?: string
  kind?: number
  startNs?: bigint
  endNs?: bigint
}

const morning = 1_772_442_000_000_000_000n
const ms = 1_000_000n
const hex = (number: number): string => (number + 1).toString(16).padStart(16, '0')
const trace = '0af7651916cd43dd8448eb211c80319c'

function write(name: string, shapes: readonly Shape[]): string {
  const services = ['storefront', 'catalogue', 'orders']
  const resourceSpans = services.map((service, index) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [
      {
        spans: shapes
          .filter((_, number) => number % services.length === index)
          .map(({ traceId = trace, id, parent = '', kind = 2, startNs = morning, endNs = startNs + ms }) => ({
            traceId,
            spanId: id,
            parentSpanId: parent,
            name: 'GET /books',
            kind,
            startTimeUnixNano: String(startNs),
            endTimeUnixNano: String(endNs),
          })),
      },
    ],
  }))
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify({ resourceSpans }))
  return path
}

const many = (count: number, make: (number: number) => Shape): Shape[] =>
  Array.from({ length: count }, (_, number) => make(number))

const year = (of: number): bigint => BigInt(Date.UTC(of, 5, 1)) * ms

/** Name, spans, and what is lost. */
const shapes: [string, Shape[], Record<string, number>][] = [
  ['one trace of 10,000 siblings', many(10_000, (n) => ({ id: hex(n), ...(n > 0 && { parent: hex(0) }) })), {}],
  ['a chain of 3,000', many(3_000, (n) => ({ id: hex(n), ...(n > 0 && { parent: hex(n - 1) }) })), {}],
  ['parents in a circle', many(300, (n) => ({ id: hex(n), parent: hex((n + 1) % 300) })), {}],
  ['parents of themselves', many(300, (n) => ({ id: hex(n), parent: hex(n) })), {}],
  [
    'every span twice',
    many(300, (n) => ({ id: hex(n % 150), ...(n % 150 > 0 && { parent: hex(0) }) })),
    { 'duplicate-span': 150 },
  ],
  [
    'every span under one id',
    many(300, (n) => ({ id: hex(0), startNs: morning + BigInt(n) * ms })),
    { 'conflicting-span': 299 },
  ],
  ['ends before starts', many(300, (n) => ({ id: hex(n), endNs: morning - 5n * ms })), { 'negative-duration': 300 }],
  ['1970 and no time at all', many(300, (n) => ({ id: hex(n), startNs: n % 2 === 0 ? 0n : year(1970) })), {}],
  ['2300', many(300, (n) => ({ id: hex(n), startNs: n % 2 === 0 ? morning : year(2300) })), {}],
  [
    'clocks that disagree by a day',
    many(300, (n) => ({
      traceId: (n + 1).toString(16).padStart(32, '0'),
      id: hex(n % 2),
      ...(n % 2 === 1 && { parent: hex(0) }),
      kind: n % 2 === 0 ? 3 : 2,
      startNs: morning + BigInt(n % 3) * 86_400_000n * ms,
    })),
    {},
  ],
  ['kinds that do not exist', many(300, (n) => ({ id: hex(n), kind: n - 100 })), {}],
]

const lossesOf = (report: Report): Record<string, number> =>
  Object.fromEntries(report.evidence.flatMap((each) => each.losses).map(({ id, count }) => [id, count]))

it.each(shapes)('%s', async (name, spans, expected) => {
  const report = await runAudit({ evidence: [write(name.replaceAll(/\W/g, '-'), spans)] })
  expect(report.audits.filter((audit) => audit.outcome === 'error').map((audit) => audit.reason)).toEqual([])
  const losses = lossesOf(report)
  expect(losses).toMatchObject(expected)
  // Spans that conflict are all kept: nobody can say which of them is true.
  expect(report.system.spans).toBe(spans.length - (losses['duplicate-span'] ?? 0) - (losses['bad-row'] ?? 0))
  await expectInert(report)
})

it.each([
  ['sql', "'; DROP TABLE otel_traces; --"],
  ['a path', '../../../etc/passwd'],
  ['nothing', ''],
  ['letters', 'g'.repeat(32)],
  ['zeros', '0'.repeat(32)],
  ['too long', 'a'.repeat(10_000)],
])('ids that are %s', async (_, id) => {
  const path = write(
    'ids',
    many(30, (n) => ({ traceId: id, id: n % 2 === 0 ? id : hex(n), parent: id })),
  )
  try {
    const report = await runAudit({ evidence: [path] })
    expect(report.audits.filter((audit) => audit.outcome === 'error')).toEqual([])
    expect(Object.keys(lossesOf(report)).length).toBeGreaterThan(0)
    await expectInert(report)
  } catch (error) {
    if (!(error instanceof UnreadableEvidence)) throw error
    expect(error.remedy).not.toBe('')
  }
})

/** Hostile names from file to report: every name of the evidence an attack, in every format that is read and every format that is written. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runAudit } from '../../src/engine/run.js'
import { toJaegerJson, toOtlpJsonLines, toOtlpProtobuf, toZipkinJson } from '../sketch.js'
import { expectInert } from './every-format.js'
import { hostileSystem } from './hostile-system.js'

const folder = mkdtempSync(join(tmpdir(), 'faultline-hostile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { spans } = hostileSystem()

it.each([
  ['lines.jsonl', () => toOtlpJsonLines(spans)],
  ['framed.pb', () => toOtlpProtobuf(spans, 'framed')],
  ['jaeger.json', () => toJaegerJson(spans)],
  ['zipkin.json', () => toZipkinJson(spans)],
] as const)('attacks stay text from %s', async (name, write) => {
  const path = join(folder, name)
  writeFileSync(path, write())
  const report = await runAudit({ evidence: [path] })
  expect(report.audits.filter((audit) => audit.outcome === 'error').map((audit) => audit.reason)).toEqual([])
  const [read] = report.evidence
  expect(read?.rows.spans).toBe(spans.length)
  expect(read?.losses).toEqual([])
  expect(report.system.services.map((service) => service.name)).toEqual(
    expect.arrayContaining(['__proto__', 'constructor', "'; DROP TABLE otel_traces; --", 'nul\u0000byte']),
  )
  expect(report.audits.flatMap((audit) => audit.findings).length).toBeGreaterThan(20)
  await expectInert(report)
})

it('names of a megabyte are shortened where they are shown', async () => {
  const path = join(folder, 'long.jsonl')
  writeFileSync(path, toOtlpJsonLines(hostileSystem(['M'.repeat(1_000_000)], 1).spans.slice(0, 12)))
  const report = await runAudit({ evidence: [path] })
  expect(report.audits.filter((audit) => audit.outcome === 'error')).toEqual([])
  expect(report.evidence[0]?.rows.spans).toBe(12)
  await expectInert(report)
})

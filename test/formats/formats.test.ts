/**
 * One system, every format, one report: findings, system, outcomes and proofs are compared as a whole, and what a format cannot
 * carry is written down here to the last value. docs/formats.md tells the same in words: change both together.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAudit } from '../../src/engine/run.js'
import type { Report } from '../../src/model/report.js'
import { plantedSystems } from '../planted/all.js'
import { cleanSystem } from '../sketch/clean.js'
import type { SketchSpan } from '../sketch.js'
import { differences } from './differences.js'
import { encodings, tableFiles, writeEncodings, writeTables, zstandardFile } from './encodings.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-formats-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** All of a report but where it came from and how long it took. */
type Judged = Pick<Report, 'system' | 'families' | 'audits' | 'exhibits'>

function judged({ system, families, audits, exhibits }: Report): Judged {
  return { system, families, audits, exhibits }
}

async function audited(name: string, file: string): Promise<Report> {
  return runAudit({ evidence: [join(folder, name, file)] })
}

function write(name: string, spans: readonly SketchSpan[]): void {
  mkdirSync(join(folder, name))
  writeEncodings(join(folder, name), spans)
}

/** A shared span has one id for both its halves: the importer makes the server's, and ties between proofs go by id. */
function withoutProofs({ system, families, audits }: Judged): object {
  const bare = audits.map((audit) => ({
    ...audit,
    findings: audit.findings.map((finding) => ({ ...finding, proof: undefined })),
  }))
  return { system, families, audits: bare }
}

describe('a healthy system', () => {
  const spans = cleanSystem({ tracesEach: 110 }).spans
  let expected: Judged
  beforeAll(async () => {
    write('clean', spans)
    await writeTables(join(folder, 'clean'), spans)
    expected = judged(await audited('clean', 'document.json'))
  })

  it.each([
    ...encodings.map(({ file, importer }) => [file, importer]),
    ...Object.keys(tableFiles).map((file) => [file, 'otel-traces-table']),
    [zstandardFile, 'jaeger'],
  ] as [string, string][])('is the same from %s, read as %s', async (file, importer) => {
    const report = await audited('clean', file)
    expect(report.evidence).toEqual([
      { source: join(folder, 'clean', file), importer, rows: { spans: spans.length }, losses: [] },
    ])
    expect(differences(expected, judged(report))).toEqual([])
  })

  it('is read once from two formats: what is given twice counts once and is told', async () => {
    const files = ['framed.pb', 'traces.parquet'].map((file) => join(folder, 'clean', file))
    const report = await runAudit({ evidence: files })
    expect(report.evidence.at(-1)?.losses.map(({ id, count }) => ({ id, count }))).toEqual([
      { id: 'duplicate-span', count: spans.length },
    ])
    expect(differences(expected, judged(report))).toEqual([])
  })
})

/** Faults that hang on what formats write differently: links, clocks, kinds, names, tags, statuses. */
const tellingAudits = [
  'clock-skew',
  'dual-write',
  'orphan-span',
  'retry-storm',
  'sensitive-data',
  'unlinked-consumer',
  'unnamed-service',
]

describe('a system with many faults', () => {
  const planted = plantedSystems.filter(({ audit }) => tellingAudits.includes(audit))
  let expected: Judged
  beforeAll(async () => {
    write(
      'faulty',
      planted.flatMap((each) => each.spans()),
    )
    expected = judged(await audited('faulty', 'lines.jsonl'))
  }, 120_000)

  it('has them all', () => {
    expect(planted.map(({ audit }) => audit)).toEqual(tellingAudits)
    const found = expected.audits.filter((audit) => audit.findings.length > 0).map((audit) => audit.id)
    expect(found).toEqual(expect.arrayContaining(['dual-write', 'retry-storm', 'sensitive-data', 'unnamed-service']))
  })

  it.each(['framed.pb', 'jaeger.json', 'zipkin.json'])('is the same from %s', async (file) => {
    expect(differences(expected, judged(await audited('faulty', file)))).toEqual([])
  })

  it('is the same but for ids from zipkin-shared.json', async () => {
    const shared = judged(await audited('faulty', 'zipkin-shared.json'))
    expect(differences(withoutProofs(expected), withoutProofs(shared))).toEqual([])
  })
})

/**
 * The golden systems give the same report from files, and from a table on a server over HTTP, whoever writes that table and whatever the rights.
 * With FAULTLINE_CLICKHOUSE_URL (http://host:8123, user default without a password) the server is a real one.
 */
import { copyFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAudit } from '../../src/engine/run.js'
import type { Report } from '../../src/model/report.js'
import { startServer, type TestServer } from '../clickhouse-http/start.js'
import { createSpans, rowsOf, withFile, type SpanSchema } from '../clickhouse-http/tables.js'
import { goldenSystems } from '../golden/systems.js'

const always = { fromMs: Date.parse('2000-01-01'), toMs: Date.parse('2100-01-01'), services: [], sample: 1 }

let server: TestServer
const embedded = new Map<string, Report>()
const rows = new Map<string, string>()

beforeAll(async () => {
  server = await startServer()
  for (const { name, evidence } of goldenSystems) {
    const audited = async (path: string): Promise<void> => {
      embedded.set(name, await runAudit({ evidence: [path] }))
      rows.set(name, await rowsOf(path))
    }
    if ('recording' in evidence)
      await withFile(basename(evidence.recording), '', (path) => {
        copyFileSync(evidence.recording, path)
        return audited(path)
      })
    else await withFile(`${name}.jsonl`, evidence.lines(), audited)
  }
}, 240_000)
afterAll(() => server.stop())

/** What must not differ: everything but the run and the name of the evidence. */
function settled({ system, families, audits, exhibits }: Report): unknown {
  return { system, families, audits, exhibits }
}

function reportOf(name: string): Report {
  const report = embedded.get(name)
  if (!report) throw new Error(`${name} was not audited`)
  return report
}

async function overHttp(name: string, schema: SpanSchema, user = 'default'): Promise<Report> {
  const database = `otel_${name}`
  await createSpans(server, `${database}.spans`, schema, rows.get(name) ?? '')
  const address = `${server.url.replace('http', 'clickhouse').replace('://', `://${user}@`)}/${database}?table=spans`
  return runAudit({ evidence: [], store: { address, password: '', selection: always } })
}

describe.each(goldenSystems.map(({ name }) => name))('%s', (name) => {
  const expected = (): unknown => settled(reportOf(name))

  it('over HTTP, from the table of the exporter', async () => {
    const report = await overHttp(name, 'exporter')
    expect(settled(report)).toEqual(expected())
    expect(report.evidence[0]?.rows.spans).toBe(rows.get(name)?.trimEnd().split('\n').length)
    expect(report.evidence[0]?.importer).toBe('clickhouse-otel')
  }, 120_000)
  it('leaves nothing on the server', async () => {
    const left = await server.sql("SELECT name FROM system.databases WHERE name LIKE 'faultline%' FORMAT TSV")
    expect(left).toBe('')
  })
})

describe('a bookshop with faults', () => {
  const name = 'flawed'
  const expected = (): unknown => settled(reportOf(name))

  it('over HTTP, with rights to read and to make temporary tables', async () => {
    if (!server.standIn) return
    expect(settled(await overHttp(name, 'exporter', 'analyst'))).toEqual(expected())
  }, 120_000)
  it('over HTTP, from a table with attributes in JSON', async () => {
    expect(settled(await overHttp(name, 'json'))).toEqual(expected())
  }, 120_000)
  it('over HTTP, from the table of SigNoz', async () => {
    const report = await overHttp(name, 'signoz')
    expect(settled(report)).toEqual(expected())
    expect(report.evidence[0]?.importer).toBe('clickhouse-signoz')
  }, 120_000)
  it('over HTTP, from the table of HyperDX 1, whose logs are left out', async () => {
    const report = await overHttp(name, 'hyperdx')
    expect(settled(report)).toEqual(expected())
    expect(report.evidence[0]?.importer).toBe('clickhouse-hyperdx-v1')
    await server.sql(
      `INSERT INTO otel_${name}.spans (type, timestamp, trace_id, span_id, _service) SELECT 'log', timestamp, trace_id, span_id, 'logger' FROM otel_${name}.spans LIMIT 10`,
    )
    const address = `${server.url.replace('http', 'clickhouse')}/otel_${name}?table=spans`
    const again = await runAudit({ evidence: [], store: { address, password: '', selection: always } })
    expect(settled(again)).toEqual(expected())
  }, 120_000)
  it('over HTTP, from a table of old, as far as that can tell', async () => {
    const report = await overHttp(name, 'older')
    expect(report.evidence[0]?.losses.map(({ id }) => id)).toEqual(['missing-columns'])
    expect(report.system.services).toEqual(reportOf(name).system.services)
    expect(report.system.calls).toEqual(reportOf(name).system.calls)
  }, 120_000)
})

/** Evidence is loaded into a server's table once, however often and from however far it is sent, and audited there as from the file. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importInto } from '../../src/engine/import-into.js'
import { runAudit } from '../../src/engine/run.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { toOtlpJsonLines } from '../sketch.js'
import { runWith } from '../cli/fake-environment.js'
import { startServer, type TestServer } from '../clickhouse-http/start.js'
import { spanSchemas, withFile } from '../clickhouse-http/tables.js'
import { cleanSystem } from '../sketch/clean.js'

const spans = cleanSystem({ tracesEach: 1_400 }).spans
const text = toOtlpJsonLines(spans)
let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const address = (path: string): string => `${server.url.replace('http:', 'clickhouse:')}/${path}`
const send = (path: string, target: string, createTable = true) =>
  importInto({ evidence: [path], address: address(target), password: '', createTable })
const rows = (table: string): Promise<string> =>
  server.sql(`SELECT concat(toString(count()), ' ', toString(uniqExact(TraceId, SpanId))) FROM ${table} FORMAT TSV`)
const all = `${spans.length} ${spans.length}\n`

describe('import', () => {
  it('takes a file once, in pieces', async () => {
    await withFile('a.jsonl', text, async (path) => {
      const [first] = await send(path, 'once')
      expect(first?.spans).toBe(spans.length)
      expect(first?.pieces).toBeGreaterThan(1)
      expect(await rows('once.otel_traces')).toBe(all)
      await send(path, 'once')
      expect(await rows('once.otel_traces')).toBe(all)
    })
  }, 180_000)
  it('goes on where it was stopped', async () => {
    await withFile('a.jsonl', text, async (path) => {
      await server.fail([{ match: 'INSERT INTO `otel_traces`', kind: 'cut', skip: 1, times: 1 }])
      await expect(send(path, 'again')).rejects.toThrow(UnreadableEvidence)
      const half = await rows('again.otel_traces')
      expect(half).not.toBe(all)
      expect(Number(half.split(' ')[0])).toBeGreaterThan(0)
      await server.fail([])
      await send(path, 'again')
      expect(await rows('again.otel_traces')).toBe(all)
    })
  }, 180_000)
  it('gives the report of the file', async () => {
    await withFile('a.jsonl', text, async (path) => {
      await send(path, 'whole')
      const fromFile = await runAudit({ evidence: [path] })
      const selection = { fromMs: Date.parse('2000-01-01'), toMs: Date.parse('2100-01-01'), services: [], sample: 1 }
      const fromTable = await runAudit({ evidence: [], store: { address: address('whole'), password: '', selection } })
      expect(fromTable.system).toEqual(fromFile.system)
      expect(fromTable.audits).toEqual(fromFile.audits)
    })
  }, 240_000)
  it('refuses a table that is not there, that would take spans twice, or that is of another kind', async () => {
    await server.sql('CREATE DATABASE other')
    await server.sql(`CREATE TABLE other.twice ${spanSchemas.exporter}`)
    await server.sql(`CREATE TABLE other.json ${spanSchemas.json} SETTINGS non_replicated_deduplication_window = 10`)
    await server.sql(`CREATE TABLE other.signoz ${spanSchemas.signoz}`)
    await withFile('a.jsonl', text.split('\n')[0] ?? '', async (path) => {
      await expect(send(path, 'other?table=none', false)).rejects.toThrow(/does not have the table/)
      await expect(send(path, 'other?table=twice')).rejects.toThrow(/would take the same rows twice/)
      await expect(send(path, 'other?table=json')).rejects.toThrow(/keeps ResourceAttributes as JSON/)
      await expect(send(path, 'other?table=signoz')).rejects.toThrow(/a table without Timestamp, TraceId/)
    })
  })
  it('is a command that says what it sent', async () => {
    const sent = { source: 'traces/a.jsonl', spans: 1_200, pieces: 1, losses: new Map([['missing-ids', 2]]) }
    const run = await runWith(['import', 'traces/', '--store', 'clickhouse://h/otel'], {
      importInto: async () => [sent],
    })
    expect(run.stdout).toBe('traces/a.jsonl: 1,200 spans in 1 piece; lost missing-ids × 2\n')
    expect((await runWith(['import', 'traces/'])).stderr).toMatch(/no store was given/)
  })
})

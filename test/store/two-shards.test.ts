/**
 * A table that lies on two shards gives the report of the files: shards are found out from the table's engine, or told, and what can be done
 * row by row or trace by trace is done over there. Both shards are the stand-in server, which plans and merges as a cluster does.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dryRun } from '../../src/engine/dry-run.js'
import { runAudit } from '../../src/engine/run.js'
import type { Report } from '../../src/model/report.js'
import { parseClickHouseAddress } from '../../src/store/clickhouse/address.js'
import { shardsOf } from '../../src/store/clickhouse/placement.js'
import { toOtlpJsonLines } from '../sketch.js'
import { startServer, type TestServer } from '../clickhouse-http/start.js'
import { createSpans, rowsOf, withFile } from '../clickhouse-http/tables.js'
import { flawedSystem } from '../golden/systems.js'

const selection = {
  fromMs: Date.parse('2000-01-01'),
  toMs: Date.parse('2100-01-01'),
  services: [] as string[],
  sample: 1,
}
let server: TestServer
let embedded: Report

beforeAll(async () => {
  server = await startServer('two')
  await withFile('flawed.jsonl', toOtlpJsonLines(flawedSystem().spans), async (path) => {
    embedded = await runAudit({ evidence: [path] })
    await createSpans(server, 'otel.all_spans', 'exporter', await rowsOf(path))
  })
  const half = 'cityHash64(TraceId) % greatest(shardCount(), 1) = shardNum() - 1'
  await server.sql(`CREATE VIEW otel.part AS SELECT * FROM otel.all_spans WHERE ${half}`)
  await server.sql(
    `CREATE TABLE otel.spans AS otel.all_spans ENGINE = Distributed('two', 'otel', 'part', cityHash64(TraceId))`,
  )
}, 240_000)
afterAll(() => server.stop())

const store = (path: string, services: string[] = []) => ({
  address: `${server.url.replace('http:', 'clickhouse:')}/otel?${path}`,
  password: '',
  selection: { ...selection, services },
})
const settled = ({ system, families, audits, exhibits }: Report): unknown => ({ system, families, audits, exhibits })

describe('two shards', () => {
  it('are found out, work for themselves, and give the report of the files', async () => {
    await server.asked()
    const report = await runAudit({ evidence: [], store: store('table=spans') })
    expect(settled(report)).toEqual(settled(embedded))
    const queries = (await server.asked()).map(({ query }) => query)
    const filled = queries.find((query) => query.startsWith('INSERT INTO normalised'))
    expect(filled).toMatch(/FROM cluster\('two', view\(SELECT [^]*FROM `otel`\.`part`/)
  }, 240_000)
  it('are told by the address, for a table that is one shard’s part', async () => {
    const report = await runAudit({ evidence: [], store: store('table=part&cluster=two&sharded=trace', ['payments']) })
    const traces = new Set(
      flawedSystem()
        .spans.filter(({ service }) => service === 'payments')
        .map(({ traceId }) => traceId),
    )
    expect(report.system.traces).toBe(traces.size)
  }, 240_000)
  it('are told of by a dry run', async () => {
    expect(await dryRun(store('table=spans'))).toMatch(
      /on the shards of two, each trace on one; spans of the window: 9,600/,
    )
  }, 120_000)
})

describe('shards', () => {
  const at = (query = '') => parseClickHouseAddress(`clickhouse://h/otel${query}`)
  it.each([
    [
      "Distributed('main', 'otel', 'spans', cityHash64(TraceId))",
      '',
      { cluster: 'main', local: '`otel`.`spans`', byTrace: true },
    ],
    [
      "Distributed('main', '', 'spans', sipHash64(lower(TraceId)))",
      '',
      { cluster: 'main', local: '`otel`.`spans`', byTrace: true },
    ],
    ["Distributed('main', 'otel', 'spans', rand())", '', { cluster: 'main', local: '`otel`.`spans`', byTrace: false }],
    [
      "Distributed('main', 'otel', 'spans', cityHash64(TraceId, SpanId))",
      '',
      { cluster: 'main', local: '`otel`.`spans`', byTrace: false },
    ],
    ["Distributed('main', 'otel', 'spans')", '', { cluster: 'main', local: '`otel`.`spans`', byTrace: false }],
    [
      "Distributed('main', 'otel', 'spans', rand())",
      '?sharded=trace',
      { cluster: 'main', local: '`otel`.`spans`', byTrace: true },
    ],
    ['MergeTree ORDER BY x', '?cluster=main', { cluster: 'main', local: '`otel`.`otel_traces`', byTrace: false }],
    ['MergeTree ORDER BY x', '', undefined],
  ])('of %s%s', (engine, query, expected) => {
    expect(shardsOf(at(query), engine, 'TraceId')).toEqual(expected)
  })
})

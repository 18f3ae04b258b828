/**
 * Clocks of replicas, of the server and of this machine differ: an audit says the same, no row goes early, nobody's database is dropped, and a
 * day counts as over only when all clocks say so. The stand-in has one clock; it answers as a server would whose shards had others.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { runAudit } from '../../src/engine/run.js'
import type { Report } from '../../src/model/report.js'
import { stamp } from '../../src/store/clickhouse/work-database.js'
import { sketch, toRows } from '../sketch.js'
import { startServer, type TestServer } from '../clickhouse-http/start.js'
import { createSpans } from '../clickhouse-http/tables.js'

const dayMs = 86_400_000
const shop = sketch('bookshop')
shop.repeat(80, (trace, i) =>
  trace.server('storefront', 'GET /books', {}, (s) => {
    s.call('catalogue', 'GET /books/{id}', { ms: 8, path: `/books/${i}` }, (c) =>
      c.query('postgresql://pg:5432/books', `SELECT * FROM books WHERE id = ${i}`, { ms: 4 }),
    )
  }),
)

let server: TestServer
beforeAll(async () => {
  server = await startServer('two')
  await createSpans(server, 'otel.all_spans', 'exporter', toRows(shop.spans))
  const half = 'cityHash64(TraceId) % greatest(shardCount(), 1) = shardNum() - 1'
  await server.sql(`CREATE VIEW otel.part AS SELECT * FROM otel.all_spans WHERE ${half}`)
  await server.sql(
    `CREATE TABLE otel.spans AS otel.all_spans ENGINE = Distributed('two', 'otel', 'part', cityHash64(TraceId))`,
  )
}, 60_000)
afterAll(() => server.stop())
afterEach(() => server.setClocks({ server: 0, shards: [] }))

function audit(window: [fromMs: number, toMs: number], stateDatabase?: string): Promise<Report> {
  const [fromMs, toMs] = window
  return runAudit({
    evidence: [],
    store: {
      address: `${server.url.replace('http:', 'clickhouse:')}/otel?table=spans`,
      password: '',
      selection: { fromMs, toMs, services: [], sample: 1 },
      ...(stateDatabase !== undefined && { stateDatabase }),
    },
  })
}
const always: [number, number] = [Date.parse('2000-01-01'), Date.parse('2100-01-01')]
const settled = (report: Report): unknown => ({ ...report, run: undefined })
const databases = async (): Promise<string[]> =>
  (await server.sql("SELECT name FROM system.databases WHERE name LIKE 'faultline%' ORDER BY name FORMAT TSV"))
    .split('\n')
    .filter((name) => name !== '')

const seconds = (days: number): number => days * 86_400

describe('clocks that differ', () => {
  it.each([
    ['the server is three days behind its replicas', { server: -seconds(3), shards: [-seconds(3), 0] }, 0],
    ['a replica is three days ahead', { server: 0, shards: [0, seconds(3)] }, seconds(3)],
  ])(
    '%s: the report is the same, and rows stay for a day by the fastest clock',
    async (_, ahead, fastest) => {
      const expected = await audit(always)
      await server.setClocks(ahead)
      await server.asked()
      const before = Date.now()
      expect(settled(await audit(always))).toEqual(settled(expected))
      const queries = (await server.asked()).map(({ query }) => query)
      const moments = new Set(
        queries.flatMap((query) => /GoneAt DateTime DEFAULT toDateTime\((\d+)\)/.exec(query)?.[1] ?? []),
      )
      expect(moments.size).toBe(1)
      const goneMs = Number([...moments][0]) * 1000
      expect(goneMs).toBeGreaterThanOrEqual(before - 1000 + fastest * 1000 + dayMs)
      expect(goneMs).toBeLessThanOrEqual(Date.now() + 1000 + fastest * 1000 + dayMs)
      // Asked once; nothing that is derived, kept or chosen goes by a clock of the moment.
      expect(queries.filter((query) => /\b(?:now|now64|nowInBlock|today|yesterday)\(/.test(query))).toHaveLength(2)
      expect(await databases()).toEqual([])
    },
    120_000,
  )
  it('a server that is ahead drops no database of a run that is at work by the slowest clock', async () => {
    const comment = "COMMENT 'Faultline: derived tables of one audit, may be dropped'"
    const [young, old] = [Date.now() - dayMs, Date.now() - 3 * dayMs].map((ms) => `faultline_${stamp(ms)}_0123abcd`)
    await server.sql(`CREATE DATABASE ${young} ${comment}`)
    await server.sql(`CREATE DATABASE ${old} ${comment}`)
    await server.setClocks({ server: seconds(5), shards: [seconds(5), seconds(5)] })
    await audit(always)
    expect(await databases()).toEqual([young])
    await server.sql(`DROP DATABASE ${young}`)
  }, 120_000)
  it('a day counts as over only when all clocks say so, and the refusal tells of them', async () => {
    const today = Math.floor(Date.now() / dayMs) * dayMs
    const refused = /has not ended, or only just \(\d{4}-\d\d-\d\d \d\d:\d\d UTC by the slowest clock .*\)/
    await server.setClocks({ server: seconds(3), shards: [seconds(3), seconds(3)] })
    await expect(audit([today, today + dayMs], 'kept')).rejects.toThrow(/and clocks differ by 4,320 minutes/)
    await server.setClocks({ server: 0, shards: [0, -seconds(30)] })
    await expect(audit([today - 2 * dayMs, today - dayMs], 'kept')).rejects.toThrow(refused)
    expect(await server.sql("SELECT count() FROM system.databases WHERE name = 'kept' FORMAT TSV")).toBe('0\n')
    expect(await databases()).toEqual([])
  }, 120_000)
})

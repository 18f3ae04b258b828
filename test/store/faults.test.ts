/**
 * What can go wrong with a server: each ends in one sentence with a remedy and exit code 2, and leaves nothing behind.
 * The stand-in makes it go wrong; limits of memory and of rights are the engine's own.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runAudit } from '../../src/engine/run.js'
import { parseClickHouseAddress } from '../../src/store/clickhouse/address.js'
import { openClickHouseStore } from '../../src/store/cluster.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import type { Report } from '../../src/model/report.js'
import { sketch, toRows } from '../sketch.js'
import { startServer, type TestServer } from '../clickhouse-http/start.js'
import { createSpans } from '../clickhouse-http/tables.js'

const shop = sketch('bookshop')
shop.repeat(120, (trace, i) =>
  trace.server('storefront', 'GET /books', {}, (s) => {
    s.call('catalogue', 'GET /books/{id}', { ms: 8, path: `/books/${i}` }, (c) =>
      c.query('postgresql://pg:5432/books', `SELECT * FROM books WHERE id = ${i}`, { ms: 4 }),
    )
  }),
)
const spans = toRows(shop.spans)
const window = { fromMs: Date.parse('2000-01-01'), toMs: Date.parse('2100-01-01'), services: [], sample: 1 }

let server: TestServer
const begin = async (): Promise<void> => {
  server = await startServer()
  await createSpans(server, 'otel.otel_traces', 'exporter', spans)
}
beforeAll(begin)
afterAll(() => server.stop())
beforeEach(async () => {
  if (!server.alive()) await begin()
  if (server.standIn) await server.fail([])
})

interface Asked {
  user?: string
  path?: string
  password?: string
  workDatabase?: string
}

function audit({ user = 'default', path = '/otel', password = '', workDatabase }: Asked = {}): Promise<Report> {
  const address = `${server.url.replace('http://', `clickhouse://${user}@`)}${path}`
  return runAudit({
    evidence: [],
    store: { address, password, selection: window, ...(workDatabase && { workDatabase }) },
  })
}

async function refused(asked: Asked): Promise<UnreadableEvidence> {
  const error: unknown = await audit(asked).catch((reason: unknown) => reason)
  if (error instanceof UnreadableEvidence) return error
  throw error instanceof Error ? error : new Error('it was not refused')
}

const left = async (): Promise<string> =>
  server.sql("SELECT name FROM system.databases WHERE name LIKE 'faultline%' FORMAT TSV")

describe('a server', () => {
  it('that nobody answers at', async () => {
    const error: unknown = await runAudit({
      evidence: [],
      store: { address: 'clickhouse://127.0.0.1:9/otel', password: '', selection: window },
    }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UnreadableEvidence)
    expect(String(error)).toMatch(/could not be reached, or went away .*ECONNREFUSED/)
  }, 240_000)
  it('that refuses the password, which is not repeated', async () => {
    const error = await refused({ user: 'auditor', password: 'wrong-and-secret' })
    expect(error.message).toMatch(/refuses user or password/)
    expect(JSON.stringify([error.message, error.remedy, error.source])).not.toContain('secret')
    const known = await audit({ user: 'auditor', password: 'open sesame' })
    expect(JSON.stringify(known)).not.toContain('sesame')
  }, 240_000)
  it('without the database or the table', async () => {
    expect((await refused({ path: '/nothing' })).message).toMatch(/does not have the (?:database|table)/)
    expect((await refused({ path: '/otel?table=spans' })).message).toMatch(/does not have the table/)
  }, 240_000)
  it('whose table is none of spans', async () => {
    await server.sql(
      'CREATE TABLE IF NOT EXISTS otel.stock (Isbn String, Timestamp DateTime) ENGINE = MergeTree ORDER BY Isbn',
    )
    const error = await refused({ path: '/otel?table=stock' })
    expect(error.message).toMatch(/no table of spans that Faultline knows.* lacks TraceId, SpanId/)
    expect(await left()).toBe('')
  }, 240_000)
  it('that has too little memory for a query', async () => {
    const error = await refused({ path: '/otel?max_memory_usage=30000' })
    expect(error.message).toMatch(/ran out of memory for a query/)
    expect(error.remedy).toMatch(/--sample/)
    expect(await left()).toBe('')
  }, 240_000)
  it('that stops a query after its time', async () => {
    await server.fail([
      {
        match: 'INSERT INTO spans',
        kind: 'answer',
        text: 'Code: 159. DB::Exception: Timeout exceeded: elapsed 61 seconds. (TIMEOUT_EXCEEDED)',
      },
    ])
    expect((await refused({})).message).toMatch(/stopped a query after its time limit \(fill spans/)
    expect(await left()).toBe('')
  }, 240_000)
  it('that only reads, without settings', async () => {
    const error = await refused({ user: 'reader' })
    expect(error.message).toMatch(/lets this user only read/)
    expect(error.remedy).toMatch(/readonly = 2/)
  }, 240_000)
  it('that does not let this user say that it only reads', async () => {
    if (!server.standIn) return
    await server.asked()
    expect((await audit({ user: 'settled' })).system.spans).toBe(shop.spans.length)
    const told = (await server.asked()).filter(({ settings }) => 'readonly' in settings)
    // Each client is told once or, where several queries were under way, for each of them.
    expect(told.length).toBeLessThan(10)
  }, 240_000)
  it('that lets a reader make temporary tables, but not this one its own database', async () => {
    const report = await audit({ user: 'analyst' })
    expect(report.system.spans).toBe(shop.spans.length)
    const error = await refused({ user: 'analyst', workDatabase: 'faultline_mine' })
    expect(error.message).toMatch(/only read/)
  }, 240_000)
  it('on which the work database exists, and is left alone', async () => {
    await server.sql('CREATE DATABASE ours')
    expect((await refused({ workDatabase: 'ours' })).message).toMatch(/already has a database ours/)
    expect(await server.sql("SELECT count() FROM system.databases WHERE name = 'ours' FORMAT TSV")).toBe('1\n')
  }, 240_000)
  it('whose connections break twice: reads are asked again, and the report is whole', async () => {
    await server.fail([{ match: '^SELECT[^]*quantileExact', kind: 'cut', times: 2 }])
    const report = await audit()
    expect(report.system.spans).toBe(shop.spans.length)
    expect(await left()).toBe('')
  }, 240_000)
  it('whose connection breaks in an INSERT: that is not done twice', async () => {
    await server.asked()
    await server.fail([{ match: 'INSERT INTO spans', kind: 'cut', times: 1 }])
    expect((await refused({})).message).toMatch(/went away \(fill spans/)
    expect((await server.asked()).filter(({ query }) => query.startsWith('INSERT INTO spans'))).toHaveLength(1)
    expect(await left()).toBe('')
  }, 240_000)
  it('whose connection breaks when the database is made: it is dropped, if it was made', async () => {
    await server.asked()
    await server.fail([{ match: '^CREATE DATABASE', kind: 'cut', times: 1 }])
    expect((await refused({})).message).toMatch(/went away \(create the work database/)
    expect((await server.asked()).map(({ query }) => query).at(-1)).toMatch(/^DROP DATABASE IF EXISTS `faultline_/)
  }, 240_000)
  it('that dies while it works: a sentence, and the next run finds nothing of this one in its way', async () => {
    await server.fail([{ match: 'INSERT INTO spans', kind: 'die' }])
    expect((await refused({})).message).toMatch(/could not be reached, or went away/)
    await server.stop()
    await begin()
    expect((await audit()).system.spans).toBe(shop.spans.length)
  }, 240_000)
  it('on which an earlier run died: what it left is swept, and nothing else', async () => {
    const comment = "COMMENT 'Faultline: derived tables of one audit, may be dropped'"
    await server.sql(`CREATE DATABASE faultline_20200101000000_0123abcd ${comment}`)
    await server.sql('CREATE DATABASE faultline_20200101000000_beefbeef')
    await audit()
    expect(await left()).toBe('faultline_20200101000000_beefbeef\n')
    await server.sql('DROP DATABASE faultline_20200101000000_beefbeef')
  }, 240_000)
})

describe('every query', () => {
  it('has a name, and limits of memory and time', async () => {
    await server.asked()
    await audit({ path: '/otel?max_memory_usage=5000000000&max_execution_time=120' })
    const asked = await server.asked()
    expect(asked.length).toBeGreaterThan(30)
    for (const { settings } of asked) {
      expect(settings['log_comment']).toMatch(/^faultline \d+\.\d+\.\d+ \S/)
      expect(settings['max_memory_usage']).toBe('5000000000')
      expect(settings['max_execution_time']).toBe('120')
    }
    const names = asked.map(({ settings }) => settings['log_comment']?.replace(/^faultline \S+ /, ''))
    expect(names).toContain('fill normalised')
    expect(names).toContain('calls')
  }, 240_000)
  it('only reads, if it is a read, and the server holds it to that', async () => {
    await server.asked()
    await audit()
    for (const { query, settings } of await server.asked()) {
      const isRead = /^\s*(?:SELECT|WITH|DESCRIBE|EXPLAIN)\b/.test(query.replaceAll(/^--.*\n/gm, ''))
      expect([query.slice(0, 60), settings['readonly']]).toEqual([query.slice(0, 60), isRead ? '2' : undefined])
    }
    const address = parseClickHouseAddress(`${server.url.replace('http://', 'clickhouse://default@')}/otel`)
    const store = openClickHouseStore({ address, password: '', version: '0.0.0' })
    try {
      await expect(store.look('TRUNCATE TABLE otel.otel_traces')).rejects.toThrow(/lets this user only read/)
    } finally {
      await store.close()
    }
    expect(await server.sql('SELECT count() FROM otel.otel_traces FORMAT TSV')).toBe(`${shop.spans.length}\n`)
  }, 240_000)
  it('is stopped by Ctrl-C, and what was derived is dropped', async () => {
    // So long that it is stopped in the middle.
    await server.sql('CREATE DATABASE IF NOT EXISTS slow')
    await server.sql(
      `CREATE VIEW IF NOT EXISTS slow.otel_traces AS SELECT * FROM otel.otel_traces WHERE sleepEachRow(0.002) = 0 SETTINGS function_sleep_max_microseconds_per_block = 3000000000`,
    )
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)),
        'audit',
        '--store',
        `${server.url.replace('http:', 'clickhouse:')}/slow`,
        '--from',
        '2000-01-01',
        '--to',
        '2100-01-01',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let stderr = ''
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await expect.poll(left, { timeout: 30_000 }).toMatch(/^faultline_/)
    await new Promise((resolve) => setTimeout(resolve, 500))
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(stderr).toContain('faultline: stopped')
    await expect.poll(left, { timeout: 10_000 }).toBe('')
    await expect
      .poll(() => server.sql("SELECT count() FROM system.processes WHERE query LIKE 'INSERT%normalised%' FORMAT TSV"), {
        timeout: 10_000,
      })
      .toBe('0\n')
  }, 120_000)
})

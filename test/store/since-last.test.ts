/** Days that were read before are not read again, and what was kept of them gives what reading all of them at once would give. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audits } from '../../src/audits/index.js'
import { runAudit } from '../../src/engine/run.js'
import { goesOverAllDays } from '../../src/engine/all-days.js'
import type { AuditReport, Report } from '../../src/model/report.js'
import { dailyPlan, dailyRelations } from '../../src/survey/daily.js'
import { sketch, toRows } from '../sketch.js'
import { startServer, type TestServer } from '../clickhouse-http/start.js'
import { createSpans } from '../clickhouse-http/tables.js'

const dayNs = 86_400_000_000_000n
const books = 'postgresql://pg-main:5432/shop'

/** A day of a shop in which two services write one table; each day has more and slower requests than the one before. */
function dayOf(index: number): string {
  const shop = sketch('bookshop', { seed: index + 1 })
  shop.repeat(70 + 10 * index, (trace, i) =>
    trace.server('storefront', 'POST /orders', {}, (s) => {
      s.call('orders', 'POST /orders', { ms: 10 + index }, (o) =>
        o.query(books, `INSERT INTO orders (id) VALUES (${i})`, { ms: 5 + (i % 9), collection: 'orders' }),
      )
      s.call('stock', 'GET /shelves', {}, (c) =>
        c.query(books, 'UPDATE orders SET state = 2', { ms: 3, collection: 'orders' }),
      )
      s.publish('rabbitmq://broker:5672/orders.placed', { messageId: `m${i}` }).consume('mailer', {}, (c) => c.work(2))
    }),
  )
  const first = shop.spans.reduce((least, { startNs }) => (startNs < least ? startNs : least), 1n << 62n)
  const shift = (first / dayNs) * dayNs - BigInt(Date.parse('2026-03-01')) * 1_000_000n - BigInt(index) * dayNs
  return toRows(
    shop.spans.map((span) => ({
      ...span,
      // Traces of different days are different traces.
      traceId: `${index + 1}${span.traceId.slice(1)}`,
      links: span.links.map((link) => ({ ...link, traceId: `${index + 1}${link.traceId.slice(1)}` })),
      startNs: span.startNs - shift,
      events: [],
    })),
  )
}

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await createSpans(server, 'otel.otel_traces', 'exporter', [0, 1, 2].map(dayOf).join(''))
})
afterAll(() => server.stop())

function audit(days: number, stateDatabase?: string): Promise<Report> {
  const selection = {
    fromMs: Date.parse('2026-03-01'),
    toMs: Date.parse('2026-03-01') + days * 86_400_000,
    services: [],
    sample: 1,
  }
  const address = `${server.url.replace('http:', 'clickhouse:')}/otel`
  return runAudit({
    evidence: [],
    store: { address, password: '', selection, ...(stateDatabase && { stateDatabase }) },
  })
}

const overAllDays = (report: Report): AuditReport[] => {
  const ids = new Set(audits.filter(goesOverAllDays).map(({ id }) => id))
  return report.audits.filter(({ id }) => ids.has(id))
}

async function daysRead(): Promise<string[]> {
  const views = (await server.asked()).filter(({ query }) => /CREATE (?:OR REPLACE )?VIEW otel_traces/.test(query))
  return views.map(({ query }) =>
    new Date(Number(/>= fromUnixTimestamp64Milli\(toInt64\((\d+)\)/.exec(query)?.[1])).toISOString().slice(0, 10),
  )
}

describe('since last', () => {
  it('reads each day once, and then only the new one', async () => {
    await server.asked()
    const two = await audit(2, 'states')
    expect(await daysRead()).toEqual(['2026-03-01', '2026-03-02'])
    expect(two.evidence[0]?.selection?.days?.kept).toBe(0)
    await server.asked()
    const three = await audit(3, 'states')
    expect(await daysRead()).toEqual(['2026-03-03'])
    const all = await audit(3)
    expect(three.system).toEqual(all.system)
    expect(overAllDays(three)).toEqual(overAllDays(all))
    expect(overAllDays(three).some(({ outcome }) => outcome === 'fail')).toBe(true)
    expect(three.evidence[0]?.selection?.days).toMatchObject({ kept: 2, read: ['2026-03-03'] })
    expect(three.evidence[0]?.selection?.days?.audits).toEqual(expect.arrayContaining(['shared-table', 'chatty-pair']))
    // What is not kept is judged over the last day.
    const samples = (report: Report) => report.audits.find(({ id }) => id === 'unbounded-span-names')?.samples ?? 0
    expect(samples(three)).toBeGreaterThan(0)
    expect(samples(three)).toBeLessThan(samples(all))
  }, 400_000)
  it('passes over what a broken run has left', async () => {
    await server.fail([
      {
        match: 'INSERT INTO `broken`.`?daily_storeUse',
        kind: 'answer',
        skip: 1,
        text: 'Code: 243. DB::Exception: no space (NOT_ENOUGH_SPACE)',
      },
    ])
    await expect(audit(2, 'broken')).rejects.toThrow(/no space left/)
    await server.fail([])
    await server.asked()
    const again = await audit(2, 'broken')
    expect(await daysRead()).toEqual(['2026-03-02'])
    expect(again.system.traces).toBe((70 + 80) * 2)
  }, 400_000)
  it('is refused for days that have not ended, and for parts of days', async () => {
    await expect(audit(100_000, 'states')).rejects.toThrow(/has not ended/)
    await expect(audit(0.5, 'states')).rejects.toThrow(/does not begin and end with one/)
  })
})

describe('the plan of a relation', () => {
  it.each(dailyRelations)('%s has keys, states and a merge', (name) => {
    const plan = dailyPlan(name)
    expect(plan.table).toMatch(new RegExp(`^daily_${name}_[0-9a-f]{8}$`))
    expect(plan.states).not.toMatch(/\b(?:count|sum|uniqExact|quantileExact)\([^)]*\) AS s\d/)
    expect(plan.merged).toContain('FROM {from}')
  })
})

/** What is kept of three days and put together gives, row for row, what each relation gives over all three at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileURLToPath } from 'node:url'
import { createSink } from '../../src/engine/sink.js'
import { importEvidence } from '../../src/importers/index.js'
import { derivedTables } from '../../src/store/clickhouse/work-tables.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { createTables } from '../../src/store/schema.js'
import { dailyPlan, dailyRelations } from '../../src/survey/daily.js'
import { prepare } from '../../src/survey/prepare.js'
import { splitRelation } from '../../src/survey/split-relation.js'
import { relationSql } from '../../src/survey/survey.js'
import { sketch, toOtlpJsonLines } from '../sketch.js'
import { withFile } from '../clickhouse-http/tables.js'

const recording = fileURLToPath(new URL('../../demo/bookshop/recording/flawed/traces.jsonl.gz', import.meta.url))

/** A day of a library; each has its own traces and messages, and is slower than the one before. */
function dayOf(index: number): string {
  const library = sketch('library', { seed: 70 + index })
  library.service('lending', { skewMs: 40 * index })
  library.repeat(30 + 10 * index, (trace, i) =>
    trace.server('desk', 'POST /loans', {}, (s) => {
      s.call('lending', 'POST /loans', { ms: 12 + index, path: `/loans/${i}` }, (c) => {
        c.repeat(5, (q, n) =>
          q.query('postgresql://pg-loans:5432/loans', `SELECT * FROM books WHERE id = ${i + n}`, { ms: 2 + (n % 3) }),
        )
        c.query('postgresql://pg-loans:5432/loans', `INSERT INTO loans (book) VALUES (${i})`, { ms: 5 + index })
      })
      s.repeat(3 + index, (each, n) => each.call('members', 'GET /members/{id}', { ms: 4, path: `/members/${n}` }))
      s.publish('rabbitmq://broker-loans:5672/loans.made', { messageId: `loan-${index}-${i}` }).consume(
        'reminders',
        i % 3 === 0 ? { by: 'none' } : {},
        (c) => c.work(2 + index),
      )
    }),
  )
  // Traces of different days are different traces.
  const own = (traceId: string): string => `${index + 1}${traceId.slice(1)}`
  return toOtlpJsonLines(
    library.spans.map((span) => ({
      ...span,
      traceId: own(span.traceId),
      links: span.links.map((link) => ({ ...link, traceId: own(link.traceId) })),
    })),
  )
}

let store: EmbeddedStore
/** Rows of each relation: over all days, and put together. */
const whole = new Map<string, unknown[]>()
const merged = new Map<string, unknown[]>()

async function fill(paths: readonly string[]): Promise<void> {
  for (const table of ['otel_traces', ...derivedTables]) await store.command(`TRUNCATE TABLE ${table}`)
  await importEvidence([...paths], () => createSink(store, store.folder, () => undefined))
  await prepare(store)
}

beforeAll(async () => {
  store = openEmbeddedStore()
  await createTables(store)
  await withFile('first.jsonl', dayOf(0), (first) =>
    withFile('second.jsonl', dayOf(1), async (second) => {
      const days = [recording, first, second]
      for (const [index, day] of days.entries()) {
        await fill([day])
        for (const name of dailyRelations) {
          const { table, keys, states } = dailyPlan(name)
          const select = `SELECT toDate('2027-03-01') + ${index} AS Day, * FROM (${states})`
          if (index === 0)
            await store.command(
              `CREATE TABLE ${table} ENGINE = AggregatingMergeTree ORDER BY (${['Day', ...keys].join(', ')}) EMPTY AS ${select}`,
            )
          await store.command(`INSERT INTO ${table} ${select}`)
        }
      }
      await fill(days)
      for (const name of dailyRelations) {
        whole.set(name, await store.query(relationSql(name)))
        const plan = dailyPlan(name)
        merged.set(name, await store.query(plan.merged.replaceAll('{from}', () => plan.table)))
      }
    }),
  )
}, 240_000)
afterAll(() => store.close())

describe('a relation kept by days', () => {
  it.each(dailyRelations)('%s is what it would be over all of them', (name) => {
    expect(whole.get(name)?.length).toBeGreaterThan(name === 'overview' ? 0 : 1)
    expect(merged.get(name)).toEqual(whole.get(name))
  })
})

describe('splitting a relation', () => {
  it('keeps names of rows with the states, and names of aggregates with what merges them', () => {
    const { keys, states, merged } = splitRelation(`-- A comment.
WITH DurationNs - 1 AS Less, max(Less) AS longest
SELECT Service AS service, if(Role = 'a, b', 1, 2) AS kind, longest, quantileExactIf(0.5)(Less, Error = 0) / 2 AS half
FROM spans
WHERE Error IN (0, 1)
GROUP BY Service, kind, lower(Role)
ORDER BY service`)
    expect(keys).toEqual(['Service', 'kind', 'k2'])
    expect(states).toBe(`WITH DurationNs - 1 AS Less
SELECT Service,
    if(Role = 'a, b', 1, 2) AS kind,
    lower(Role) AS k2,
    maxState(Less) AS s0,
    quantileExactIfState(0.5)(Less, Error = 0) AS s1
FROM spans
WHERE Error IN (0, 1)
GROUP BY Service, kind, lower(Role)`)
    expect(merged).toBe(`WITH maxMerge(s0) AS longest
SELECT Service AS service, kind, longest, quantileExactIfMerge(0.5)(s1) / 2 AS half
FROM {from}
GROUP BY Service, kind, k2
ORDER BY service`)
  })
  it.each([
    ['no aggregates', 'SELECT 1 AS n FROM spans ORDER BY n'],
    ['a condition on aggregates', 'SELECT count() AS n FROM spans GROUP BY Service HAVING n > 1 ORDER BY n'],
    ['a window', 'SELECT count() OVER (PARTITION BY Service) AS n FROM spans GROUP BY Service ORDER BY n'],
  ])('refuses one with %s', (_, sql) => {
    expect(() => splitRelation(sql)).toThrow()
  })
})

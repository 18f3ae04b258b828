/** What the sampled critical paths tell: series of calls, chains, time in between, re-entries, and who is needed. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import type { SurveyRows } from '../../src/survey/rows.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

const names = ['serialCalls', 'criticalChains', 'networkTime', 'reentries', 'neededServices', 'walked'] as const
let rows: Pick<SurveyRows, (typeof names)[number]>

beforeAll(async () => {
  const shop = sketch('walked', { networkMs: 2 })
  // the catalogue's clock runs 300 ms ahead: nothing below may notice
  shop.service('catalogue', { skewMs: 300 })
  shop.repeat(2, (trace) =>
    trace.server('storefront', 'GET /start', { ms: 200 }, (s) => {
      s.call('catalogue', 'GET /books', { ms: 48 })
      s.call('reviews', 'GET /reviews', { ms: 28 })
      // again, and longer: one different call, with its longest time
      s.call('reviews', 'GET /reviews', { ms: 38 })
      // changes keep their order
      s.call('audit', 'POST /views', { ms: 10 })
      s.parallel((p) => {
        p.call('stock', 'GET /stock', { ms: 18 }, (c) => c.call('catalogue', 'GET /shelves', { ms: 8 }))
        // beside the critical path
        p.call('mail', 'GET /letters', { ms: 2 })
      })
      s.publish('kafka://broker:9092/views').consume('loyalty', { by: 'parent' }, (c) =>
        c.call('points', 'GET /points'),
      )
    }),
  )
  // orders is still open when stock comes back to it
  shop.trace((trace) =>
    trace.server('orders', 'POST /orders', {}, (o) =>
      o.call('stock', 'POST /reserve', {}, (s) => s.call('orders', 'GET /orders/{id}', { ms: 5 })),
    ),
  )
  rows = await survey(await surveyedStore(toRows(shop.spans)), names)
}, 60_000)
afterAll(closeStore)

it('finds different calls one after another', () => {
  // 50 + 40 + 20 − 50
  expect(
    rows.serialCalls.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] })),
  ).toEqual([
    {
      rootService: 'storefront',
      rootOperation: 'GET /start',
      service: 'storefront',
      operation: 'GET /start',
      calls: 3,
      groups: 2,
      traces: 2,
      sequence: ['catalogue GET /books', 'reviews GET /reviews', 'stock GET /stock'],
      p50SavingMs: 60,
      maxSavingMs: 60,
      totalSavingMs: 120,
      p50ParentMs: 200,
      ids: [2, 3],
    },
  ])
})

it('finds the deepest chain on the critical path', () => {
  expect(rows.criticalChains.map((row) => [row.rootService, row.path, row.hops, row.traces])).toEqual([
    ['orders', ['orders', 'stock', 'orders'], 2, 1],
    ['storefront', ['storefront', 'stock', 'catalogue'], 2, 2],
  ])
})

it('adds up the time between spans', () => {
  const edges = rows.networkTime.map((row) => [
    row.caller,
    row.callee,
    row.traces,
    row.calls,
    row.networkMs,
    row.rootMs,
  ])
  expect(edges.filter(([caller]) => caller === 'storefront')).toEqual([
    ['storefront', 'audit', 2, 2, 4, 400],
    ['storefront', 'catalogue', 2, 2, 4, 400],
    ['storefront', 'reviews', 2, 4, 8, 400],
    ['storefront', 'stock', 2, 2, 4, 400],
  ])
})

it('knows the request that comes back', () => {
  expect(
    rows.reentries.map(({ path, traces, traceIds, spanIds }) => [path, traces, traceIds.length, spanIds.length]),
  ).toEqual([[['orders', 'stock', 'orders'], 1, 1, 1]])
})

it('counts whom the root waits for, and nobody behind a queue', () => {
  const needed = rows.neededServices.filter((row) => row.rootService === 'storefront')
  expect(needed.map((row) => [row.service, row.traces])).toEqual(
    ['audit', 'catalogue', 'mail', 'reviews', 'stock', 'storefront'].map((service) => [service, 2]),
  )
  expect(rows.walked.map((row) => [row.rootService, row.traces, row.rootMs])).toEqual([
    ['orders', 1, expect.any(Number)],
    ['storefront', 2, 400],
  ])
})

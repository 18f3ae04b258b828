/** How traces begin: one row a kind of first root. Exact rows, reckoned by hand. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('tells the first root from the later ones, and leaves traces without a root to gaps', async () => {
  const shop = sketch('roots')
  shop.repeat(3, (trace) => trace.server('storefront', 'GET /books', {}, (s) => s.call('catalogue', 'GET /books')))
  // two roots under one trace id: the second begins when the first has ended
  shop.repeat(2, (trace) => trace.server('storefront', 'GET /books').server('catalogue', 'GET /covers'))
  shop.trace((trace) => trace.as('cron', (c) => c.call('stock', 'POST /recount')))
  shop.trace((trace) => trace.as('cron', (c) => c.internal('sweep', { orphan: true })))
  const { roots } = await survey(await surveyedStore(toRows(shop.spans)), ['roots'])
  const places = roots.map(({ service, operation, role, traces, several, laterServices }) => ({
    service,
    operation,
    role,
    traces,
    several,
    laterServices,
  }))
  expect(places).toEqual([
    {
      service: 'storefront',
      operation: 'GET /books',
      role: 'server',
      traces: 5,
      several: 2,
      laterServices: ['catalogue'],
    },
    { service: 'cron', operation: 'POST /recount', role: 'client', traces: 1, several: 0, laterServices: [] },
  ])
  expect(roots.map((row) => [row.traceIds.length, row.spanIds.length])).toEqual([
    [5, 5],
    [1, 1],
  ])
  expect(roots.map((row) => [row.severalTraceIds.length, row.severalSpanIds.length])).toEqual([
    [2, 2],
    [0, 0],
  ])
})

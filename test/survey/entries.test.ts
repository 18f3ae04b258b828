/** Entries of services, and those without a trace. Exact rows, reckoned by hand. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('takes neither a linked consumer nor an orphan for a root', async () => {
  const shop = sketch('entries')
  shop.repeat(3, (trace, i) => {
    trace.server('storefront', 'POST /orders', {}, (s) => {
      s.call('stock', 'GET /stock', { lost: i === 0, dropped: i === 1 })
      const placed = s.publish('kafka://broker:9092/orders')
      placed.consume('shipping', { by: i === 2 ? 'none' : 'link' })
    })
  })
  const { entries } = await survey(await surveyedStore(toRows(shop.spans)), ['entries'])
  expect(entries.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] }))).toEqual([
    { service: 'shipping', operation: 'process orders', role: 'consumer', entries: 3, roots: 1, ids: [1, 1] },
    { service: 'stock', operation: 'GET /stock', role: 'server', entries: 3, roots: 1, ids: [1, 1] },
    { service: 'storefront', operation: 'POST /orders', role: 'server', entries: 3, roots: 3, ids: [3, 3] },
  ])
})

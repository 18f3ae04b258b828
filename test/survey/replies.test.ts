/** Calls by whether the other side was seen. Exact rows, reckoned by hand. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('tells answered from silent from failed', async () => {
  const shop = sketch('replies', { networkMs: 1 })
  shop.service('mail', { dark: true })
  shop.repeat(2, (trace, i) => {
    trace.server('storefront', 'GET /', {}, (s) => {
      s.call('stock', 'GET /stock/{id}', { ms: 2 })
      s.call('mail', 'POST /letters', { ms: 4 })
      // nobody was there: no status, no answer
      if (i === 0) s.call('mail', 'POST /letters', { ms: 4, error: 'ECONNREFUSED' })
      // an error with a status is an answer
      if (i === 1) s.call('mail', 'POST /letters', { ms: 4, error: 503 })
    })
  })
  const { replies } = await survey(await surveyedStore(toRows(shop.spans)), ['replies'])
  expect(replies.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] }))).toEqual([
    {
      caller: 'storefront',
      callee: 'mail',
      calleeKind: 'external',
      protocol: 'http',
      operation: 'POST /letters',
      host: 'mail',
      port: 8080,
      calls: 4,
      answered: 0,
      reached: 3,
      traces: 2,
      unansweredMs: 20,
      ids: [3, 3],
    },
    {
      caller: 'storefront',
      callee: 'stock',
      calleeKind: 'service',
      protocol: 'http',
      operation: 'GET /stock/{id}',
      host: 'stock',
      port: 8080,
      calls: 2,
      answered: 2,
      reached: 0,
      traces: 0,
      unansweredMs: 0,
      ids: [0, 0],
    },
  ])
})

/** What becomes of calls that fail: shown, answered by a fallback, or passed over in silence. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

const cache = 'redis://redis-catalogue:6379/0'

it('tells shown, followed and swallowed failures apart', async () => {
  const shop = sketch('failed-calls', { networkMs: 1 })
  // what usually happens: a call, then something unrelated
  shop.repeat(3, (trace, i) =>
    trace.server('storefront', 'GET /books/{id}', { path: `/books/${i}` }, (s) => {
      s.call('pricing', 'GET /prices/{id}', {})
      s.call('stock', 'GET /stock/{id}', {})
    }),
  )
  // swallowed: goes on with what it always does
  shop.trace((trace) =>
    trace.server('storefront', 'GET /books/{id}', {}, (s) => {
      s.call('pricing', 'GET /prices/{id}', { error: 500 })
      s.call('stock', 'GET /stock/{id}', {})
    }),
  )
  // a fallback: asks the cache, which it never does otherwise
  shop.trace((trace) =>
    trace.server('storefront', 'GET /books/{id}', {}, (s) => {
      s.call('pricing', 'GET /prices/{id}', { error: 503 })
      s.query(cache, 'GET price:7', {})
    }),
  )
  // shown: the page fails, or says so with its status, or a span within the caller failed
  shop.trace((trace) =>
    trace.server('storefront', 'GET /books/{id}', { error: 502 }, (s) => {
      s.call('pricing', 'GET /prices/{id}', { error: 500 })
    }),
  )
  shop.trace((trace) =>
    trace.server('storefront', 'GET /books/{id}', { error: 424 }, (s) => {
      s.call('pricing', 'GET /prices/{id}', { error: 500 })
    }),
  )
  shop.trace((trace) =>
    trace.server('storefront', 'GET /books/{id}', {}, (s) => {
      s.internal('price', { error: true }, (inner) =>
        inner.call('pricing', 'GET /prices/{id}', { timeoutMs: 3, ms: 40 }),
      )
    }),
  )
  // no failures for good: the second attempt succeeds; nothing is there; the callee did its part
  shop.trace((trace) =>
    trace.server('storefront', 'GET /books/{id}', {}, (s) => {
      s.retry('pricing', 'GET /prices/{id}', { attempts: 2, ms: 4, error: 503, lastSucceeds: true })
      s.call('pricing', 'GET /discounts/{id}', { error: 404 })
    }),
  )
  const { failedCalls } = await survey(await surveyedStore(toRows(shop.spans)), ['failedCalls'])
  expect(
    failedCalls.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] })),
  ).toEqual([
    {
      caller: 'storefront',
      callee: 'pricing',
      kind: 'call',
      operation: 'GET /prices/{id}',
      failures: 5,
      shown: 3,
      followed: 1,
      unclear: 0,
      swallowed: 1,
      traces: 1,
      ids: [1, 1],
    },
  ])
})

it('does not know a fallback where no call succeeds, and sees lost messages', async () => {
  const shop = sketch('failed-publishes', { networkMs: 1 })
  shop.trace((trace) =>
    trace.server('orders', 'POST /orders', {}, (o) => {
      o.call('mail', 'POST /letters', { error: 500 })
      o.call('stock', 'GET /stock/{id}', {})
    }),
  )
  shop.trace((trace) =>
    trace.server('orders', 'PUT /orders/{id}', {}, (o) => {
      o.publish('kafka://broker/orders.changed', { error: true })
    }),
  )
  const { failedCalls } = await survey(await surveyedStore(toRows(shop.spans)), ['failedCalls'])
  expect(
    failedCalls.map(({ callee, kind, failures, unclear, swallowed }) => [callee, kind, failures, unclear, swallowed]),
  ).toEqual([
    ['kafka://broker/orders.changed', 'publish', 1, 0, 1],
    ['mail', 'call', 1, 1, 0],
  ])
})

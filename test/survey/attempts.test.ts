/** Retries: told from loops that fail, counted from resend_count, and multiplied over layers. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('counts attempts at one request', async () => {
  const shop = sketch('attempts', { networkMs: 1 })
  shop.trace((trace) =>
    trace.server('orders', 'POST /orders', {}, (s) => {
      // 10 + 20 + 10 + 20 + 10 ms; all but the last attempt and its 10 ms are extra
      s.retry('payments', 'POST /charges', { attempts: 3, backoffMs: 20, ms: 9, error: 503, lastSucceeds: true })
      // a loop over three items that all fail: three requests, no retry
      s.repeat(3, (r, n) => r.call('stock', 'GET /stock/{id}', { error: 500, path: `/stock/${n}` }))
      // fails at once in parallel: nobody waited for the failure
      s.parallel((p) => p.repeat(3, (r) => r.call('mail', 'POST /letters', { error: 500 })))
      // succeeds, and is called again: no retry
      s.repeat(2, (r) => r.call('prices', 'GET /prices', {}))
    }),
  )
  // the first attempts never reached the callee: its operation is still the callee's, and the client only counted
  shop.trace((trace) =>
    trace.server('orders', 'GET /rates', {}, (s) => {
      s.call('rates', 'GET /rates', { ms: 1, resendCount: 4 })
      s.retry('payments', 'POST /charges', { attempts: 2, timeoutMs: 5, ms: 50 })
    }),
  )
  const { attempts } = await survey(await surveyedStore(toRows(shop.spans)), ['attempts'])
  expect(attempts.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] }))).toEqual(
    [
      {
        caller: 'orders',
        callee: 'payments',
        operation: 'POST /charges',
        attempts: 2,
        requests: 1,
        succeeded: 0,
        timedOut: 1,
        traces: 1,
        extraMs: 5,
        p50ElapsedMs: 10,
        ids: [1, 2],
      },
      {
        caller: 'orders',
        callee: 'payments',
        operation: 'POST /charges',
        attempts: 3,
        requests: 1,
        succeeded: 1,
        timedOut: 0,
        traces: 1,
        extraMs: 60,
        p50ElapsedMs: 70,
        ids: [1, 3],
      },
      {
        caller: 'orders',
        callee: 'rates',
        operation: 'GET /rates',
        attempts: 5,
        requests: 1,
        succeeded: 1,
        timedOut: 0,
        traces: 1,
        extraMs: 0,
        p50ElapsedMs: 2,
        ids: [1, 1],
      },
    ],
  )
})

it('sees attempts in two layers of one trace', async () => {
  const shop = sketch('layers')
  shop.repeat(2, (trace) =>
    trace.server('storefront', 'POST /orders', {}, (s) =>
      s.retry('orders', 'POST /orders', { attempts: 3, error: 500 }, (o) =>
        o.retry('payments', 'POST /charges', { attempts: 3, error: 500 }),
      ),
    ),
  )
  // one edge alone is no layer
  shop.trace((trace) =>
    trace.server('orders', 'POST /orders', {}, (o) => o.retry('payments', 'POST /charges', { attempts: 3 })),
  )
  const { retryLayers } = await survey(await surveyedStore(toRows(shop.spans)), ['retryLayers'])
  expect(
    retryLayers.map(({ edges, traces, traceIds, spanIds }) => [edges, traces, traceIds.length, spanIds.length]),
  ).toEqual([
    [
      [
        { caller: 'orders', callee: 'payments', attempts: 3, requests: 3, calls: 9 },
        { caller: 'storefront', callee: 'orders', attempts: 3, requests: 1, calls: 3 },
      ],
      2,
      2,
      12,
    ],
  ])
})

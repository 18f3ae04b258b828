/** The longest calls without a timeout, and calls whose callee outlives its caller. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('lists the longest calls that did not time out', async () => {
  const shop = sketch('long calls', { networkMs: 0 })
  for (const ms of [40_000, 10, 20, 31_000])
    shop.trace((trace) =>
      trace.server('orders', 'GET /', {}, (s) => s.call('payments', 'shop.Payments/Refund', { ms })),
    )
  shop.trace((trace) =>
    trace.server('orders', 'GET /', {}, (s) => {
      s.call('payments', 'shop.Payments/Refund', { ms: 90_000, timeoutMs: 60_000 })
      // a WebSocket stays open by design
      s.call('chat', 'GET /socket', { ms: 600_000, error: 101 })
      // nobody knows how long the caller of this waited
      s.call('stock', 'GET /stock', { ms: 50_000, uninstrumentedClient: true })
    }),
  )
  const { longCalls } = await survey(await surveyedStore(toRows(shop.spans)), ['longCalls'])
  expect(
    longCalls.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] })),
  ).toEqual([
    {
      caller: 'orders',
      callee: 'payments',
      protocol: 'rpc',
      operation: 'shop.Payments/Refund',
      calls: 5,
      timeouts: 1,
      p50Ms: 31_000,
      longestMs: [40_000, 31_000, 20, 10],
      ids: [4, 4],
    },
  ])
})

it('compares the durations of caller and callee, whatever their clocks', async () => {
  const shop = sketch('inversions', { networkMs: 2 })
  shop.service('catalogue', { skewMs: 5000 })
  const call = (options: object) =>
    shop.trace((trace) => trace.server('storefront', 'GET /', {}, (s) => s.call('catalogue', 'GET /related', options)))
  call({ ms: 50 })
  // gives up after 100 ms, the callee works 300 ms: 200 ms for nobody
  call({ ms: 300, timeoutMs: 100 })
  // gives up on a callee that ends first: no inversion
  call({ ms: 99, timeoutMs: 100 })
  // an answer that arrived as an error while the callee tidies up
  call({ ms: 10, error: 500, server: { ms: 40, error: 500 } })
  const { timeoutInversions } = await survey(await surveyedStore(toRows(shop.spans)), ['timeoutInversions'])
  expect(
    timeoutInversions.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] })),
  ).toEqual([
    {
      caller: 'storefront',
      callee: 'catalogue',
      operation: 'GET /related',
      calls: 4,
      traces: 4,
      inverted: 1,
      timedOut: 1,
      p50WaitedMs: 100,
      p50OverrunMs: 200,
      wastedMs: 200,
      p95CalleeMs: 300,
      ids: [1, 1],
    },
  ])
})

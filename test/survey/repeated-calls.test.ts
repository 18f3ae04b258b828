/** The same call again and again under one parent: what counts, and what is parallel, retried or somebody else's. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('counts calls one after another, per parent', async () => {
  const shop = sketch('repeated', { networkMs: 1 })
  shop.trace((trace) =>
    trace.server('basket', 'GET /basket', {}, (s) => {
      // three calls of 9 + 1 ms, 5 ms apart: 30 ms together, 40 ms from first to last
      s.repeat(3, (r, n) => {
        r.call('prices', 'GET /prices/{id}', { ms: 9, path: `/prices/${n}` })
        if (n < 2) r.work(5)
      })
      // at once: no repetition
      s.parallel((p) => {
        p.repeat(4, (r, n) => r.call('stock', 'GET /stock/{id}', { ms: 9, path: `/stock/${n}` }))
      })
      // fails twice, then succeeds: one call
      s.retry('mail', 'POST /letters', { attempts: 3, ms: 4, error: 503, lastSucceeds: true })
      // the same URL twice
      s.repeat(2, (r) => r.call('rates', 'GET /rates', { ms: 1, path: '/rates' }))
      // different operations
      s.call('prices', 'GET /taxes', { ms: 1 })
    }),
  )
  // two parents with one call each are no repetition
  shop.trace((trace) =>
    trace.server('basket', 'GET /twice', {}, (s) => {
      s.internal('left', {}, (l) => l.call('prices', 'GET /prices/{id}', { path: '/prices/1' }))
      s.internal('right', {}, (r) => r.call('prices', 'GET /prices/{id}', { path: '/prices/2' }))
    }),
  )
  // the callee's clock is wrong by a second, and the client has no span: still three calls
  shop.service('clock', { skewMs: -1000 })
  shop.trace((trace) =>
    trace.server('basket', 'GET /times', {}, (s) =>
      s.repeat(3, (r, n) =>
        r.call('clock', 'GET /times/{id}', { ms: 2, uninstrumentedClient: true, path: `/times/${n}` }),
      ),
    ),
  )
  const { repeatedCalls } = await survey(await surveyedStore(toRows(shop.spans)), ['repeatedCalls'])
  const common = { service: 'basket', calleeKind: 'service', protocol: 'http', groups: 1, traces: 1 }
  expect(
    repeatedCalls.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] })),
  ).toEqual([
    {
      ...common,
      parentOperation: 'GET /basket',
      callee: 'prices',
      operation: 'GET /prices/{id}',
      calls: 3,
      identical: 0,
      totalMs: 30,
      p50Ms: 30,
      maxMs: 30,
      p50ElapsedMs: 40,
      ids: [1, 3],
    },
    {
      ...common,
      parentOperation: 'GET /basket',
      callee: 'rates',
      operation: 'GET /rates',
      calls: 2,
      identical: 1,
      totalMs: 4,
      p50Ms: 4,
      maxMs: 4,
      p50ElapsedMs: 4,
      ids: [1, 2],
    },
    {
      ...common,
      parentOperation: 'GET /times',
      callee: 'clock',
      operation: 'GET /times/{id}',
      calls: 3,
      identical: 0,
      totalMs: 6,
      p50Ms: 6,
      maxMs: 6,
      p50ElapsedMs: 8,
      ids: [1, 3],
    },
  ])
})

it('rounds long loops down to hundreds, so that rows stay few', async () => {
  const shop = sketch('long loops', { networkMs: 0 })
  for (const calls of [100, 101, 250]) {
    shop.trace((trace) =>
      trace.server('basket', 'GET /basket', {}, (s) =>
        s.repeat(calls, (r, n) => r.call('prices', 'GET /prices/{id}', { ms: 1, path: `/prices/${n}` })),
      ),
    )
  }
  const { repeatedCalls } = await survey(await surveyedStore(toRows(shop.spans)), ['repeatedCalls'])
  expect(repeatedCalls.map((row) => [row.calls, row.groups, row.totalMs, row.spanIds.length])).toEqual([
    [100, 2, 201, 30],
    [200, 1, 250, 30],
  ])
})

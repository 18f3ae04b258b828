/** Clocks that are off, and calls that only look so. Exact figures, reckoned by hand. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('reads skew off causality alone', async () => {
  const shop = sketch('clocks', { networkMs: 1 })
  shop.service('behind', { skewMs: -20 }).service('ahead', { skewMs: 20 }).service('slightly', { skewMs: 0.4 })
  shop.repeat(3, (trace) => {
    trace.server('shop', 'GET /', {}, (s) => {
      s.call('behind', 'GET /a', { ms: 10 })
      s.call('ahead', 'GET /b', { ms: 10 })
      s.call('slightly', 'GET /c', { ms: 10 })
      // the caller gives up, the callee works on: it ends later, and no clock is wrong
      s.call('slow', 'GET /d', { ms: 100, timeoutMs: 30 })
      // the answer takes long to come back: the network explains it
      s.call('far', 'GET /e', { ms: 10, networkMs: 80 })
      s.call('bare', 'GET /f', { ms: 10, uninstrumentedClient: true })
    })
  })
  const { clocks } = await survey(await surveyedStore(toRows(shop.spans)), ['clocks'])
  const rows = clocks.map((row) => [
    row.callee,
    row.calls,
    row.apartMs,
    row.apartCalls,
    row.offsetMs,
    row.networkMs,
    row.traceIds.length,
  ])
  expect(rows).toEqual([
    // starts 0.5 ms after the call, by its own clock 19.5 ms before it, rounded up; ends 20 − 0.5 ms later by the other's
    ['ahead', 3, [20], [3], 20, 1, 3],
    // no CLIENT span: only the start can tell, and it is right
    ['bare', 3, [0], [3], expect.any(Number), expect.any(Number), 0],
    ['behind', 3, [20], [3], -20, 1, 3],
    ['far', 3, [0], [3], 0, 80, 0],
    // ends 0.4 − 0.5 ms later: within the network
    ['slightly', 3, [0], [3], 0.4, 1, 0],
    // starts 0.5 ms later; longer than its call, so its end says nothing
    ['slow', 3, [0], [3], 0.5, 0, 0],
  ])
})

it('takes a consumer that starts before its message was published for a wrong clock', async () => {
  const shop = sketch('async clocks')
  shop.service('parcels', { skewMs: -50 })
  shop.repeat(2, (trace) => {
    trace.as('orders', (o) =>
      o.publish('kafka://broker:9092/orders', { ms: 2 }).consume('parcels', { by: 'parent', delayMs: 8 }),
    )
  })
  const { clocks } = await survey(await surveyedStore(toRows(shop.spans)), ['clocks'])
  // published at 0, sent at 2, processed at 10, by its own clock at −40
  expect(clocks.map((row) => [row.caller, row.callee, row.apartMs, row.offsetMs])).toEqual([
    ['orders', 'parcels', [40], -40],
  ])
})

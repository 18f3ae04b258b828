/** Time of one's own: unions of intervals, whatever is parallel, unawaited or nested. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('subtracts what a service waits for', async () => {
  const shop = sketch('own time', { networkMs: 1 })
  shop.trace((trace) =>
    trace.server('storefront', 'GET /', { ms: 100 }, (s) => {
      s.work(10)
      // 20 + 1 ms and 29 + 1 ms at once: 30 ms
      s.parallel((p) => {
        p.call('stock', 'GET /stock', { ms: 20 })
        p.call('prices', 'shop.Prices/Quote', { ms: 29 })
      })
      // 15 ms, seen through a span of its own
      s.internal('load', {}, (i) => i.query('postgresql://pg:5432/shop', 'SELECT 1', { ms: 15 }))
      // goes on for long after the answer: counts for the 44 ms that the SERVER span is still open
      s.call('mail', 'POST /letters', { ms: 999, unawaited: true })
    }),
  )
  // entered twice in one trace: counted, not measured
  shop.trace((trace) =>
    trace.server('storefront', 'GET /twice', { ms: 10 }, (s) => {
      s.call('stock', 'GET /stock', { ms: 1 })
      s.call('stock', 'GET /stock', { ms: 1 })
    }),
  )
  const { ownTime } = await survey(await surveyedStore(toRows(shop.spans)), ['ownTime'])
  const seen = ownTime.map((row) => [
    row.service,
    row.entries,
    row.rootEntries,
    row.callers,
    row.callees,
    row.traces,
    row.spanMs,
    row.ownMs,
  ])
  // storefront: GET / 100 − 30 − 15 − 44 = 11 ms; GET /twice 10 − 4 = 6 ms
  expect(seen).toEqual([
    ['mail', 1, 0, 1, 0, 1, 999, 999],
    ['prices', 1, 0, 1, 0, 1, 29, 29],
    ['stock', 3, 0, 1, 0, 1, 20, 20],
    ['storefront', 2, 2, 0, 4, 2, 110, 17],
  ])
  expect(ownTime.at(-1)).toMatchObject({
    caller: '',
    callee: 'mail',
    serviceCalls: 5,
    entryProtocols: ['http'],
    callProtocols: ['http', 'rpc'],
    p50OwnMs: 11,
  })
  expect(ownTime[2]).toMatchObject({ caller: 'storefront', callee: '', entryProtocols: ['http'], callProtocols: [] })
})

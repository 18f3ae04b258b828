/** Instrumentation that writes no kinds: where another service's span waits, a service was entered. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows, type SketchSpan } from '../sketch.js'

afterAll(closeStore)

const kindless = (spans: readonly SketchSpan[]): SketchSpan[] =>
  spans.map((span) => ({ ...span, kind: 'internal', attributes: new Map() }))

it('makes an edge of a parent and a child of two services', async () => {
  const shop = sketch('kindless', { networkMs: 2 })
  shop.trace((trace) =>
    trace.server('storefront', 'GET /', {}, (s) => {
      s.call('stock', 'GET /stock', { ms: 10 })
      // starts when the storefront has long ended: not waited for
      s.publish('kafka://broker:9092/views').consume('audit', { by: 'parent', delayMs: 5000 })
    }),
  )
  const { calls } = await survey(await surveyedStore(toRows(kindless(shop.spans))), ['calls'])
  expect(calls.map((row) => [row.caller, row.callee, row.calls, row.totalMs])).toEqual([['storefront', 'stock', 1, 10]])
})

/** Orphans by operation, with the parent that their like have. Exact rows, reckoned by hand. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('blames the parent that was seen elsewhere, and counts roots as no orphans', async () => {
  const shop = sketch('torn')
  // 6 traces; in 2 of them the CLIENT span is gone, once with two calls of the same operation
  shop.repeat(6, (trace, i) => {
    trace.server('storefront', 'GET /shelves', {}, (s) => {
      s.call('catalogue', 'GET /books', { dropped: i < 2 })
      if (i === 0) s.call('catalogue', 'GET /books', { dropped: true })
    })
  })
  // a span whose parent nobody ever saw
  shop.trace((trace) => trace.as('cron', (c) => c.internal('sweep', { orphan: true })))
  const { gaps } = await survey(await surveyedStore(toRows(shop.spans)), ['gaps'])
  expect(gaps).toEqual([
    {
      service: 'catalogue',
      operation: 'GET /books',
      role: 'server',
      spans: 7,
      orphans: 3,
      orphanTraces: 2,
      caller: 'storefront',
      callerOperation: 'GET /books',
      firstTenthMs: expect.any(Number),
      traceIds: expect.any(Array),
      spanIds: expect.any(Array),
    },
    expect.objectContaining({
      service: 'cron',
      operation: 'sweep',
      role: 'internal',
      spans: 1,
      orphans: 1,
      caller: '',
    }),
  ])
  const orphans = new Set(shop.spans.filter((span) => span.service === 'catalogue').map((span) => span.spanId))
  expect(gaps[0]?.spanIds).toHaveLength(3)
  for (const [index, spanId] of (gaps[0]?.spanIds ?? []).entries()) {
    expect(orphans).toContain(spanId)
    expect(shop.spans.find((span) => span.spanId === spanId)?.traceId).toBe(gaps[0]?.traceIds[index])
  }
})

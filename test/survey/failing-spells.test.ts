/** Callers of a callee that fails: one that goes on, one that holds back, and failures that are none. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('counts what is called once a breaker would have opened', async () => {
  const shop = sketch('failing spells', { startAt: '2026-03-02T09:00:00Z' })
  // four requests a second for thirty seconds; the bank is down from the tenth to the twentieth
  for (let i = 0; i < 120; i++) {
    const down = i >= 40 && i < 80
    const ask = (service: string, calls: boolean) =>
      shop.trace(
        (trace) =>
          trace.server(service, 'POST /orders', {}, (s) => {
            s.work(5)
            if (calls) s.call('bank', 'POST /charges', { error: down ? 503 : false })
            // a shopper without an account is an answer, even if the client's span says error
            s.call('accounts', 'GET /accounts/{id}', { error: down ? 404 : false })
          }),
        { atMs: i * 250 },
      )
    ask('stubborn', true)
    // sends three calls that fail, and then one in four seconds
    ask('careful', !down || i < 43 || i % 16 === 0)
  }
  const { failingSpells } = await survey(await surveyedStore(toRows(shop.spans)), ['failingSpells'])
  const second = Date.parse('2026-03-02T09:00:00Z') / 1000
  expect(
    failingSpells.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] })),
  ).toEqual([
    {
      caller: 'careful',
      entry: 'POST /orders',
      callee: 'bank',
      calleeKind: 'service',
      operation: 'POST /charges',
      usualEntries: 80,
      usualCalls: 80,
      usualFailed: 0,
      // twenty entries after 14 s: what comes after the window from 14 to 16 s is late
      lateEntries: 16,
      lateCalls: 1,
      lateFailed: 1,
      lateTraces: 1,
      lateSeconds: 2,
      spells: 1,
      failingSeconds: [10, 12, 16].map((after) => second + after),
      ids: [1, 1],
    },
    {
      caller: 'stubborn',
      entry: 'POST /orders',
      callee: 'bank',
      calleeKind: 'service',
      operation: 'POST /charges',
      usualEntries: 80,
      usualCalls: 80,
      usualFailed: 0,
      lateEntries: 16,
      lateCalls: 16,
      lateFailed: 16,
      lateTraces: 16,
      lateSeconds: 4,
      spells: 1,
      failingSeconds: [10, 12, 14, 16, 18].map((after) => second + after),
      ids: [10, 1],
    },
  ])
})

/** Names that grow with traffic beside names that do not. Figures reckoned by hand where a hash does not decide. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('halves the traces: bounded names are in both halves, unbounded ones in one', async () => {
  const shop = sketch('names')
  shop.repeat(60, (trace, i) => {
    trace.as('counted', (c) => c.internal(`basket ${i}`))
    trace.as('fixed', (c) => c.internal(`shelf ${i % 3}`))
  })
  const { spanNames } = await survey(await surveyedStore(toRows(shop.spans)), ['spanNames'])
  expect(spanNames.map(({ service, spans, names }) => [service, spans, names])).toEqual([
    ['counted', 60, 60],
    ['fixed', 60, 3],
  ])
  const [counted, fixed] = spanNames
  expect(counted?.halfNames).toBeGreaterThanOrEqual(30)
  expect(counted?.halfNames).toBeLessThan(40)
  expect(fixed?.halfNames).toBe(3)
  expect(counted?.rareNames).toEqual(['basket 0', 'basket 1', 'basket 10', 'basket 11', 'basket 12'])
  expect(counted?.traceIds).toHaveLength(10)
  expect(fixed?.traceIds).toEqual([])
})

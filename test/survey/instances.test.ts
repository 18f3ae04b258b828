/** Instances of a service: side by side, one after another, and unknown. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('tells a second instance from a successor', async () => {
  const shop = sketch('instances')
  shop.service('nameless', { instances: 0 })
  for (let i = 0; i < 10; i++) {
    const ask = (service: string, instance: string) =>
      shop.trace((trace) => trace.server(service, 'GET /', { instance }))
    ask('storefront', i % 2 === 0 ? 'a' : 'b')
    ask('restarted', i < 5 ? 'old' : 'new')
    shop.trace((trace) => trace.server('nameless', 'GET /'))
  }
  const { instances } = await survey(await surveyedStore(toRows(shop.spans)), ['instances'])
  expect(instances).toEqual([
    { service: 'restarted', instances: 2, atOnce: 1, entries: 10 },
    { service: 'storefront', instances: 2, atOnce: 2, entries: 10 },
  ])
})

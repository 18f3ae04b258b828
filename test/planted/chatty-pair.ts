/** A basket that asks for prices in every way it knows, in one request. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const operations = [
  'shop.Prices/Quote',
  'shop.Prices/Discount',
  'shop.Prices/Tax',
  'shop.Prices/Shipping',
  'shop.Prices/Rebate',
]

export default {
  audit: 'chatty-pair',
  fault: 'the basket asks prices twenty different questions for one request',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace) => {
      trace.server('orders', 'GET /basket', {}, (o) => {
        o.work(40)
        o.parallel((p) => {
          for (let round = 0; round < 4; round++) {
            for (const operation of operations) p.call('prices', operation, {}, (c) => c.work(6))
          }
        })
        o.work(40)
      })
    })
    return shop.spans
  },
} satisfies Planted

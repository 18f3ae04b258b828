/** A basket that asks for the stock of each book by itself. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'n-plus-one-call',
  fault: 'the basket asks stock once for each of its twelve books, one after another',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('orders', 'GET /basket', {}, (o) => {
        o.work(20)
        o.repeat(12, (r, n) => r.call('stock', 'GET /stock/{id}', { path: `/stock/${i * 12 + n}` }, (c) => c.work(6)))
        o.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

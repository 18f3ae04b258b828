/** A catalogue that knows where stock once stood. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'hard-coded-endpoint',
  fault: 'the catalogue calls stock at 10.0.3.17',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('catalogue', 'GET /shelves/{id}', { path: `/shelves/${i}` }, (c) => {
        c.work(10)
        c.call('stock', 'GET /stock/{id}/shelf', { path: `/stock/${i}/shelf`, host: '10.0.3.17' }, (s) => s.work(12))
        c.work(10)
      })
    })
    return shop.spans
  },
} satisfies Planted

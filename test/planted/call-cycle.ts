/** Reviews ask stock whether a book was ever sold; now stock asks reviews what is popular. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'call-cycle',
  fault: 'stock and reviews call each other',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace) => {
      trace.server('storefront', 'GET /popular', {}, (s) => {
        s.work(10)
        s.call('stock', 'GET /stock/popular', {}, (c) => {
          c.work(8)
          c.call('reviews', 'GET /reviews/counts', {}, (r) => r.work(12))
          c.work(8)
        })
        s.work(10)
      })
    })
    return shop.spans
  },
} satisfies Planted

/** A gateway between reviews and stock drops the header: what is asked through it begins a trace of its own. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'lost-context',
  fault: 'the calls of reviews to stock lose their context on the way',
  spans() {
    const shop = cleanSystem()
    shop.repeat(150, (trace) => {
      trace.server('storefront', 'GET /reviews', {}, (s) => {
        s.work(6)
        s.call('reviews', 'GET /reviews', {}, (r) => {
          r.work(8)
          r.call('stock', 'GET /shelves/{id}', { lost: true }, (c) => c.work(9))
          r.work(8)
        })
        s.work(6)
      })
    })
    return shop.spans
  },
} satisfies Planted

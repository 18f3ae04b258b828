/** A start page that waits for each of its parts before it asks for the next. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'serial-fan-out',
  fault: 'the start page asks for novelties, reviews and offers one after another',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace) => {
      trace.server('storefront', 'GET /start', {}, (s) => {
        s.work(60)
        s.call('catalogue', 'GET /novelties', {}, (c) => c.work(shop.vary(90)))
        s.call('reviews', 'GET /reviews/latest', {}, (c) => c.work(shop.vary(80)))
        s.call('prices', 'GET /offers', {}, (c) => c.work(shop.vary(85)))
        s.work(60)
      })
    })
    return shop.spans
  },
} satisfies Planted

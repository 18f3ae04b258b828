/** The clock of gifts runs forty milliseconds behind. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'clock-skew',
  fault: 'gifts starts to work forty milliseconds before it is asked',
  spans() {
    const shop = cleanSystem()
    shop.service('gifts', { skewMs: -40 })
    shop.repeat(120, (trace) => {
      trace.server('storefront', 'GET /gifts', {}, (s) => {
        s.work(12)
        s.call('gifts', 'GET /gifts', {}, (g) => {
          g.work(5)
          g.call('prices', 'shop.Prices/Quote', {}, (p) => p.work(8))
          g.work(5)
        })
        s.work(12)
      })
    })
    return shop.spans
  },
} satisfies Planted

/** Vouchers that live on another continent. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'network-tax',
  fault: 'two thirds of the time of a voucher pass between storefront and prices',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('storefront', 'GET /vouchers/{id}', { path: `/vouchers/${i}` }, (s) => {
        s.work(6)
        s.call('prices', 'GET /vouchers/{id}', { path: `/vouchers/${i}`, networkMs: shop.vary(40) }, (p) => p.work(8))
        s.work(6)
      })
    })
    return shop.spans
  },
} satisfies Planted

/** Vouchers that are redeemed again and again while payments is down. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'retry-storm',
  fault: 'orders tries to redeem a voucher up to five times',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('orders', 'POST /vouchers/{id}', { path: `/vouchers/${i}` }, (o) => {
        o.work(15)
        const redeem = `/redemptions/${i}`
        if (i % 6 === 1)
          o.retry(
            'payments',
            'POST /redemptions/{id}',
            { attempts: 5, backoffMs: 20, error: 503, lastSucceeds: true, path: redeem },
            (p) => p.work(8),
          )
        else o.call('payments', 'POST /redemptions/{id}', { path: redeem }, (p) => p.work(8))
        o.work(15)
      })
    })
    return shop.spans
  },
} satisfies Planted

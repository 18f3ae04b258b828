/** Refunds that wait for a bank which sometimes does not answer. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'missing-timeout',
  fault: 'orders waits for refunds as long as payments likes, now and then 45 seconds',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      const hangs = i % 30 === 7
      trace.server('orders', 'POST /orders/{id}/refund', { path: `/orders/${i}/refund` }, (o) => {
        o.work(10)
        o.call('payments', 'shop.Payments/Refund', {}, (p) => p.work(hangs ? 45_000 : shop.vary(30)))
        o.work(10)
      })
    })
    return shop.spans
  },
} satisfies Planted

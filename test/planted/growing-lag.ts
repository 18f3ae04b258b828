/** Refunds wait longer and longer before shipping hears of them. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'growing-lag',
  fault: 'shipping takes fewer refunds than payments publishes, minute after minute',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.as('payments', (root) =>
        root.internal('relay refunds', {}, (r) => {
          r.work(3)
          r.publish('rabbitmq://broker:5672/payments.refunded', { messageId: `refund-${i}` }).consume(
            'shipping',
            { delayMs: 20 + i * 250 },
            (c) => c.work(8),
          )
        }),
      )
    })
    return shop.spans
  },
} satisfies Planted

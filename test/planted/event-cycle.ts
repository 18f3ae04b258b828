/** A refund is told to shipping, which tells payments, which tells shipping again. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'event-cycle',
  fault: 'payments and shipping cause each other’s events',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.as('payments', (root) =>
        root.internal('relay refunds', {}, (r) => {
          r.work(3)
          r.publish('rabbitmq://broker:5672/payments.refunded', { messageId: `refund-${i}` }).consume(
            'shipping',
            { delayMs: 6 },
            (c) => {
              c.work(8)
              c.publish('rabbitmq://broker:5672/parcels.held', { messageId: `held-${i}` }).consume(
                'payments',
                { delayMs: 6 },
                (p) => {
                  p.work(5)
                  p.publish('rabbitmq://broker:5672/refunds.closed', { messageId: `closed-${i}` }).consume(
                    'shipping',
                    { delayMs: 6 },
                    (d) => d.work(4),
                  )
                },
              )
            },
          )
        }),
      )
    })
    return shop.spans
  },
} satisfies Planted

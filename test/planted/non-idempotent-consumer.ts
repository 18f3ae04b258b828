/** A refund comes twice, and the parcel is held twice. There are too few refunds to speak of how often they come twice. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'non-idempotent-consumer',
  fault: 'shipping inserts a hold again when a refund comes twice',
  spans() {
    const shop = cleanSystem()
    shop.repeat(12, (trace, i) => {
      trace.as('payments', (root) =>
        root.internal('relay refunds', {}, (r) => {
          r.work(3)
          const sent = r.publish('rabbitmq://broker:5672/payments.refunded', { messageId: `refund-${i}` })
          for (let run = 0; run < (i === 3 ? 2 : 1); run++)
            sent.consume('shipping', { delayMs: 6 + run * 50 }, (c) => {
              c.work(4)
              const held = `INSERT INTO holds (order_id) VALUES (${i})`
              c.query('postgresql://pg-shipping:5432/shipping', held, { ms: 4 })
            })
        }),
      )
    })
    return shop.spans
  },
} satisfies Planted

/** Every tenth refund is processed twice; a unique key keeps it from doing harm. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'duplicate-processing',
  fault: 'shipping processes one refund in ten twice',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.as('payments', (root) =>
        root.internal('relay refunds', {}, (r) => {
          r.work(3)
          const sent = r.publish('rabbitmq://broker:5672/payments.refunded', { messageId: `refund-${i}` })
          for (let run = 0; run < (i % 10 === 3 ? 2 : 1); run++)
            sent.consume('shipping', { delayMs: 6 + run * 50 }, (c) => {
              c.work(4)
              const held = `INSERT INTO holds (order_id) VALUES (${i}) ON CONFLICT DO NOTHING`
              c.query('postgresql://pg-shipping:5432/shipping', held, { ms: 4 })
            })
        }),
      )
    })
    return shop.spans
  },
} satisfies Planted

/** A refund that is stored and announced in one request, without an outbox. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const payments = 'postgresql://pg-payments:5432/payments'

export default {
  audit: 'dual-write',
  fault: 'payments stores a refund and publishes it in the same request',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('payments', 'POST /refunds', {}, (p) => {
        p.work(8)
        p.query(payments, `INSERT INTO refunds (order_id, amount) VALUES (${i}, 1999)`, { ms: 4 })
        p.publish('rabbitmq://broker:5672/payments.refunded', { messageId: `refund-${i}` }).consume(
          'shipping',
          { ms: 20 },
          (c) => {
            c.work(6)
            c.query('postgresql://pg-shipping:5432/shipping', `UPDATE parcels SET held = true WHERE order_id = ${i}`, {
              ms: 4,
            })
          },
        )
        p.work(6)
      })
    })
    return shop.spans
  },
} satisfies Planted

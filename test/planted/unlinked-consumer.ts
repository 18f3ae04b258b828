/** Refunds are announced with an id, and shipping processes them without looking at the headers. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unlinked-consumer',
  fault: 'shipping processes refunds with neither parent nor link',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.as('payments', (root) =>
        root.internal('relay refunds', {}, (r) => {
          r.work(3)
          r.publish('rabbitmq://broker:5672/payments.refunded', { messageId: `refund-${i}` }).consume(
            'shipping',
            { by: 'none', delayMs: 6 },
            (c) => c.work(8),
          )
        }),
      )
    })
    return shop.spans
  },
} satisfies Planted

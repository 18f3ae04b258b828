/** Every tenth refund cannot be processed and comes back six times. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'poison-message',
  fault: 'shipping tries refunds that it cannot process again and again',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.as('payments', (root) =>
        root.internal('relay refunds', {}, (r) => {
          r.work(3)
          const sent = r.publish('rabbitmq://broker:5672/payments.refunded', { messageId: `refund-${i}` })
          const poison = i % 10 === 3
          for (let attempt = 0; attempt < (poison ? 6 : 1); attempt++)
            sent.consume('shipping', { delayMs: 6 + attempt * 40, error: poison }, (c) => c.work(8))
        }),
      )
    })
    return shop.spans
  },
} satisfies Planted

/** One refund in twenty never arrives, and those after it do. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'lost-message',
  fault: 'one refund in twenty is lost between payments and shipping',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.as('payments', (root) =>
        root.internal('relay refunds', {}, (r) => {
          r.work(3)
          const sent = r.publish('rabbitmq://broker:5672/payments.refunded', { messageId: `refund-${i}` })
          if (i % 20 !== 3) sent.consume('shipping', { by: 'parent', delayMs: 6 }, (c) => c.work(8))
        }),
      )
    })
    return shop.spans
  },
} satisfies Planted

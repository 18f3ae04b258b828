/** Refunds are announced to an archive that nobody built. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'orphan-destination',
  fault: 'payments publishes refunds that nobody consumes',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.as('payments', (root) =>
        root.internal('relay refunds', {}, (r) => {
          r.work(3)
          r.publish('rabbitmq://broker:5672/payments.archived', { messageId: `refund-${i}` })
        }),
      )
    })
    return shop.spans
  },
} satisfies Planted

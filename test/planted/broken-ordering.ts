/** Refunds of one order overtake each other: every tenth is worked on for three seconds. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'broken-ordering',
  fault: 'shipping finishes refunds of one key in another order than they were published',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.as('payments', (root) =>
        root.internal('relay refunds', {}, (r) => {
          r.work(3)
          const refund = { messageId: `refund-${i}`, key: 'order-7' }
          r.publish('kafka://log:9092/refunds', refund).consume(
            'shipping',
            { group: 'shipping', delayMs: 6, ms: i % 10 === 3 ? 3_000 : 12 },
            (c) => c.work(8),
          )
        }),
      )
    })
    return shop.spans
  },
} satisfies Planted

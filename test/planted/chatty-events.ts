/** A stocktaking publishes a message for each of eighteen shelves. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'chatty-events',
  fault: 'stock publishes eighteen messages for one request',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('stock', 'POST /stocktakings', {}, (s) => {
        s.work(5)
        for (let shelf = 0; shelf < 18; shelf++) {
          s.publish('rabbitmq://broker:5672/shelves.counted', { messageId: `shelf-${i}-${shelf}`, ms: 0.3 }).consume(
            'catalogue',
            { delayMs: 4 },
            (c) => c.work(3),
          )
        }
        s.work(5)
      })
    })
    return shop.spans
  },
} satisfies Planted

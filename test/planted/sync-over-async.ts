/** A quote is asked for by message, and the storefront waits for the reply. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'sync-over-async',
  fault: 'the storefront waits for the reply to a message',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('storefront', 'GET /quotes/{id}', {}, (s) => {
        const conversationId = `quote-${i}`
        s.work(5)
        s.publish('rabbitmq://broker:5672/quotes.asked', { messageId: `ask-${i}`, conversationId }).consume(
          'prices',
          { delayMs: 4 },
          (p) => {
            p.work(12)
            p.publish('rabbitmq://broker:5672/quotes.told', { messageId: `tell-${i}`, conversationId }).consume(
              'storefront',
              { delayMs: 4, ms: 1 },
            )
          },
        )
        s.work(60)
      })
    })
    return shop.spans
  },
} satisfies Planted

/** A recount that orders runs every now and then: the calls have spans, the job has none. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'broken-root',
  fault: 'a job of orders calls stock without a span around its calls',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace) => {
      trace.as('orders', (job) => job.call('stock', 'GET /recount', {}, (c) => c.work(12)))
    })
    return shop.spans
  },
} satisfies Planted

/** A job that writes the number of the basket into the name of its span. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unbounded-span-names',
  fault: 'the names of the spans of orders hold the number of the basket',
  spans() {
    const shop = cleanSystem()
    shop.repeat(150, (trace, i) => {
      trace.as('orders', (root) =>
        root.internal('sweep baskets', {}, (sweep) =>
          sweep.internal(`sweep basket ${i + 1000}`, {}, (job) => job.work(6)),
        ),
      )
    })
    return shop.spans
  },
} satisfies Planted

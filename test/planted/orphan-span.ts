/** The storefront samples by a rule of its own: what it calls keeps its spans, and their parents are gone. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'orphan-span',
  fault: 'one in five traces lost the CLIENT span over which the catalogue was called',
  spans() {
    const shop = cleanSystem()
    shop.repeat(150, (trace, i) => {
      trace.server('storefront', 'GET /shelves', {}, (s) => {
        s.work(8)
        s.call('catalogue', 'GET /shelves', { dropped: i % 5 === 0 }, (c) => c.work(8))
        s.work(8)
      })
    })
    return shop.spans
  },
} satisfies Planted

/** Views counted in a cache that nobody reads. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'

export default {
  audit: 'write-heavy-cache',
  fault: 'a counter is written to the cache with every page and never read',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('catalogue', 'GET /shelves/{id}', { path: `/shelves/${i % 10}` }, (c) => {
        c.work(20)
        c.redis(pages, `SET views:${i % 10} ${i} EX 300`, { ms: 0.5 })
        c.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

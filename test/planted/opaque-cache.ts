/** A cache whose keys nobody sees. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'

export default {
  audit: 'opaque-cache',
  fault: 'the instrumentation hides the keys of the cache',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('catalogue', 'GET /shelves/{id}', { path: `/shelves/${i % 10}` }, (c) => {
        c.work(20)
        c.redis(pages, 'GET ?', { ms: 0.5 })
        c.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

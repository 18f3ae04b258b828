/** Stars that one service leaves in another one’s cache. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'

export default {
  audit: 'shared-cache',
  fault: 'reviews writes stars into the cache, and the catalogue reads them there',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('catalogue', 'GET /shelves/{id}', { path: `/shelves/${i % 10}` }, (c) => {
        c.work(20)
        c.redis(pages, `GET stars:${i % 10}`, { ms: 0.5 })
        c.work(20)
      })
    })
    shop.repeat(120, (trace, i) => {
      trace.server('reviews', 'POST /stars', {}, (c) => {
        c.work(20)
        if (i < 20) c.redis(pages, `SET stars:${i % 10} 4.5 EX 600`, { ms: 0.5 })
        c.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

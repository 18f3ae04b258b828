/** A cache over a row that the database gives as quickly. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'
const shelves = 'postgresql://pg-catalogue:5432/catalogue'

export default {
  audit: 'cache-costs-more',
  fault: 'a cache in front of a query that takes less time than the cache',
  spans() {
    const shop = cleanSystem()
    shop.repeat(300, (trace, i) => {
      const page = i % 20
      trace.server('catalogue', 'GET /shelves/{id}', { path: `/shelves/${page}` }, (c) => {
        c.work(20)
        c.redis(pages, `GET page:${page}`, { ms: 0.8 })
        if ((Math.floor(i / 20) * 3 + page) % 10 < 4) {
          c.query(shelves, `SELECT title FROM books WHERE shelf = ${page}`, { ms: 0.5 })
          c.redis(pages, `SET page:${page} x EX 600`, { ms: 0.5 })
        }
        c.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

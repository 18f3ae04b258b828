/** Prices that fail when the cache does. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'
const shelves = 'postgresql://pg-catalogue:5432/catalogue'

export default {
  audit: 'hard-cache-dependency',
  fault: 'when the cache is away, prices are not told although the database has them',
  spans() {
    const shop = cleanSystem()
    const away = (i: number) => i % 20 === 3
    shop.repeat(200, (trace, i) => {
      const page = i % 10
      trace.server('catalogue', 'GET /shelves/{id}', { path: `/shelves/${page}`, error: away(i) }, (c) => {
        c.work(20)
        c.redis(pages, `GET page:${page}`, { ms: 0.5, error: away(i) ? 'ECONNREFUSED' : false })
        if (i < 10 && !away(i)) {
          c.query(shelves, `SELECT title FROM books WHERE shelf = ${page}`, { ms: 30 })
          c.redis(pages, `SET page:${page} x EX 600`, { ms: 0.5 })
        }
        c.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

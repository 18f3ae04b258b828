/** Shelves that the database is hardly ever asked for, as long as the cache is warm. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'
const shelves = 'postgresql://pg-shelves:5432/shelves'

export default {
  audit: 'cold-start-overload',
  fault: 'a cache keeps nearly all reads from a database that was never seen to serve a fifth of them',
  spans() {
    const shop = cleanSystem()
    for (let i = 0; i < 1_200; i++) {
      const page = i % 40
      shop.trace(
        (trace) =>
          trace.server('catalogue', 'GET /shelves/{id}', { path: `/shelves/${page}` }, (c) => {
            c.work(20)
            c.redis(pages, `GET page:${page}`, { ms: 0.5 })
            // the pages of a shelf expire one by one, every ten seconds
            if (i < 40 ? i % 4 === 0 : i % 100 === 3) {
              c.query(shelves, `SELECT title FROM books WHERE shelf = ${page}`, { ms: 30 })
              c.redis(pages, `SET page:${page} x EX 3600`, { ms: 0.5 })
            }
            c.work(20)
          }),
        { atMs: i * 100 },
      )
    }
    return shop.spans
  },
} satisfies Planted

/** Settings that every request reads from the cache. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'
const shelves = 'postgresql://pg-catalogue:5432/catalogue'

export default {
  audit: 'hot-key',
  fault: 'one key of settings is read with every page',
  spans() {
    const shop = cleanSystem()
    shop.repeat(600, (trace, i) => {
      const page = i % 30
      trace.server('catalogue', 'GET /shelves/{id}', { path: `/shelves/${page}` }, (c) => {
        c.work(20)
        c.redis(pages, 'GET settings', { ms: 0.5 })
        c.redis(pages, `GET page:${page}`, { ms: 0.5 })
        if (i < 30) {
          c.query(shelves, `SELECT title FROM books WHERE shelf = ${page}`, { ms: 30 })
          c.redis(pages, `SET page:${page} x EX 3600`, { ms: 0.5 })
        }
        c.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

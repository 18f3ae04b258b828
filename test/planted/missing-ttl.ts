/** Copies of shelves that stay for ever. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'
const shelves = 'postgresql://pg-catalogue:5432/catalogue'

export default {
  audit: 'missing-ttl',
  fault: 'copies are written to the cache without a time to live',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      const page = i % 40
      trace.server('catalogue', 'GET /shelves/{id}', { path: `/shelves/${page}` }, (c) => {
        c.work(20)
        c.redis(pages, `GET page:${page}`, { ms: 0.5 })
        if (i < 40) {
          c.query(shelves, `SELECT title FROM books WHERE shelf = ${page}`, { ms: 30 })
          c.redis(pages, `SET page:${page} x`, { ms: 0.5 })
        }
        c.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

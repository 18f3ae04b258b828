/** Searches cached by their words. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'
const shelves = 'postgresql://pg-catalogue:5432/catalogue'

export default {
  audit: 'one-hit-wonders',
  fault: 'each search is cached under words that nobody uses again',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('catalogue', 'GET /found', {}, (c) => {
        c.work(20)
        c.redis(pages, `GET search:volume-${i}`, { ms: 0.5 })
        c.query(shelves, `SELECT title FROM books WHERE title LIKE 'volume ${i}%' ORDER BY title`, { ms: 30 })
        c.redis(pages, `SET search:volume-${i} x EX 10`, { ms: 0.5 })
        c.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

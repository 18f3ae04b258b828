/** A page of a sale that a crowd fetches together. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'
const shelves = 'postgresql://pg-catalogue:5432/catalogue'

export default {
  audit: 'cache-stampede',
  fault: 'when the page of the sale expires, six shoppers ask the database at once',
  spans() {
    const shop = cleanSystem()
    for (let wave = 0; wave < 20; wave++) {
      for (let reader = 0; reader < 12; reader++) {
        shop.trace(
          (trace) =>
            trace.server('catalogue', 'GET /sale', {}, (c) => {
              c.work(20)
              c.redis(pages, 'GET sale:page', { ms: 0.5 })
              if (reader < 6) {
                c.query(shelves, 'SELECT title FROM books ORDER BY sold DESC', { ms: 300 })
                c.redis(pages, 'SET sale:page x EX 4', { ms: 0.5 })
              }
              c.work(20)
            }),
          { atMs: wave * 5_000 + (reader < 6 ? reader * 10 : 400 + reader * 10) },
        )
      }
    }
    return shop.spans
  },
} satisfies Planted

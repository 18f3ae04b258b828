/** Figures of stock that nobody takes back. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const levels = 'redis://redis-levels:6379/0'
const stock = 'postgresql://pg-stock:5432/stock'

export default {
  audit: 'missing-invalidation',
  fault: 'stock changes its levels and keeps the old ones in the cache for ten minutes',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      const book = i % 10
      trace.server('stock', 'GET /levels/{id}', { path: `/levels/${book}` }, (c) => {
        c.work(20)
        c.redis(levels, `GET level:${book}`, { ms: 0.5 })
        if (i < 10) {
          c.query(stock, `SELECT quantity FROM levels WHERE book_id = ${book}`, { ms: 30 })
          c.redis(levels, `SET level:${book} 7 EX 600`, { ms: 0.5 })
        }
        c.work(20)
      })
    })
    shop.repeat(120, (trace, i) => {
      trace.server('stock', 'POST /reservations', {}, (c) => {
        c.work(20)
        c.query(stock, `UPDATE levels SET quantity = quantity - 1 WHERE book_id = ${i % 10}`, { ms: 5 })
        c.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

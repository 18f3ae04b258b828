/** Books that are put aside: the shelf and the order change in one request, or only one of them does. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'distributed-transaction',
  fault: 'orders and stock write their databases in one request, without a saga',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('storefront', 'POST /holds', {}, (s) => {
        s.work(shop.vary(6))
        s.call('orders', 'POST /holds', {}, (o) => {
          o.work(shop.vary(8))
          o.query('postgresql://pg-orders:5432/orders', `INSERT INTO holds (reader_id, book_id) VALUES (${i}, 7)`, {
            ms: shop.vary(3),
          })
          o.call('stock', 'PUT /stock/{id}/hold', { path: `/stock/${i}/hold` }, (c) => {
            c.work(shop.vary(6))
            const hold = `UPDATE shelves SET held = held + 1 WHERE book_id = ${i}`
            c.query('postgresql://pg-stock:5432/stock', hold, { ms: shop.vary(3) })
            c.work(shop.vary(4))
          })
          o.work(shop.vary(5))
        })
        s.work(shop.vary(5))
      })
    })
    return shop.spans
  },
} satisfies Planted

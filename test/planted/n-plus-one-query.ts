/** A list of orders that reads the lines of each order by itself. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const orders = 'postgresql://pg-orders:5432/orders'

export default {
  audit: 'n-plus-one-query',
  fault: 'the order history asks for the lines of every order one after another',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('orders', 'GET /customers/{id}/orders', { path: `/customers/${i}/orders` }, (o) => {
        o.work(30)
        o.query(orders, `SELECT id FROM orders WHERE customer_id = ${i}`, { ms: 4 })
        o.repeat(12, (each, n) =>
          each.query(orders, `SELECT book_id, amount FROM order_lines WHERE order_id = ${n}`, { ms: 6 }),
        )
        o.work(30)
      })
    })
    return shop.spans
  },
} satisfies Planted

/** A second service that writes the table of orders. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const orders = 'postgresql://pg-orders:5432/orders'

export default {
  audit: 'shared-table',
  fault: 'backoffice changes the table orders behind the back of its owner',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('backoffice', 'PUT /orders/{id}', { path: `/orders/${i}` }, (b) => {
        b.work(6)
        b.query(orders, `UPDATE orders SET status = 'held' WHERE id = ${i}`, { ms: 4 })
        b.work(5)
      })
    })
    return shop.spans
  },
} satisfies Planted

/** Orders keeps its invoices itself, although the charter gives them to payments: nobody shares a table, and yet the border is crossed. */
import { cleanOwnership, ownershipCharter } from '../sketch/clean-charter.js'
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const orders = 'postgresql://pg-orders:5432/orders'

export default {
  audit: 'foreign-write',
  fault: 'orders writes invoices, which belong to payments',
  spans() {
    const shop = cleanSystem()
    shop.repeat(40, (trace, i) => {
      trace.server('orders', 'POST /orders/{id}/invoice', { path: `/orders/${i}/invoice` }, (o) => {
        o.work(6)
        o.query(orders, `INSERT INTO invoices (order_id, amount) VALUES (${i}, 1999)`, {
          ms: 4,
          collection: 'invoices',
        })
        o.work(5)
      })
    })
    return shop.spans
  },
  charter: ownershipCharter({
    ...cleanOwnership,
    owns: {
      ...cleanOwnership.owns,
      payments: ['postgresql://pg-payments/payments', 'postgresql://pg-orders/orders/invoices'],
    },
  }),
} satisfies Planted

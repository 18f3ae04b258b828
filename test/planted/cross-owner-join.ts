/** Orders joins its own table with the vouchers of payments, which lie in its database: nobody else reads them there, so no table is shared. */
import { cleanOwnership, ownershipCharter } from '../sketch/clean-charter.js'
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const orders = 'postgresql://pg-orders:5432/orders'

export default {
  audit: 'cross-owner-join',
  fault: 'orders joins orders with vouchers, which belong to payments',
  spans() {
    const shop = cleanSystem()
    shop.repeat(40, (trace, i) => {
      trace.server('orders', 'GET /orders/{id}/discount', { path: `/orders/${i}/discount` }, (o) => {
        o.work(6)
        const joined = `SELECT o.id, v.worth FROM orders o JOIN vouchers v ON v.order_id = o.id WHERE o.id = ${i}`
        o.query(orders, joined, { ms: 4, collection: 'orders' })
        o.work(5)
      })
    })
    return shop.spans
  },
  charter: ownershipCharter({
    ...cleanOwnership,
    owns: {
      ...cleanOwnership.owns,
      payments: ['postgresql://pg-payments/payments', 'postgresql://pg-orders/orders/vouchers'],
    },
  }),
} satisfies Planted

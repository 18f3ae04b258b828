/** A desk that hands every question on to the orders behind it. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'pass-through-service',
  fault: 'the order desk only passes requests on from the storefront to orders',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('storefront', 'GET /orders/{id}', { path: `/orders/${i}` }, (s) => {
        s.work(8)
        s.call('order-desk', 'GET /desk/orders/{id}', { path: `/desk/orders/${i}` }, (d) => {
          d.work(0.3)
          d.call('orders', 'GET /orders/{id}', { path: `/orders/${i}` }, (o) => {
            o.work(shop.vary(12))
            o.query('postgresql://pg-orders:5432/orders', `SELECT id, state FROM orders WHERE id = ${i}`, {
              ms: shop.vary(4),
              collection: 'orders',
            })
          })
          d.work(0.2)
        })
        s.work(8)
      })
    })
    return shop.spans
  },
} satisfies Planted

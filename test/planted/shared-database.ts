/** A reporting service that keeps its tables in the database of orders. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const orders = 'postgresql://pg-orders:5432/orders'

export default {
  audit: 'shared-database',
  fault: 'reports keeps a table of its own in the database of orders',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('reports', 'GET /reports/{id}', { path: `/reports/${i}` }, (r) => {
        r.work(6)
        r.query(orders, `SELECT day, revenue FROM revenue_by_day WHERE day = ${i}`, { ms: 4 })
        r.work(5)
      })
    })
    return shop.spans
  },
} satisfies Planted

/** Labels that are printed from a table: orders fills it now and then, printing asks for it all the time. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const jobs = 'postgresql://pg-jobs:5432/jobs'

export default {
  audit: 'database-as-queue',
  fault: 'printing polls every 900 ms for labels that orders puts into a table',
  spans() {
    const shop = cleanSystem()
    for (let i = 0; i < 200; i++) {
      const printed = i % 50 === 20
      shop.trace(
        (trace) =>
          trace.as('printing', (printing) =>
            printing.internal('look for labels', {}, (look) => {
              look.work(shop.vary(3))
              look.query(jobs, 'SELECT id, text FROM labels WHERE done = false LIMIT 1 FOR UPDATE SKIP LOCKED', {
                ms: shop.vary(2),
              })
              if (printed) look.query(jobs, `UPDATE labels SET done = true WHERE id = ${i}`, { ms: shop.vary(3) })
              look.work(shop.vary(3))
            }),
          ),
        { atMs: i * 900 },
      )
    }
    // few enough that shared-table, which is true here as well, has nothing to say yet
    for (let i = 0; i < 120; i++) {
      shop.trace(
        (trace) =>
          trace.server('orders', 'PUT /orders/{id}/address', { path: `/orders/${i}/address` }, (o) => {
            o.work(shop.vary(6))
            o.query('postgresql://pg-orders:5432/orders', `UPDATE orders SET city = 'Leipzig' WHERE id = ${i}`, {
              ms: shop.vary(3),
            })
            if (i % 30 === 12) o.query(jobs, `INSERT INTO labels (text) VALUES ('order ${i}')`, { ms: shop.vary(3) })
            o.work(shop.vary(6))
          }),
        { atMs: i * 1500 + 77 },
      )
    }
    return shop.spans
  },
} satisfies Planted

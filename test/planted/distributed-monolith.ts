/** A shop in which nothing can be answered without accounts, prices and stock. */
import { sketch } from '../sketch.js'
import type { Planted } from './planted.js'

const needed = ['accounts', 'prices', 'stock'] as const
const operations = ['GET /books/{id}', 'GET /offers', 'POST /wishes'] as const

export default {
  audit: 'distributed-monolith',
  fault: 'each request needs three of the four services behind the storefront',
  spans() {
    const shop = sketch('entangled-bookshop')
    shop.repeat(360, (trace, i) => {
      const operation = operations[i % operations.length] ?? 'GET /offers'
      trace.server('storefront', operation, {}, (s) => {
        s.work(15)
        s.parallel((p) => {
          for (const service of needed) {
            p.call(service, `POST /permissions/${service}`, {}, (c) => {
              c.work(shop.vary(8))
              c.query(
                `postgresql://pg-${service}:5432/${service}`,
                `SELECT level FROM ${service}_levels WHERE id = ${i}`,
                {
                  ms: shop.vary(3),
                  collection: `${service}_levels`,
                },
              )
            })
          }
        })
        if (operation === 'GET /offers') s.call('catalogue', 'GET /books/offers', {}, (c) => c.work(shop.vary(10)))
        s.work(15)
      })
    })
    return shop.spans
  },
} satisfies Planted

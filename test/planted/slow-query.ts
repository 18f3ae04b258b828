/** A search without an index. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const catalogue = 'postgresql://pg-catalogue:5432/catalogue'

export default {
  audit: 'slow-query',
  fault: 'the search by publisher scans the whole table',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('catalogue', 'GET /publishers/{id}/books', { path: `/publishers/${i}/books` }, (c) => {
        c.work(30)
        c.query(catalogue, `SELECT id, title FROM books WHERE publisher_id = ${i}`, { ms: 640 })
        c.work(30)
      })
    })
    return shop.spans
  },
} satisfies Planted

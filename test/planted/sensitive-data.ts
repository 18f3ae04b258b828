/** Readers are looked up by their address, which is written into the statement. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'sensitive-data',
  fault: 'readers writes e-mail addresses into its statements',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('readers', 'GET /readers/{id}', {}, (r) => {
        r.work(6)
        r.query(
          'postgresql://pg-readers:5432/readers',
          `SELECT id, name FROM readers WHERE address = 'ada.${i}@bookshop.example'`,
          {
            ms: 3,
          },
        )
        r.work(6)
      })
    })
    return shop.spans
  },
} satisfies Planted

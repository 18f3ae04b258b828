/** Sessions that one process keeps, while everything else runs twice. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'single-point-of-failure',
  fault: 'most requests wait for the only instance of sessions',
  spans() {
    const shop = cleanSystem()
    shop.service('sessions', { instances: 1 })
    shop.repeat(700, (trace, i) => {
      trace.server('storefront', 'GET /account', {}, (s) => {
        s.work(shop.vary(8))
        s.call('sessions', 'GET /sessions/{id}', { path: `/sessions/${i}` }, (one) => {
          one.work(shop.vary(4))
          one.query('postgresql://pg-sessions:5432/sessions', `SELECT reader FROM sessions WHERE id = ${i}`, {
            ms: shop.vary(3),
          })
          one.work(shop.vary(3))
        })
        s.work(shop.vary(8))
      })
    })
    return shop.spans
  },
} satisfies Planted

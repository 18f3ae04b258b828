/** Recommendations that are thrown away when they are late, yet worked out to the end. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'timeout-inversion',
  fault: 'the storefront gives up on related books after 100 ms, and the catalogue works on for 200 ms',
  spans() {
    const shop = cleanSystem()
    shop.repeat(200, (trace, i) => {
      const late = i % 20 === 3
      trace.server('storefront', 'GET /books/{id}/related', { path: `/books/${i}/related` }, (s) => {
        s.work(15)
        s.call('catalogue', 'GET /related/{id}', { path: `/related/${i}`, ...(late && { timeoutMs: 100 }) }, (c) =>
          c.work(late ? 300 : shop.vary(40)),
        )
        s.work(15)
      })
    })
    return shop.spans
  },
} satisfies Planted

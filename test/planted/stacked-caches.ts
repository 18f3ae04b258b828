/** Pages of the storefront over copies of the catalogue. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const pages = 'redis://redis-pages:6379/0'
const copies = 'redis://redis-copies:6379/0'

export default {
  audit: 'stacked-caches',
  fault: 'the storefront caches pages that the catalogue makes of copies in its own cache',
  spans() {
    const shop = cleanSystem()
    shop.repeat(160, (trace, i) => {
      const shelf = Math.floor(i / 2) % 10
      trace.server('storefront', 'GET /shelves/{id}', { path: `/shelves/${shelf}` }, (s) => {
        s.work(20)
        s.redis(pages, `GET page:${shelf}`, { ms: 0.5 })
        if (i % 2 === 0) {
          s.call('catalogue', 'GET /shelves/{id}', { path: `/shelves/${shelf}` }, (c) => {
            c.work(15)
            c.redis(copies, `GET shelf:${shelf}`, { ms: 0.5 })
            c.work(15)
          })
          s.redis(pages, `SET page:${shelf} x EX 15`, { ms: 0.5 })
        }
        s.work(20)
      })
    })
    return shop.spans
  },
} satisfies Planted

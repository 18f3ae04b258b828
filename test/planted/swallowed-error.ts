/** A page that goes out without its recommendations whenever they fail, and nobody is told. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'swallowed-error',
  fault: 'the storefront leaves out the books that others bought when the catalogue cannot tell them',
  spans() {
    const shop = cleanSystem()
    shop.repeat(200, (trace, i) => {
      const fails = i % 8 === 3
      trace.server('storefront', 'GET /books/{id}/others', { path: `/books/${i}/others` }, (s) => {
        s.work(15)
        s.call('catalogue', 'GET /others/{id}', { path: `/others/${i}`, ...(fails && { error: 500 }) }, (c) =>
          c.work(shop.vary(40)),
        )
        s.work(15)
      })
    })
    return shop.spans
  },
} satisfies Planted

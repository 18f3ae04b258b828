/** A healthy bookshop with one fault: say which, and how it differs from what other audits look for. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'hot-key',
  fault: 'what is wrong, in one sentence',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('catalogue', 'GET /publishers/{id}', { path: `/publishers/${i}` }, (catalogue) => {
        catalogue.work(2_000)
      })
    })
    return shop.spans
  },
} satisfies Planted

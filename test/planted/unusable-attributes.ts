/** Drafts writes its spans by hand: the method is there, what was asked and how it went is not. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unusable-attributes',
  fault: 'the HTTP spans of drafts name neither path nor status',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace) => {
      trace.server(
        'drafts',
        'GET /drafts',
        { name: 'GET', without: ['url.*', 'http.route', 'http.response.status_code'] },
        (s) => s.work(20),
      )
    })
    return shop.spans
  },
} satisfies Planted

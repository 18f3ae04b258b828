/** Letters are sent by a service that nobody ever instrumented. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'dark-component',
  fault: 'the storefront calls letters, which gives off no spans',
  spans() {
    const shop = cleanSystem()
    shop.service('letters', { dark: true })
    shop.repeat(120, (trace) => {
      trace.server('storefront', 'POST /newsletter', {}, (s) => {
        s.work(15)
        s.call('letters', 'POST /letters', { ms: 10 })
        s.work(15)
      })
    })
    return shop.spans
  },
} satisfies Planted

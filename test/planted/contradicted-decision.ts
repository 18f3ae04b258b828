/** Orders was to tell shipping by events only; for express orders somebody put a call beside them. */
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'contradicted-decision',
  fault: 'orders calls shipping, which it was decided to tell by events',
  spans() {
    const shop = cleanSystem()
    shop.repeat(40, (trace, i) => {
      trace.server('orders', 'POST /orders/{id}/express', { path: `/orders/${i}/express` }, (o) => {
        o.work(6)
        o.call('shipping', 'POST /parcels/{id}/express', { path: `/parcels/${i}/express` }, (s) => s.work(8))
        o.work(5)
      })
    })
    return shop.spans
  },
  charter: decidedCharter({
    decisions: {
      'orders-by-event': {
        kind: 'async',
        target: 'orders -> shipping',
        because: ['fast-orders'],
        expect: {
          edges: ['orders -> shipping async', 'storefront -> orders required', 'storefront -> payments forbidden'],
        },
      },
      'parcels-of-shipping': {
        kind: 'store',
        target: 'postgresql://pg-shipping/shipping',
        because: ['fast-orders'],
        expect: { owner: 'shipping' },
      },
    },
  }),
} satisfies Planted

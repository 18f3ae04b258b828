/** The clean bookshop has four requests a second at its best, and was built for a hundred. */
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter, fastOrders } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'over-built',
  fault: 'the shop is built for more than ten times the load that comes',
  spans: () => cleanSystem().spans,
  charter: decidedCharter({
    requirements: {
      'fast-orders': fastOrders,
      'sale-peak': { request: '*', rate: '100/s', because: 'the summer sale' },
    },
  }),
} satisfies Planted

/** The clean bookshop, which is to withstand the load of a sale: no such load is in its spans. */
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unproven-requirement',
  fault: 'the load that the shop is to withstand never came',
  spans: () => cleanSystem().spans,
  proof: 'charter',
  charter: decidedCharter({
    requirements: {
      'sale-peak': { request: '*', rate: '2000/s' },
      'fast-orders': { request: 'POST /orders', p95: '500ms' },
    },
  }),
} satisfies Planted

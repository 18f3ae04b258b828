/** The clean bookshop, whose charter has a wish among its requirements. */
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter, fastOrders } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unmeasurable-requirement',
  fault: 'a requirement has neither a number nor a scope',
  spans: () => cleanSystem().spans,
  proof: 'charter',
  charter: decidedCharter({
    requirements: {
      'fast-orders': fastOrders,
      'friendly-shop': { because: 'readers should like to come back' },
    },
  }),
} satisfies Planted

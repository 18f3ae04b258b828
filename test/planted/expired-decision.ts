/** The clean bookshop, in which a cache was to be looked at again long before the evidence was recorded. */
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'expired-decision',
  fault: 'a provisional cache has outlived its day',
  spans: () => cleanSystem().spans,
  proof: 'charter',
  charter: decidedCharter({
    decisions: {
      'cache-book-pages': {
        kind: 'cache',
        target: 'redis://redis-catalogue',
        because: ['fast-orders'],
        status: 'provisional',
        provisionalUntil: '2020-01-31',
      },
    },
  }),
} satisfies Planted

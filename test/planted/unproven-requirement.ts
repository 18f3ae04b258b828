/** The clean bookshop, whose cache is to answer four reads of five: its spans do not tell whether it does. */
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unproven-requirement',
  fault: 'how often the cache hits is required and not in the evidence',
  spans: () => cleanSystem().spans,
  proof: 'charter',
  charter: decidedCharter({
    requirements: {
      'good-cache': { data: 'redis://redis-catalogue/book:{id}', hitRatio: '80%' },
      'fast-orders': { request: 'POST /orders', p95: '500ms' },
    },
  }),
} satisfies Planted

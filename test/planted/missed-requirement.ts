/** Orders are wanted in 40 ms, by people who leave otherwise; they take a good half more. */
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'missed-requirement',
  fault: 'placing an order takes longer than was promised',
  spans: () => cleanSystem().spans,
  charter: decidedCharter({
    requirements: {
      'fast-orders': { request: 'POST /orders', p95: '40ms', because: 'nobody waits for a book' },
      'fast-search': { request: 'GET /search', p95: '1s', hops: 3, callsPerRequest: 5 },
    },
  }),
} satisfies Planted

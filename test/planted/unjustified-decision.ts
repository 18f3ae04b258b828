/** The clean bookshop, whose charter decided on a cache for no requirement. */
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unjustified-decision',
  fault: 'a cache was decided on for no requirement',
  spans: () => cleanSystem().spans,
  proof: 'charter',
  charter: decidedCharter({
    decisions: { 'cache-book-pages': { kind: 'cache', target: 'redis://redis-catalogue', status: 'accepted' } },
  }),
} satisfies Planted

/** The clean bookshop, whose charter still has the gift wrapping that was closed last year. */
import { cleanOwnership } from '../sketch/clean-charter.js'
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'phantom-component',
  fault: 'a declared service is in no trace',
  spans: () => cleanSystem().spans,
  proof: 'charter',
  charter: decidedCharter({
    teams: { ...cleanOwnership.teams, dispatch: { size: 5, services: ['shipping', 'gift-wrapping'] } },
  }),
} satisfies Planted

/** The clean bookshop, whose charter forgot who owns payments. */
import { cleanOwnership, ownershipCharter } from '../sketch/clean-charter.js'
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'ownerless-service',
  fault: 'no team owns payments',
  spans: () => cleanSystem().spans,
  charter: ownershipCharter({
    ...cleanOwnership,
    teams: { ...cleanOwnership.teams, till: { size: 6, services: ['orders', 'prices'] } },
  }),
} satisfies Planted

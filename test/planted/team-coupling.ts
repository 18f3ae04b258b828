/** The clean bookshop with other borders: whoever takes orders sits with dispatch, while all that orders calls belongs to the till. */
import { cleanOwnership, ownershipCharter } from '../sketch/clean-charter.js'
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'team-coupling',
  fault: 'orders belongs to the team of shipping, and calls prices and payments of the till',
  spans: () => cleanSystem().spans,
  charter: ownershipCharter({
    ...cleanOwnership,
    teams: {
      ...cleanOwnership.teams,
      till: { size: 6, services: ['payments', 'prices'] },
      dispatch: { size: 5, services: ['shipping', 'orders'] },
    },
  }),
} satisfies Planted

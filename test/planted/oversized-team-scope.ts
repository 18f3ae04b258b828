/** The clean bookshop with a till that three pizzas would not feed. */
import { cleanOwnership, ownershipCharter } from '../sketch/clean-charter.js'
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'oversized-team-scope',
  fault: 'fourteen people in the team of the till',
  spans: () => cleanSystem().spans,
  charter: ownershipCharter({
    ...cleanOwnership,
    teams: { ...cleanOwnership.teams, till: { size: 14, services: ['orders', 'payments', 'prices'] } },
  }),
} satisfies Planted

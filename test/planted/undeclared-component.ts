/** The clean bookshop, whose charter forgot the store of the reviews. */
import { cleanOwnership } from '../sketch/clean-charter.js'
import { cleanSystem } from '../sketch/clean.js'
import { decidedCharter } from '../sketch/decided-charter.js'
import type { Planted } from './planted.js'

export default {
  audit: 'undeclared-component',
  fault: 'nobody declared the store of the reviews',
  spans: () => cleanSystem().spans,
  charter: decidedCharter({
    services: Object.fromEntries(
      Object.entries(cleanOwnership.owns).map(([service, owns]) => [
        service,
        { owns: service === 'reviews' ? [] : owns },
      ]),
    ),
  }),
} satisfies Planted

/** Points of faithful readers, from a list in memory. The flawed shop bought it and never instrumented it. */
import { pause, serve } from '../platform/http'

serve('loyalty', {
  'GET /readers/:id/points': async (request) => {
    await pause(70)
    return { points: Number(request.params.id) * 7 }
  },
})

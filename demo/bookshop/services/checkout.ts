/** A hop that adds nothing: every checkout becomes one order. The mended shop does without it. */
import { ask, serve } from '../platform/http'

serve('checkout', {
  'POST /checkouts': async (request) => ask('orders', 'POST', '/orders', { body: request.body as unknown }),
})

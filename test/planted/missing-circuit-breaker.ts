/** Gift cards that are asked for while the service behind them is down, as often as ever. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'missing-circuit-breaker',
  fault: 'orders asks gift-cards for forty seconds although every answer is an error',
  spans() {
    const shop = cleanSystem()
    for (let i = 0; i < 400; i++) {
      const down = i >= 120 && i < 280
      shop.trace(
        (trace) =>
          trace.server('orders', 'GET /cards/{id}', { path: `/cards/${i}`, error: down ? 502 : false }, (o) => {
            o.work(12)
            o.call('gift-cards', 'GET /balances/{id}', { path: `/balances/${i}`, error: down ? 503 : false }, (g) => {
              g.work(8)
              if (!down)
                g.query('postgresql://pg-cards:5432/cards', `SELECT amount FROM cards WHERE id = ${i}`, { ms: 4 })
              g.work(6)
            })
            o.work(12)
          }),
        { atMs: i * 250 },
      )
    }
    return shop.spans
  },
} satisfies Planted

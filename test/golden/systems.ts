/**
 * The systems whose whole reports are kept as files. What is easily got wrong: a sketch is written as a file under a fixed name,
 * because the name of the evidence is in the report.
 */
import { fileURLToPath } from 'node:url'
import { sketch, toOtlpJsonLines, type System } from '../sketch.js'
import { cleanSystem } from '../sketch/clean.js'

export interface GoldenSystem {
  name: string
  /** Text of the evidence file, or the path of a recording in this repository. */
  evidence: { lines: () => string } | { recording: string }
}

const orders = 'postgresql://pg-main:5432/shop'

/** A bookshop with a fault in most of what it does. */
export function flawedSystem(): System {
  const shop = sketch('flawed-bookshop', { seed: 11 })
  shop.service('legacy-erp', { dark: true })
  shop.service('payments', { host: '10.0.4.17', port: 9000 })
  shop.repeat(120, (trace, i) =>
    trace.server('storefront', 'GET /basket', {}, (s) => {
      s.work(15)
      s.repeat(24, (each) => each.call('prices', 'GET /prices/{id}', { ms: 8 }, (p) => p.work(6)))
      s.call('stock', 'GET /shelves', {}, (c) => {
        c.work(6)
        c.query(orders, 'SELECT id FROM shelves', { ms: 5, collection: 'shelves' })
        c.repeat(12, (q, n) =>
          q.query(orders, `SELECT quantity FROM shelves WHERE id = ${i * 12 + n}`, { ms: 7, collection: 'shelves' }),
        )
        c.work(4)
      })
    }),
  )
  shop.repeat(120, (trace, i) =>
    trace.server('storefront', 'POST /orders', {}, (s) => {
      s.work(12)
      s.call('orders', 'POST /orders', {}, (o) => {
        o.work(8)
        o.query(orders, `INSERT INTO orders (id) VALUES (${i})`, { ms: 5, collection: 'orders' })
        o.query(orders, `UPDATE shelves SET quantity = quantity - 1 WHERE id = ${i}`, { ms: 900, collection: 'shelves' })
        o.retry('payments', 'POST /charges', { attempts: 4, backoffMs: 40, ms: 9, error: 503, lastSucceeds: true })
        o.call('legacy-erp', 'POST /invoices', { ms: 30 })
        o.publish('rabbitmq://broker:5672/orders.placed', { messageId: `order-${i}` }).consume(
          'mailer',
          { by: 'none', attributes: { 'enduser.id': `reader${i}@example.org` } },
          (c) => c.work(6),
        )
      })
      s.work(5)
    }),
  )
  return shop
}

export const goldenSystems: readonly GoldenSystem[] = [
  { name: 'clean', evidence: { lines: () => toOtlpJsonLines(cleanSystem({ tracesEach: 110 }).spans) } },
  { name: 'flawed', evidence: { lines: () => toOtlpJsonLines(flawedSystem().spans) } },
  { name: 'demo', evidence: { recording: fileURLToPath(new URL('../../demo/bookshop/recording/flawed/traces.jsonl.gz', import.meta.url)) } },
]

/**
 * A bookshop built well: the system on which no audit may say anything. 8 services, each with a store of its own, shallow calls,
 * a cache, events with linked consumers, full attributes, true clocks, and a rare failure that reaches the root.
 * Change a duration here and a service may turn into a pass-through or a call into a tax: every service works at least a third of its time.
 */
import { sketch, type Scope, type System } from '../sketch.js'

const stores = {
  catalogue: 'postgresql://pg-catalogue:5432/catalogue',
  stock: 'postgresql://pg-stock:5432/stock',
  prices: 'mysql://mysql-prices:3306/prices',
  reviews: 'mongodb://mongo-reviews:27017/reviews',
  orders: 'postgresql://pg-orders:5432/orders',
  payments: 'postgresql://pg-payments:5432/payments',
  shipping: 'postgresql://pg-shipping:5432/shipping',
  cache: 'redis://redis-catalogue:6379/0',
}

const broker = 'rabbitmq://broker:5672'

export interface CleanSystemOptions {
  /** Traces of each of the four root operations. */
  tracesEach?: number
  conventions?: 'stable' | 'old' | 'mixed' | 'both'
}

export function cleanSystem(options: CleanSystemOptions = {}): System {
  const { tracesEach = 150, conventions = 'stable' } = options
  const shop = sketch('clean-bookshop', { conventions, instances: 2, seed: 7 })
  const vary = (ms: number) => shop.vary(ms)
  /** Five things happen for each `i`, a quarter of a second apart. */
  const at = (i: number, turn: number) => (i * 5 + turn) * 250

  const book = (s: Scope, i: number) =>
    s.call('catalogue', 'GET /books/{id}', { path: `/books/${i}` }, (c) => {
      const cached = shop.random() < 0.9
      c.work(vary(4)).redis(stores.cache, `GET book:${i}`, { ms: vary(0.5) })
      if (!cached) {
        c.query(stores.catalogue, `SELECT title, author FROM books WHERE id = ${i}`, {
          ms: vary(3),
          collection: 'books',
        })
        c.redis(stores.cache, `SET book:${i} x EX 300`, { ms: vary(0.5) })
      }
      c.work(vary(3))
    })

  const price = (s: Scope, i: number) =>
    s.call('prices', 'shop.Prices/Quote', {}, (p) => {
      p.work(vary(4))
        .query(stores.prices, `SELECT amount, currency FROM prices WHERE book_id = ${i}`, {
          ms: vary(3),
          collection: 'prices',
        })
        .work(vary(3))
    })

  const available = (s: Scope, i: number) =>
    s.call('stock', 'GET /stock/{id}', { path: `/stock/${i}` }, (c) => {
      c.work(vary(4))
        .query(stores.stock, `SELECT quantity FROM shelves WHERE book_id = ${i}`, {
          ms: vary(3),
          collection: 'shelves',
        })
        .work(vary(3))
    })

  const showBook = (i: number) =>
    shop.trace(
      (trace) =>
        trace.server('storefront', 'GET /books/{id}', { path: `/books/${i}` }, (s) => {
          s.work(vary(6))
          s.parallel((p) => {
            book(p, i)
            price(p, i)
          })
          s.work(vary(8))
        }),
      { atMs: at(i, 0) },
    )

  const search = (i: number) =>
    shop.trace(
      (trace) =>
        trace.server('storefront', 'GET /search', { path: '/search' }, (s) => {
          s.work(vary(5))
          s.call('catalogue', 'GET /books', {}, (c) => {
            c.work(vary(6))
            const words = `SELECT id, title FROM books WHERE title LIKE 'volume ${i}%' LIMIT 20`
            c.query(stores.catalogue, words, { ms: vary(18), collection: 'books' })
            c.work(vary(8))
          })
          s.work(vary(7))
        }),
      { atMs: at(i, 1) },
    )

  const writeReview = (i: number) =>
    shop.trace(
      (trace) =>
        trace.server('storefront', 'POST /books/{id}/reviews', { path: `/books/${i}/reviews` }, (s) => {
          s.work(vary(5))
          s.call('reviews', 'POST /reviews', {}, (r) => {
            r.work(vary(5))
            available(r, i)
            r.work(vary(2))
            r.query(stores.reviews, '{"insert":"reviews"}', { ms: vary(4), collection: 'reviews', operation: 'insert' })
            r.work(vary(3))
          })
          s.work(vary(4))
        }),
      { atMs: at(i, 2) },
    )

  const fails = (i: number) => i % 500 === 77

  // An order is stored with its event in one transaction; a relay of the same service publishes it in a trace of its own.
  const placeOrder = (i: number) =>
    shop.trace(
      (trace) =>
        trace.server('storefront', 'POST /orders', { error: fails(i) }, (s) => {
          s.work(vary(6))
          s.call('orders', 'POST /orders', { error: fails(i) }, (o) => {
            o.work(vary(6))
            price(o, i)
            o.work(vary(4))
            o.call('payments', 'shop.Payments/Authorise', { error: fails(i) }, (p) => {
              p.work(vary(10))
              const row = `INSERT INTO authorisations (order_id, amount) VALUES (${i}, 1999)`
              p.query(stores.payments, row, { ms: vary(4), collection: 'authorisations' })
              p.work(vary(6))
            })
            if (fails(i)) return
            o.work(vary(4))
            o.query(stores.orders, 'BEGIN', { ms: vary(0.4) })
            o.query(stores.orders, `INSERT INTO orders (id, book_id) VALUES (${i}, 7)`, {
              ms: vary(3),
              collection: 'orders',
            })
            o.query(stores.orders, `INSERT INTO outbox (order_id) VALUES (${i})`, { ms: vary(2), collection: 'outbox' })
            o.query(stores.orders, 'COMMIT', { ms: vary(1) })
            o.work(vary(4))
          })
          s.work(vary(5))
        }),
      { atMs: at(i, 3) },
    )

  const relayOrder = (i: number) =>
    shop.trace(
      (trace) =>
        trace.as('orders', (root) =>
          root.internal('relay outbox', {}, (r) => {
            r.work(vary(2))
            r.query(stores.orders, 'SELECT id, order_id FROM outbox WHERE sent = false ORDER BY id LIMIT 1', {
              ms: vary(2),
              collection: 'outbox',
            })
            const placed = r.publish(`${broker}/orders.placed`, {
              messageId: `order-${i}`,
              key: 'orders.placed',
              ms: vary(1),
            })
            r.query(stores.orders, `UPDATE outbox SET sent = true WHERE order_id = ${i}`, {
              ms: vary(2),
              collection: 'outbox',
            })
            r.work(vary(2))
            placed.consume('shipping', { delayMs: vary(8) }, (c) => {
              c.work(vary(5))
              const parcel = `INSERT INTO parcels (order_id) VALUES (${i}) ON CONFLICT DO NOTHING`
              c.query(stores.shipping, parcel, { ms: vary(4), collection: 'parcels' })
              c.work(vary(3))
            })
          }),
        ),
      { atMs: at(i, 4) },
    )

  for (let i = 0; i < tracesEach; i++) {
    showBook(i)
    search(i)
    writeReview(i)
    placeOrder(i)
    if (!fails(i)) relayOrder(i)
  }
  return shop
}

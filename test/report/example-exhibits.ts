/** Proof traces of the example report. Span ids here are the ones that its findings name in `proof.spanIds`. */
import type { Exhibit, ExhibitSpan } from '../../src/model/report.js'

type Kind = ExhibitSpan['kind']

function span(
  spanId: string,
  parentSpanId: string,
  service: string,
  operation: string,
  kind: Kind,
  startMs: number,
  durationMs: number,
  extra: { error?: boolean; statement?: string } = {},
): ExhibitSpan {
  const { error = false, statement = '' } = extra
  return { spanId, parentSpanId, service, operation, kind, startMs, durationMs, error, statement }
}

/** Checkout: one SELECT of order_lines per book, then payment, the ERP and the event. */
function checkout(traceId: string): Exhibit {
  const lines = Array.from({ length: 31 }, (_, index) =>
    span(`line-${index}`, 'c2', 'orders', 'SELECT order_lines', 'client', 46 + index * 13.4, 12.1 + (index % 5) * 0.3, {
      statement: 'SELECT * FROM order_lines WHERE order_id = ? AND position = ?',
    }),
  )
  return {
    traceId,
    omitted: 6,
    spans: [
      span('c0', '', 'storefront', 'POST /checkout', 'server', 0, 1_240),
      span('c1', 'c0', 'storefront', 'POST /orders', 'client', 8, 1_220),
      span('c2', 'c1', 'orders', 'POST /orders', 'server', 10, 1_214),
      span('c-source', 'c2', 'orders', 'SELECT carts', 'client', 14, 22, {
        statement: 'SELECT * FROM carts WHERE id = ?',
      }),
      ...lines,
      span('c-insert', 'c2', 'orders', 'INSERT orders', 'client', 470, 18, {
        statement: 'INSERT INTO orders VALUES (?..)',
      }),
      span('c-erp', 'c2', 'orders', 'POST /erp/bookings', 'client', 492, 310, { error: true }),
      span('c3', 'c2', 'orders', 'POST /payments', 'client', 806, 340),
      span('c4', 'c3', 'payments', 'POST /payments', 'server', 810, 331),
      span('c5', 'c4', 'payments', 'POST /v2/charges', 'client', 820, 300),
      span('c6', 'c2', 'orders', 'order-events publish', 'producer', 1_160, 6),
      span('c7', 'c6', 'shipping', 'order-events process', 'consumer', 1_201, 55),
      span('c-update', 'c7', 'shipping', 'UPDATE orders', 'client', 1_210, 21, {
        statement: 'UPDATE orders SET state = ? WHERE id = ?',
      }),
    ],
  }
}

/** Basket: forty-eight price calls, each with its own server span. */
function basket(traceId: string): Exhibit {
  const prices = Array.from({ length: 48 }, (_, index) => [
    span(`price-${index}`, 'k2', 'cart', 'pricing.Prices/Get', 'client', 12 + index * 2.1, 1.9),
    span(`priced-${index}`, `price-${index}`, 'pricing', 'pricing.Prices/Get', 'server', 12.4 + index * 2.1, 1.2),
  ]).flat()
  return {
    traceId,
    omitted: 0,
    spans: [
      span('k0', '', 'storefront', 'GET /cart', 'server', 0, 131),
      span('k1', 'k0', 'storefront', 'GET /carts/{id}', 'client', 4, 122),
      span('k2', 'k1', 'cart', 'GET /carts/{id}', 'server', 6, 118),
      span('k3', 'k2', 'cart', 'HGETALL', 'client', 8, 1.4),
      ...prices,
    ],
  }
}

/** A book's page: four calls in turn. */
function browse(traceId: string): Exhibit {
  return {
    traceId,
    omitted: 0,
    spans: [
      span('b0', '', 'storefront', 'GET /books/{id}', 'server', 0, 342),
      span('b1', 'b0', 'storefront', 'GET /catalogue/{id}', 'client', 6, 92),
      span('b1s', 'b1', 'catalogue', 'GET /catalogue/{id}', 'server', 8, 87),
      span('b1q', 'b1s', 'catalogue', 'SELECT books', 'client', 11, 64, {
        statement: 'SELECT * FROM books WHERE id = ?',
      }),
      span('b2', 'b0', 'storefront', 'pricing.Prices/Get', 'client', 99, 31),
      span('b2s', 'b2', 'pricing', 'pricing.Prices/Get', 'server', 101, 27),
      span('b3', 'b0', 'storefront', 'GET /reviews', 'client', 131, 88),
      span('b3s', 'b3', 'reviews', 'GET /reviews', 'server', 133, 84),
      span('b3q', 'b3s', 'reviews', 'find reviews', 'client', 136, 70, {
        statement: '{"find":"reviews","filter":{"book":"?"}}',
      }),
      span('b4', 'b0', 'storefront', 'GET /recommendations', 'client', 220, 118, { error: true }),
      span('b4s', 'b4', 'recommendations', 'GET /recommendations', 'server', 222, 113, { error: true }),
    ],
  }
}

/** A payment that waits a minute for its provider and asks orders back for the total. */
function payment(traceId: string): Exhibit {
  return {
    traceId,
    omitted: 12,
    spans: [
      span('p0', '', 'orders', 'POST /orders', 'server', 0, 61_502),
      span('p1', 'p0', 'payments', 'POST /payments', 'server', 40, 61_420),
      span('p2', 'p1', 'orders', 'GET /orders/{id}/total', 'server', 52, 38),
      span('p3', 'p1', 'payments', 'POST /v2/charges', 'client', 96, 61_204),
    ],
  }
}

/** One exhibit for each id, in the order checkout, basket, browse, payment. */
export function exampleExhibits(traceIds: readonly string[]): Exhibit[] {
  const [first = '', second = '', third = '', fourth = ''] = traceIds
  return [checkout(first), basket(second), browse(third), payment(fourth)]
}

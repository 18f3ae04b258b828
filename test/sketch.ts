/**
 * Builds tiny systems for tests: say what calls what, get spans in every format. Nothing is random that is not seeded:
 * equal sketches are equal byte for byte. What is easy to get wrong: `ms` of a call is the time of the callee
 * (the caller waits `networkMs`, 0.4 by default, longer), and a parent never ends before what it waits for.
 *
 *   const shop = sketch('bookshop')                                   // { conventions: 'old' | 'mixed' | 'both', spacingMs, networkMs… }
 *   shop.service('catalogue', { skewMs: 12, conventions: 'old' })     // host, port, instances, unnamed, dark, resource
 *   shop.repeat(120, (trace, i) => {                                  // 120 traces, one a second; `shop.trace(…, { atMs })` for one
 *     trace.server('storefront', 'POST /orders', { ms: 80 }, (s) => {                        // the root: SERVER span, at least 80 ms
 *       s.call('catalogue', 'GET /books/{id}', { ms: 20, path: `/books/${i}` }, (c) => {     // CLIENT here, SERVER there
 *         c.redis('redis://cache:6379/0', `GET book:${i}`, { ms: 0.5 })
 *         c.query('postgresql://pg-catalogue:5432/catalogue', `SELECT * FROM books WHERE id = ${i}`, { ms: 4 })
 *       })
 *       s.work(3)                                                      // own time between calls
 *       s.parallel((p) => {                                            // these start at once
 *         p.call('stock', 'shop.Stock/Reserve', { ms: 9 })             // `package.Service/Method` is gRPC
 *         p.sequence((q) => q.call('prices', 'GET /prices').call('prices', 'GET /taxes'))
 *       })
 *       s.retry('payments', 'POST /charges', { attempts: 3, backoffMs: 50, ms: 10, error: 503, lastSucceeds: true })
 *       s.call('mail', 'POST /letters', { timeoutMs: 100, ms: 300 })   // caller gives up, callee works on
 *       s.repeat(12, (r, n) => r.call('reviews', 'GET /reviews/{id}', { path: `/reviews/${n}` }))
 *       s.publish('rabbitmq://broker:5672/orders.placed', { messageId: `m${i}` })
 *         .consume('shipping', { ms: 20, delayMs: 30 }, (c) => c.query('mysql://db:3306/shipping', 'INSERT INTO parcels VALUES (1)'))
 *         .consume('loyalty', { by: 'parent' })                        // link (default) | parent | both | none
 *     })
 *   })
 *   shop.trace((trace) => trace.as('cron', (c) => c.call('stock', 'POST /recount')))         // a root that is no SERVER span
 *   shop.trace((trace) => trace.consumer('audit', 'kafka://broker:9092/log', { group: 'audit' }))
 *   // On any span: error (true, status code, or error.type), attributes, without: ['db.*'], name, orphan, dropped, events, links.
 *   // On calls: host, port, peerService, networkMs, lost (context), uninstrumentedClient, unawaited, route: false, server: {…}.
 *   toOtlpJson(shop.spans) · toOtlpJsonLines · toOtlpProtobuf(spans, 'delimited') · toJaegerJson · toZipkinJson(spans, { shared: true }) · toRows
 */
export { sketch, System } from './sketch/builder.js'
export { Message, Scope } from './sketch/scope.js'
export type * from './sketch/options.js'
export type * from './sketch/span.js'
export { toOtlpJson, toOtlpJsonLines, toOtlpProtobuf, fromOtlpProtobuf } from './sketch/otlp.js'
export { toJaegerJson } from './sketch/jaeger.js'
export { toZipkinJson } from './sketch/zipkin.js'
export { toRows } from './sketch/rows.js'

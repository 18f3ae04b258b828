/**
 * Healthy systems that look ill: what each audit of the family is confused with in real recordings.
 * None of them may fire above a note; each system is large enough for the audit to judge it.
 */
import { afterAll, expect, it } from 'vitest'
import { auditRows, closeStore } from '../audit-rows.js'
import { sketch, toRows, type SketchSpan } from '../sketch.js'

afterAll(closeStore)

async function loud(spans: readonly SketchSpan[]): Promise<string[]> {
  const { audits } = await auditRows(toRows(spans))
  return audits
    .filter((audit) => audit.family === 'visibility')
    .flatMap((audit) =>
      audit.findings
        .filter((finding) => finding.severity !== 'note')
        .map((finding) => `${audit.id}: ${finding.message}`),
    )
}

it('a callee that samples for itself drops no context', async () => {
  const shop = sketch('own sampler')
  shop.repeat(150, (trace, i) => {
    // stock keeps one trace in three, its own roots among them
    trace.server('storefront', 'GET /books', {}, (s) => {
      s.work(5).call('stock', 'GET /stock', { server: { dropped: i % 3 !== 0 } }, (c) => c.work(5))
    })
  })
  expect(await loud(shop.spans)).toEqual([])
})

it('a public entry point that is also called from inside', async () => {
  const shop = sketch('public')
  shop.repeat(150, (trace) => trace.server('storefront', 'GET /books', {}, (s) => s.work(9)))
  shop.repeat(150, (trace) => {
    trace.server('app-gateway', 'GET /home', {}, (g) => g.call('storefront', 'GET /books', {}, (s) => s.work(9)))
  })
  expect(await loud(shop.spans)).toEqual([])
})

it('servers that answer early and go on, callers that give up, and networks that are slow', async () => {
  const shop = sketch('early answers')
  shop.repeat(150, (trace) => {
    trace.server('storefront', 'POST /orders', {}, (s) => {
      s.work(5)
      s.call('mail', 'POST /letters', { timeoutMs: 40, ms: 90 })
      s.call('far', 'GET /rates', { networkMs: 120, ms: 5 })
      s.call('audit', 'POST /log', { unawaited: true, ms: 50 })
    })
  })
  expect(await loud(shop.spans)).toEqual([])
})

it('parents that were still open when the recording ended', async () => {
  const shop = sketch('cut', { spacingMs: 100 })
  shop.repeat(200, (trace) => {
    trace.server('storefront', 'GET /report', {}, (s) => {
      s.work(100)
        .call('stock', 'GET /stock', {}, (c) => c.work(20))
        .work(4_000)
    })
  })
  const endNs = shop.spans.reduce((last, span) => (span.startNs > last ? span.startNs : last), 0n)
  // what ends after this was not exported any more
  const seen = shop.spans.filter((span) => span.startNs + span.durationNs <= endNs)
  expect(seen.length).toBeLessThan(shop.spans.length)
  expect(await loud(seen)).toEqual([])
})

it('providers, platform parts, sidecars and neighbours that are down', async () => {
  const shop = sketch('outside')
  for (const host of [
    'api.stripe.com',
    '52.18.3.4',
    'localhost',
    '169.254.169.254',
    'kubernetes.default.svc',
    'otel-collector',
    'backup-site',
  ])
    shop.service(host, { dark: true })
  shop.service('otel-collector', { dark: true, port: 4318 })
  shop.repeat(150, (trace) => {
    trace.server('storefront', 'POST /orders', {}, (s) => {
      s.work(20)
      s.call('api.stripe.com', 'POST /charges', { peerService: 'stripe' })
      s.call('52.18.3.4', 'GET /rates')
      s.call('localhost', 'GET /secrets')
      s.call('169.254.169.254', 'GET /latest/meta-data')
      s.call('kubernetes.default.svc', 'GET /api/v1/endpoints')
      s.call('otel-collector', 'POST /v1/traces')
      s.call('backup-site', 'GET /ping', { error: 'ECONNREFUSED' })
    })
  })
  // An order that goes through although each ping fails hides the failure: that is another fault, and a true one.
  expect(await loud(shop.spans)).toEqual([expect.stringMatching(/^swallowed-error: .*backup-site/)])
})

it('a large service with many routes, the most of them rare', async () => {
  const shop = sketch('many routes')
  shop.repeat(2_500, (trace) => {
    // the route's rank follows a power law over 140 of them
    const rank = Math.floor(140 * shop.random() ** 2.5)
    trace.server(
      'monolith',
      `GET /pages/page-${String.fromCharCode(97 + (rank % 26), 97 + Math.floor(rank / 26))}`,
      {},
      (m) => m.work(5),
    )
  })
  expect((await loud(shop.spans)).filter((line) => !line.startsWith('thin-sample'))).toEqual([])
})

it('Kafka in batches: receives that are linked, process spans below them, no message ids', async () => {
  const shop = sketch('batches')
  shop.repeat(150, (trace) => {
    trace.as('orders', (root) =>
      root.internal('relay', {}, (o) => {
        const messages = [1, 2, 3].map(() => o.publish('kafka://broker:9092/orders'))
        shop.consume(messages, 'shipping', { operation: 'receive' })
        const receive = shop.spans.at(-1)
        for (const message of messages) {
          message.consume('shipping', { by: 'none' })
          const process = shop.spans.at(-1)
          if (!receive || !process) throw new Error('no spans')
          process.traceId = receive.traceId
          process.parentSpanId = receive.spanId
        }
      }),
    )
  })
  expect(await loud(shop.spans)).toEqual([])
})

it('ids of sixteen digits in a key, masked secrets, package paths', async () => {
  const shop = sketch('ids')
  shop.repeat(150, (trace, i) => {
    // every tenth passes the check digit by chance
    const id = String(4_000_000_000_000_000 + i * 7_919)
    trace.server('storefront', 'GET /orders/{id}', { path: `/orders/${id}`, attributes: { 'order.id': id } }, (s) => {
      s.internal('sign', {
        attributes: {
          'http.request.header.authorization': '["Bearer ***"]',
          'code.filepath': '/app/node_modules/.pnpm/pg@8.11.3/node_modules/pg/lib/client.js',
          'db.connection_string': 'postgresql://shop:***@pg:5432/shop',
        },
      })
    })
  })
  expect(await loud(shop.spans)).toEqual([])
})

/**
 * A rich, realistic Report for reporters' tests: a bookshop with faults of every severity and all outcomes but `error`,
 * which `brokenReport` adds. Nothing here was measured; figures only agree with each other.
 */
import type { AuditReport, CallEdge, Report, ServiceNode } from '../../src/model/report.js'
import { familyReports } from '../../src/report/families.js'
import { brokenAudit, failedAudits, quietAudits } from './example-audits.js'
import { exampleExhibits } from './example-exhibits.js'

export const exampleTraceIds: readonly string[] = [
  '5b8efff798038103d269b633813fc60c',
  'a2fb4a1d1a96d312c0a4e1f0f6b1c7d9',
  '0af7651916cd43dd8448eb211c80319c',
  '4bf92f3577b34da6a3ce929d0e0e4736',
]

function service(name: string, requests: number, p50Ms: number, p95Ms: number, errors = 0): ServiceNode {
  return { name, spans: requests * 4, requests, errors, p50Ms, p95Ms, instrumented: true }
}

function call(from: string, to: string, calls: number, p95Ms: number, extra: Partial<CallEdge> = {}): CallEdge {
  return {
    from,
    to,
    toKind: 'service',
    fromKind: 'service',
    mode: 'sync',
    protocol: 'http',
    calls,
    errors: 0,
    p50Ms: p95Ms / 3,
    p95Ms,
    ...extra,
  }
}

const ordersDb = 'postgresql://db.bookshop:5432/orders'
const catalogueDb = 'postgresql://db.bookshop:5432/catalogue'
const cache = 'redis://cache.bookshop:6379/0'
const reviewsDb = 'mongodb://mongo.bookshop:27017/reviews'
const events = 'rabbitmq://broker.bookshop:5672/order-events'
const mails = 'rabbitmq://broker.bookshop:5672/mails'

function calls(): CallEdge[] {
  const store = { toKind: 'store', protocol: 'postgresql' } as const
  const publish = { toKind: 'destination', protocol: 'rabbitmq', mode: 'async' } as const
  const consume = { fromKind: 'destination', protocol: 'rabbitmq', mode: 'async' } as const
  const external = { toKind: 'external' } as const
  return [
    call('storefront', 'catalogue', 11_204, 92, { errors: 12 }),
    call('storefront', 'pricing', 11_140, 31, { protocol: 'grpc' }),
    call('storefront', 'reviews', 11_098, 88),
    call('storefront', 'recommendations', 11_080, 118, { errors: 310 }),
    call('storefront', 'search', 3_920, 140),
    call('storefront', 'cart', 4_205, 121),
    call('storefront', 'orders', 2_257, 1_220, { errors: 4 }),
    call('cart', 'pricing', 161_472, 1.9, { protocol: 'grpc' }),
    call('cart', cache, 8_400, 1.2, { ...store, protocol: 'redis' }),
    call('orders', ordersDb, 74_481, 14, store),
    call('orders', 'payments', 2_257, 340),
    call('orders', 'stock', 2_257, 44, { protocol: 'grpc' }),
    call('orders', 'legacy-erp', 2_257, 310, { errors: 3 }),
    call('orders', events, 2_250, 6, publish),
    call('payments', 'orders', 2_257, 38),
    call('payments', 'api.payfast.example:443', 2_257, 2_900, { ...external, errors: 20 }),
    call('stock', ordersDb, 2_257, 9, store),
    call('catalogue', catalogueDb, 22_310, 64, store),
    call('catalogue', cache, 11_204, 1.4, { ...store, protocol: 'redis' }),
    call('search', 'search.bookshop:9200', 3_920, 122, external),
    call('recommendations', 'catalogue', 9_400, 80),
    call('reviews', reviewsDb, 11_098, 70, { ...store, protocol: 'mongodb' }),
    call(events, 'shipping', 2_190, 55, consume),
    call(events, 'notifications', 2_190, 40, consume),
    call('shipping', ordersDb, 2_190, 21, store),
    call('shipping', mails, 2_190, 4, publish),
    call(mails, 'notifications', 2_190, 80, consume),
    call('notifications', 'smtp.mailer.example:587', 4_380, 210, external),
  ]
}

function services(): ServiceNode[] {
  return [
    service('storefront', 18_204, 118, 342, 330),
    service('catalogue', 20_604, 38, 92, 12),
    service('pricing', 172_612, 0.8, 2.4),
    service('reviews', 11_098, 30, 88),
    service('recommendations', 11_080, 44, 118, 310),
    service('search', 3_920, 60, 140),
    service('cart', 4_205, 42, 121),
    service('orders', 4_514, 380, 1_220, 4),
    service('payments', 2_257, 210, 2_940, 20),
    service('stock', 2_257, 12, 44),
    service('shipping', 2_190, 24, 55),
    service('notifications', 4_380, 31, 240),
    { ...service('legacy-erp', 0, 0, 0), instrumented: false },
  ]
}

function request(operation: string, traces: number, p50Ms: number, errors = 0): Report['system']['requests'][number] {
  return { service: 'storefront', operation, traces, errors, p50Ms, p95Ms: p50Ms * 2.9, p99Ms: p50Ms * 6.1 }
}

function reportOf(audits: AuditReport[]): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'faultline', version: '0.1.0' },
    run: {
      startedAt: '2026-03-04T09:30:12.000Z',
      durationMs: 1_840,
      node: 'v20.20.2',
      engine: 'chdb 3.4.0',
      arguments: ['audit', 'traces/'],
    },
    evidence: [
      {
        source: 'traces/checkout.otlp.jsonl.gz',
        importer: 'otlp-json',
        rows: { spans: 398_120 },
        losses: [
          {
            id: 'duplicate-span',
            count: 214,
            advice: 'The same span was exported twice. Look for two exporters on one pipeline.',
          },
        ],
      },
      { source: 'traces/legacy/jaeger.json', importer: 'jaeger', rows: { spans: 14_268 }, losses: [] },
    ],
    system: {
      window: { start: '2026-03-04T08:00:00.000Z', end: '2026-03-04T08:59:58.412Z', seconds: 3_598.412 },
      spans: 412_388,
      traces: 18_204,
      services: services(),
      stores: [
        { id: ordersDb, system: 'postgresql', spans: 78_928, services: ['orders', 'shipping', 'stock'] },
        { id: catalogueDb, system: 'postgresql', spans: 22_310, services: ['catalogue'] },
        { id: cache, system: 'redis', spans: 19_604, services: ['cart', 'catalogue'] },
        { id: reviewsDb, system: 'mongodb', spans: 11_098, services: ['reviews'] },
      ],
      destinations: [
        {
          id: events,
          system: 'rabbitmq',
          producers: ['orders'],
          consumers: ['notifications', 'shipping'],
          messages: 2_250,
        },
        { id: mails, system: 'rabbitmq', producers: ['shipping'], consumers: ['notifications'], messages: 2_190 },
      ],
      requests: [
        request('GET /books/{id}', 11_140, 118, 310),
        request('GET /cart', 4_205, 45),
        request('POST /checkout', 2_257, 410, 20),
        request('GET /search', 602, 71),
      ],
      calls: calls(),
    },
    families: familyReports(audits),
    audits,
    exhibits: exampleExhibits(exampleTraceIds),
  }
}

/** Three families judged, three not; findings of every severity. A new object each time: change it as you like. */
export function exampleReport(): Report {
  return reportOf([...failedAudits(exampleTraceIds), ...quietAudits()])
}

/** The same with an audit that broke. */
export function brokenReport(): Report {
  return reportOf([...failedAudits(exampleTraceIds), ...quietAudits(), brokenAudit()])
}

/** Nothing was read: no spans, no audits that could judge. */
export function emptyReport(): Report {
  const report = reportOf([])
  report.evidence = []
  report.exhibits = []
  report.system = {
    window: { start: '', end: '', seconds: 0 },
    spans: 0,
    traces: 0,
    services: [],
    stores: [],
    destinations: [],
    requests: [],
    calls: [],
  }
  return report
}

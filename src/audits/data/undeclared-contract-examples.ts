/** Rows at which undeclared-contract speaks, and others at which it must not. */
import type { Audit } from '../../model/audit.js'
import type { SurveyRows } from '../../survey/rows.js'

type Needs = Pick<SurveyRows, 'contracts' | 'calls' | 'destinationUse' | 'services' | 'overview'>

const overview = [{ traces: 1000 }]
const services = [{ service: 'cart' }, { service: 'pricing' }]
const proto = { kind: 'proto', direction: 'serve', channel: 'bookshop.Pricing/QuoteMany' }
const line = {
  caller: 'cart',
  callee: 'pricing',
  calleeKind: 'service',
  protocol: 'rpc',
  operation: 'bookshop.Pricing/LinePrice',
  calls: 100,
  traces: 50,
  traceIds: ['a1'],
  spanIds: ['b1'],
}

export const contractExamples: Audit<Needs>['examples'] = {
  fires: [
    {
      name: 'a method that the .proto does not have',
      rows: { overview, services, contracts: [proto], calls: [line] },
      severities: ['warning'],
    },
    {
      name: 'an operation of pricing, although stock promises the like',
      rows: {
        overview,
        services: [...services, { service: 'stock' }],
        contracts: [
          { kind: 'openapi', service: 'Stock API', direction: 'serve', channel: 'GET /levels/{id}' },
          { kind: 'openapi', service: 'Pricing API', direction: 'serve', channel: 'GET /prices/{id}' },
        ],
        calls: [{ ...line, protocol: 'http', operation: 'GET /levels/:book', calls: 5 }],
      },
      severities: ['warning'],
    },
    {
      name: 'a topic without a channel',
      rows: {
        overview,
        services,
        contracts: [{ kind: 'asyncapi', direction: 'send', channel: 'orders.placed' }],
        destinationUse: [
          {
            destination: 'kafka://broker/orders.changed',
            name: 'orders.changed',
            service: 'orders',
            role: 'producer',
            spans: 40,
          },
        ],
      },
      severities: ['warning'],
    },
  ],
  quiet: [
    {
      name: 'covered, by variables and behind a gateway',
      rows: {
        overview,
        services,
        contracts: [
          proto,
          {
            kind: 'openapi',
            service: 'Bookshop',
            direction: 'serve',
            channel: 'GET /api/v1/prices/{book}',
            host: 'api.bookshop.example',
          },
          { kind: 'asyncapi', direction: 'receive', channel: 'orders.{event}' },
        ],
        calls: [
          { ...line, operation: 'bookshop.Pricing/QuoteMany' },
          { ...line, protocol: 'http', operation: 'GET /prices/:id' },
        ],
        destinationUse: [
          {
            destination: 'rabbitmq://broker/shop:orders.placed',
            name: 'shop:orders.placed',
            service: 'orders',
            role: 'producer',
            spans: 40,
          },
        ],
      },
    },
    {
      name: 'only a .proto is given, and the call is HTTP; an address outside; a health check; four trials',
      rows: {
        overview,
        services,
        contracts: [proto],
        calls: [
          { ...line, protocol: 'http', operation: 'GET /prices/:id' },
          { ...line, callee: 'api.bank.example', calleeKind: 'external' },
          { ...line, operation: 'grpc.health.v1.Health/Check' },
          { ...line, calls: 4 },
        ],
      },
    },
    { name: 'no contract is given', rows: { overview, services, calls: [line] } },
  ],
}

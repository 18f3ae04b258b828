/** The base relation from raw rows: what each attribute, old or new, means, and what the trace says about a span. */
import { afterAll, describe, expect, it } from 'vitest'
import { closeStore, currentStore, emptyStore } from '../audit-rows.js'
import { prepare } from '../../src/survey/prepare.js'

afterAll(closeStore)

interface Raw {
  id: string
  parent?: string
  trace?: string
  service?: string
  name?: string
  kind?: string
  startMs?: number
  ms?: number
  status?: string
  attributes?: Record<string, string>
  resource?: Record<string, string>
  links?: { trace: string; span: string }[]
}

async function spansOf<Row>(columns: string, raws: Raw[]): Promise<Record<string, Row>> {
  const store = await emptyStore()
  await store.insert(
    'otel_traces',
    raws.map((raw) => ({
      Timestamp: `2026-03-02 09:00:00.${String(raw.startMs ?? 0).padStart(3, '0')}000000`,
      TraceId: raw.trace ?? 'trace',
      SpanId: raw.id,
      ParentSpanId: raw.parent ?? '',
      SpanName: raw.name ?? 'work',
      SpanKind: raw.kind ?? 'Internal',
      ServiceName: raw.service ?? 'orders',
      ResourceAttributes: raw.resource ?? {},
      SpanAttributes: raw.attributes ?? {},
      Duration: (raw.ms ?? 1) * 1e6,
      StatusCode: raw.status ?? 'Unset',
      'Links.TraceId': (raw.links ?? []).map((link) => link.trace),
      'Links.SpanId': (raw.links ?? []).map((link) => link.span),
      'Links.TraceState': (raw.links ?? []).map(() => ''),
      'Links.Attributes': (raw.links ?? []).map(() => ({})),
    })),
  )
  await prepare(store)
  const rows = await store.query<Row & { id: string }>(`SELECT SpanId AS id, ${columns} FROM spans ORDER BY id`)
  return Object.fromEntries(rows.map(({ id, ...rest }) => [id, rest as Row]))
}

const query = (attributes: Record<string, string>, rest: Partial<Raw> = {}): Raw => ({
  id: 'q',
  kind: 'Client',
  attributes,
  ...rest,
})

describe('stores', () => {
  it.each<[string, Record<string, string>, Record<string, string>, string, number]>([
    [
      'new names',
      { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'server.address': 'PG-Main.', 'server.port': '6432' },
      {},
      'postgresql://pg-main:6432/shop',
      1,
    ],
    [
      'old names and the default port',
      { 'db.system': 'mysql', 'db.name': 'shop', 'net.peer.name': 'db' },
      {},
      'mysql://db:3306/shop',
      1,
    ],
    [
      'a renamed system',
      { 'db.system': 'mssql', 'db.name': 'shop', 'net.peer.name': 'db' },
      {},
      'microsoft.sql_server://db:1433/shop',
      1,
    ],
    [
      'host and port in one attribute',
      { 'db.system': 'postgresql', 'db.name': 'shop', 'net.peer.name': 'db:5433' },
      {},
      'postgresql://db:5433/shop',
      1,
    ],
    [
      'a service of a cluster by its long name',
      { 'db.system': 'postgresql', 'db.name': 'shop', 'server.address': 'pg.prod.svc.cluster.local' },
      {},
      'postgresql://pg.prod:5432/shop',
      1,
    ],
    [
      'by its short name, from within its namespace',
      { 'db.system': 'postgresql', 'db.name': 'shop', 'server.address': 'pg' },
      { 'k8s.namespace.name': 'prod' },
      'postgresql://pg.prod:5432/shop',
      1,
    ],
    [
      'localhost of a pod is the pod’s own',
      { 'db.system': 'postgresql', 'db.name': 'shop', 'server.address': '127.0.0.1' },
      { 'k8s.pod.name': 'orders-1' },
      'postgresql://localhost@orders:5432/shop',
      1,
    ],
    ['no address', { 'db.system': 'postgresql', 'db.name': 'shop' }, {}, 'postgresql://(orders)/shop', 0],
    [
      'a server without its database',
      { 'db.system': 'postgresql', 'server.address': 'pg' },
      {},
      'postgresql://pg:5432',
      0,
    ],
    ['redis has a default index', { 'db.system': 'redis', 'server.address': 'cache' }, {}, 'redis://cache:6379/0', 1],
  ])('%s', async (_, attributes, resource, store, known) => {
    const rows = await spansOf('Role, Store, StoreKnown', [query(attributes, { resource })])
    expect(rows['q']).toEqual({ Role: 'query', Store: store, StoreKnown: known })
  })

  it('reads verb, tables and access from the statement, else from attributes', async () => {
    const pg = { 'db.system': 'postgresql', 'db.name': 'shop', 'server.address': 'pg' }
    const rows = await spansOf('Operation, Access, TablesRead, TablesWritten', [
      query({ ...pg, 'db.statement': 'INSERT INTO orders SELECT * FROM baskets WHERE id = 7' }, { id: 'a' }),
      query({ ...pg, 'db.query.text': 'SELECT * FROM books b JOIN prices p ON p.id = b.id' }, { id: 'b' }),
      query(
        {
          'db.system': 'mongodb',
          'db.name': 'shop',
          'server.address': 'm',
          'db.operation': 'insert',
          'db.mongodb.collection': 'Reviews',
        },
        { id: 'c' },
      ),
      query({ 'db.system': 'redis', 'server.address': 'cache', 'db.statement': 'GET book:7' }, { id: 'd' }),
    ])
    expect(rows).toEqual({
      a: { Operation: 'INSERT orders', Access: 'write', TablesRead: ['baskets'], TablesWritten: ['orders'] },
      b: { Operation: 'SELECT books', Access: 'read', TablesRead: ['books', 'prices'], TablesWritten: [] },
      c: { Operation: 'INSERT reviews', Access: 'write', TablesRead: [], TablesWritten: ['reviews'] },
      d: { Operation: 'GET', Access: 'read', TablesRead: [], TablesWritten: [] },
    })
  })

  it('gives one hash to statements that differ in their literals', async () => {
    const pg = { 'db.system': 'postgresql', 'server.address': 'pg', 'db.name': 'shop' }
    const rows = await spansOf<{ hash: string }>('toString(StatementHash) AS hash', [
      query({ ...pg, 'db.statement': "SELECT * FROM books WHERE id = 7 AND title = 'Emma'" }, { id: 'a' }),
      query({ ...pg, 'db.statement': "SELECT * FROM books WHERE id = 81 AND title = 'Ulysses'" }, { id: 'b' }),
      query({ ...pg, 'db.statement': 'SELECT * FROM authors WHERE id = 7' }, { id: 'c' }),
    ])
    expect(rows['a']?.hash).toBe(rows['b']?.hash)
    expect(rows['a']?.hash).not.toBe(rows['c']?.hash)
  })
})

describe('operations', () => {
  it.each<[string, Partial<Raw>, string]>([
    [
      'route',
      {
        kind: 'Server',
        attributes: { 'http.request.method': 'GET', 'http.route': '/orders/{id}', 'url.path': '/orders/7' },
      },
      'GET /orders/{id}',
    ],
    [
      'numbers',
      { kind: 'Server', attributes: { 'http.method': 'get', 'http.target': '/orders/8731?full=1' } },
      'GET /orders/{id}',
    ],
    [
      'uuids and versions',
      {
        kind: 'Client',
        attributes: {
          'http.method': 'GET',
          'http.url': 'http://stock:8080/v2/items/3f0e8a52-5f0f-4d53-9a3e-0a1b2c3d4e5f/9',
        },
      },
      'GET /v2/items/{id}/{id}',
    ],
    [
      'grpc, old',
      { kind: 'Client', attributes: { 'rpc.system': 'grpc', 'rpc.service': 'shop.Stock', 'rpc.method': 'Reserve' } },
      'shop.Stock/Reserve',
    ],
    [
      'grpc, new',
      { kind: 'Client', attributes: { 'rpc.system.name': 'grpc', 'rpc.method': 'shop.Stock/Reserve' } },
      'shop.Stock/Reserve',
    ],
    ['names with ids', { name: 'export basket 123456' }, 'export basket {id}'],
  ])('%s', async (_, raw, operation) => {
    const rows = await spansOf<{ Operation: string }>('Operation', [{ id: 'o', ...raw }])
    expect(rows['o']?.Operation).toBe(operation)
  })
})

describe('errors', () => {
  it.each<[string, Partial<Raw>, number, number]>([
    ['status', { status: 'Error' }, 1, 0],
    ['5xx', { attributes: { 'http.status_code': '503' } }, 1, 0],
    ['404 of a server', { kind: 'Server', attributes: { 'http.response.status_code': '404' } }, 0, 0],
    ['grpc', { attributes: { 'rpc.system': 'grpc', 'rpc.grpc.status_code': '13' } }, 1, 0],
    ['grpc fine', { attributes: { 'rpc.system': 'grpc', 'rpc.grpc.status_code': '0' } }, 0, 0],
    ['deadline', { attributes: { 'rpc.system': 'grpc', 'rpc.grpc.status_code': '4' } }, 1, 1],
    ['timeout', { attributes: { 'error.type': 'java.net.SocketTimeoutException' } }, 1, 1],
  ])('%s', async (_, raw, failed, timedOut) => {
    const rows = await spansOf('Error, TimedOut', [{ id: 'e', ...raw }])
    expect(rows['e']).toEqual({ Error: failed, TimedOut: timedOut })
  })
})

describe('who is called', () => {
  it('is the server that answered, else the named peer, else who answers at that address, else the address', async () => {
    const to = (host: string, more: Record<string, string> = {}) => ({
      'http.request.method': 'GET',
      'url.full': `http://${host}/x`,
      'server.address': host,
      'server.port': '80',
      ...more,
    })
    const rows = await spansOf('Peer, PeerKind', [
      { id: 'r', kind: 'Server', service: 'storefront' },
      { id: 'answered', parent: 'r', kind: 'Client', service: 'storefront', attributes: to('stock-lb') },
      { id: 'server', parent: 'answered', kind: 'Server', service: 'stock' },
      {
        id: 'named',
        parent: 'r',
        kind: 'Client',
        service: 'storefront',
        attributes: to('10.0.0.9', { 'peer.service': 'mail' }),
      },
      { id: 'sameHost', parent: 'r', kind: 'Client', service: 'storefront', attributes: to('stock-lb') },
      { id: 'outside', parent: 'r', kind: 'Client', service: 'storefront', attributes: to('api.paybook.example') },
    ])
    expect(rows['answered']).toEqual({ Peer: 'stock', PeerKind: 'service' })
    expect(rows['named']).toEqual({ Peer: 'mail', PeerKind: 'service' })
    expect(rows['sameHost']).toEqual({ Peer: 'stock', PeerKind: 'service' })
    expect(rows['outside']).toEqual({ Peer: 'api.paybook.example', PeerKind: 'external' })
  })

  it('sees through a client span that wraps another', async () => {
    const rows = await spansOf('Role, Callee', [
      { id: 'a', kind: 'Server', service: 'storefront' },
      { id: 'fetch', parent: 'a', kind: 'Client', service: 'storefront', attributes: { 'http.request.method': 'GET' } },
      {
        id: 'http',
        parent: 'fetch',
        kind: 'Client',
        service: 'storefront',
        attributes: { 'http.request.method': 'GET' },
      },
      { id: 'served', parent: 'http', kind: 'Server', service: 'stock' },
    ])
    expect(rows['fetch']).toEqual({ Role: 'internal', Callee: '' })
    expect(rows['http']).toEqual({ Role: 'client', Callee: 'stock' })
  })
})

describe('messages', () => {
  it('joins producer and consumer by parent, by link across traces, and by message id', async () => {
    const rabbit = (more: Record<string, string>) => ({
      'messaging.system': 'rabbitmq',
      'messaging.destination.name': 'orders',
      ...more,
    })
    await spansOf('Destination', [
      { id: 'p1', kind: 'Producer', attributes: rabbit({ 'server.address': 'broker', 'messaging.message.id': 'm1' }) },
      {
        id: 'c1',
        parent: 'p1',
        kind: 'Consumer',
        service: 'mail',
        startMs: 5,
        attributes: rabbit({ 'messaging.operation': 'deliver' }),
      },
      {
        id: 'c2',
        trace: 'other',
        kind: 'Consumer',
        service: 'shipping',
        startMs: 7,
        links: [{ trace: 'trace', span: 'p1' }],
        attributes: rabbit({ 'messaging.operation.type': 'process' }),
      },
      {
        id: 'c3',
        trace: 'third',
        kind: 'Consumer',
        service: 'loyalty',
        startMs: 9,
        attributes: rabbit({ 'messaging.message_id': 'm1' }),
      },
    ])
    const store = currentStore()
    expect(
      await store.query(
        'SELECT Consumer, Via, Destination, (ConsumedNs - PublishedNs) / 1e6 AS delayMs FROM deliveries ORDER BY Consumer',
      ),
    ).toEqual([
      { Consumer: 'loyalty', Via: 'message-id', Destination: 'rabbitmq://broker/orders', delayMs: 9 },
      { Consumer: 'mail', Via: 'parent', Destination: 'rabbitmq://broker/orders', delayMs: 5 },
      { Consumer: 'shipping', Via: 'link', Destination: 'rabbitmq://broker/orders', delayMs: 7 },
    ])
  })
})

describe('repeated ids', () => {
  it('counts a span sent twice once, keeps two different spans of one id, and joins children to the earlier', async () => {
    const raws: Raw[] = [
      { id: 'root', kind: 'Server', name: 'GET /' },
      { id: 'root', kind: 'Server', name: 'GET /' },
      { id: 'twin', parent: 'root', service: 'stock', startMs: 1 },
      { id: 'twin', parent: 'root', service: 'prices', startMs: 2 },
      { id: 'child', parent: 'twin', startMs: 3 },
    ]
    await spansOf('Service', raws)
    const store = currentStore()
    expect(await store.query('SELECT SpanId, Service, ParentService FROM spans ORDER BY SpanId, Service')).toEqual([
      { SpanId: 'child', Service: 'orders', ParentService: 'stock' },
      { SpanId: 'root', Service: 'orders', ParentService: '' },
      { SpanId: 'twin', Service: 'prices', ParentService: 'orders' },
      { SpanId: 'twin', Service: 'stock', ParentService: 'orders' },
    ])
    expect(await store.query('SELECT Spans, Roots, Orphans FROM traces')).toEqual([{ Spans: 4, Roots: 1, Orphans: 0 }])
  })
})

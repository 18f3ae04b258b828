/**
 * One request changes the data of several services before its user gets an answer, and nothing remembers how far it got.
 *
 *     POST /checkout ─▶ orders  INSERT INTO orders ✔
 *                    └▶ stock   UPDATE shelves     ✘  timeout        → an order without a book, or a book without an order
 *
 * Each service writes only its own store, and it is still one transaction over several databases, without a coordinator.
 * Confused with: dual-write (one service, a database and a broker), foreign-write (somebody else's table), shared-database.
 * Consumers of messages are not part of the request, caches are nobody's database, and a request that also writes an outbox or
 * the state of a saga can be finished or undone later: that is the cure, not the fault.
 */
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { hasHost, ownersApart, ownership, trails } from './write-owners.js'

const limits = {
  owners: {
    default: 2,
    unit: 'services',
    why: 'With the second owner a request can succeed in one place and fail in another.',
    source: 'house',
  },
  share: {
    default: 0.01,
    unit: 'ratio',
    why: 'Below one request in a hundred it may be a repair or an import.',
    source: 'house',
  },
  requests: { default: 3, unit: 'traces', why: 'One odd request is no pattern.', source: 'house' },
  sample: {
    default: 20,
    unit: 'traces',
    why: 'Fewer sampled requests show too little of what is written.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<
  SurveyRows & CharterRows,
  | 'synchronousWrites'
  | 'walked'
  | 'requests'
  | 'storeUse'
  | 'tableUse'
  | 'dualWrites'
  | 'overview'
  | 'charterDataOwners'
>

const keyValue = ['redis', 'valkey', 'memcached']

const orders = { store: 'postgresql://pg-orders:5432/orders', known: 1, service: 'orders', tableName: 'orders' }
const shelves = { store: 'postgresql://pg-stock:5432/stock', known: 1, service: 'stock', tableName: 'shelves' }
const outbox = { ...orders, tableName: 'messages' }
const checkout = { rootService: 'storefront', rootOperation: 'POST /checkout', traceIds: ['a1'], spanIds: ['s1'] }
const use = (one: typeof orders, writer = one.service) => ({
  store: one.store,
  known: one.known,
  table: one.tableName,
  service: writer,
  spans: 60,
  writes: 60,
})
const shop = {
  overview: [{ traces: 400 }],
  requests: [{ service: 'storefront', operation: 'POST /checkout', role: 'server', traces: 300 }],
  walked: [{ rootService: 'storefront', rootOperation: 'POST /checkout', traces: 300 }],
  storeUse: [orders, shelves].map(({ store, known, service }) => ({
    store,
    known,
    service,
    system: 'postgresql',
    spans: 60,
    writes: 60,
  })),
  tableUse: [use(orders), use(shelves), use(outbox), use({ ...shelves, store: orders.store })],
}

export const distributedTransaction = defineAudit<Needs, typeof limits>({
  id: 'distributed-transaction',
  family: 'data',
  title: 'A request changes the data of one service, or leaves a trail',
  failureTitle: 'One request changes the data of several services, and nothing remembers how far it got',
  definition:
    'In at least 1 % of the sampled requests of a root operation, and at least 3, stores of two or more services are written while the root waits, and none of the writes goes to an outbox or saga table. The owner of a table is the service to which the charter gives it, else the only one that was seen writing it. Key-value stores do not count.',
  why: 'There is no transaction around the databases of two services. A timeout, a crash or a deployment between two of the writes leaves stock that nobody ordered or an order that nobody can deliver, and the caller that could clean up is the one that just failed. The longer the chain, the more such halves lie around.',
  fix: 'Let one service decide and write its own data together with an event or command (outbox), and let the others follow asynchronously; what cannot be done is compensated (a saga). Where the answer is needed at once, reserve first, with an expiry, and confirm after the own commit. If two stores must change together every time, they may belong to one service.',
  verify:
    'Make the second write fail in a test: within a minute the first is completed or undone. In the traces the request writes one owner’s store, and the others are written by consumers.',
  needs: [
    'synchronousWrites',
    'walked',
    'requests',
    'storeUse',
    'tableUse',
    'dualWrites',
    'overview',
    'charterDataOwners',
  ],
  limits,
  references: [
    { title: 'Saga, microservices.io', url: 'https://microservices.io/patterns/data/saga.html' },
    {
      title: 'Life beyond Distributed Transactions, Helland, ACM Queue 2016',
      url: 'https://queue.acm.org/detail.cfm?id=3025012',
    },
  ],
  examples: {
    fires: [
      {
        name: 'one request in a hundred',
        rows: { ...shop, synchronousWrites: [{ ...checkout, writes: [orders, shelves], requests: 3 }] },
        severities: ['warning'],
      },
      {
        name: 'two writers of one table, of which the charter names the owner',
        rows: {
          ...shop,
          tableUse: [use(orders), use(shelves), use(shelves, 'backoffice')],
          synchronousWrites: [{ ...checkout, writes: [orders, shelves], requests: 100 }],
          charterDataOwners: [{ place: 'postgresql://pg-stock/stock', service: 'stock' }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'fewer than one in a hundred',
        rows: {
          ...shop,
          walked: [{ ...shop.walked[0], traces: 301 }],
          synchronousWrites: [{ ...checkout, writes: [orders, shelves], requests: 3 }],
        },
      },
      {
        name: 'two of twenty requests',
        rows: {
          ...shop,
          walked: [{ ...shop.walked[0], traces: 20 }],
          synchronousWrites: [{ ...checkout, writes: [orders, shelves], requests: 2 }],
        },
      },
      {
        name: 'a table that a relay publishes from, or that is called an outbox, is written as well',
        rows: {
          ...shop,
          dualWrites: [{ service: 'orders', store: orders.store, relays: 100, relayTables: ['messages'] }],
          synchronousWrites: [
            { ...checkout, writes: [outbox, orders, shelves], requests: 200 },
            { ...checkout, writes: [{ ...orders, tableName: 'public.order_outbox' }, orders, shelves], requests: 100 },
          ],
        },
      },
      {
        name: 'the charter gives both stores to one service',
        rows: {
          ...shop,
          synchronousWrites: [{ ...checkout, writes: [orders, shelves], requests: 300 }],
          charterDataOwners: [
            { place: orders.store, service: 'orders' },
            { place: shelves.store, service: 'orders' },
          ],
        },
      },
      {
        name: 'two tables of one store, and one server of which nobody says which database',
        rows: {
          ...shop,
          synchronousWrites: [
            { ...checkout, writes: [orders, { ...shelves, store: orders.store }], requests: 100 },
            {
              ...checkout,
              writes: [
                { ...orders, store: 'postgresql://pg:5432', known: 0 },
                { ...shelves, store: 'postgresql://pg:5432/stock' },
              ],
              requests: 200,
            },
          ],
        },
      },
      {
        name: 'a consumer’s trace: it is delivered again',
        rows: {
          ...shop,
          requests: [{ ...shop.requests[0], role: 'consumer' }],
          synchronousWrites: [{ ...checkout, writes: [orders, shelves], requests: 300 }],
        },
      },
    ],
  },
  evidence: (rows, limit) => {
    const databases = rows.storeUse.filter((one) => !keyValue.includes(one.system))
    const writers = new Set(databases.filter((one) => one.writes > 0).map((one) => one.service))
    const unseen = databases.filter((one) => one.reads + one.writes === 0)
    const nameless = databases.filter((one) => one.writes > 0 && !hasHost(one.store))
    return {
      applicable: writers.size + unseen.length > 1 || (rows.overview[0]?.traces ?? 0) < limit.sample,
      reason: 'No two services write databases.',
      samples: writers.size > 1 ? sum(requestRoots(rows), (root) => root.sampled) : 0,
      least: limit.sample,
      of: 'sampled requests in a system in which two services write databases',
      advice:
        'Record requests that place orders and the like, with db.query.text, so that writes can be told from reads, and server.address.',
      blind: [
        ...unseen.map((one) => `${one.service}: ${one.system} spans without a statement or operation`),
        ...nameless.map((one) => `${one.service}: ${one.system} spans without server.address`),
      ],
    }
  },
  audit: (rows, limit) => {
    const total = rows.overview[0]?.traces ?? 0
    const ownerOf = ownership(rows)
    const isTrail = trails(rows)
    const byRoot = grouped(rows.synchronousWrites, (row) => JSON.stringify([row.rootService, row.rootOperation]))
    return requestRoots(rows).flatMap(({ service, operation, traces, sampled }): FindingDraft[] => {
      const spread = (byRoot.get(JSON.stringify([service, operation])) ?? [])
        .filter((row) => !row.writes.some(isTrail))
        .map((row) => ({ row, owners: ownersApart(row.writes, ownerOf) }))
        .filter(({ owners }) => owners.length >= limit.owners)
      const requests = sum(spread, ({ row }) => row.requests)
      const share = requests / Math.max(1, sampled)
      const [first] = spread
      if (!first || sampled < limit.sample || requests < limit.requests || share < limit.share) return []
      const owners = [...new Set(spread.flatMap((one) => one.owners))].sort()
      const names = `${owners.slice(0, -1).join(', ')} and ${owners.at(-1) ?? ''}`
      return [
        {
          severity: 'warning',
          message: `${operation} of ${service} writes the stores of ${names} while its caller waits, in ${percent(share)} of ${sampled} sampled requests, and nothing records how far it got.`,
          where: { service, operation },
          measured: { value: owners.length, unit: 'services' },
          limit: { value: limit.owners - 1, unit: 'services' },
          share: total > 0 ? (share * traces) / total : 0,
          proof: { traceIds: first.row.traceIds, spanIds: first.row.spanIds, samples: sampled },
        },
      ]
    })
  },
})

/** Root operations that somebody waits for, with the number of their requests in the sample; jobs and consumers are none. */
function requestRoots({ requests, walked }: Needs): (Needs['requests'][number] & { sampled: number })[] {
  const samples = new Map(walked.map((row) => [JSON.stringify([row.rootService, row.rootOperation]), row.traces]))
  return requests
    .filter((row) => row.role === 'server' || row.role === 'client')
    .map((row) => ({ ...row, sampled: samples.get(JSON.stringify([row.service, row.operation])) ?? 0 }))
}

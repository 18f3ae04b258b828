/**
 * Services that only work all together: the price of distribution without its freedom.
 *
 *     every request ─▶ door ─▶ A, B, C, D          half of the services, in four of five requests
 *
 * Confused with: a recording of one operation, in which all that it needs is needed by everything (`operations`), the service at which requests enter
 * (always needed: not counted), gateways and sidecars (not counted), and health probes, which dilute the share: the audit is then silent.
 */
import { stronglyConnected } from '../../lib/components.js'
import { forwarders } from '../../lib/forwarders.js'
import { grouped } from '../../lib/grouped.js'
import { sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { RequestsRow, SurveyRows } from '../../survey/rows.js'

const limits = {
  services: { default: 4, unit: 'services', why: 'Of three, two are soon needed by everything.', source: 'house' },
  neededShare: {
    default: 0.5,
    unit: 'ratio',
    why: 'When half of the services must be up for nearly any request, the system is up as rarely as one program, and slower.',
    source: 'house',
  },
  requestShare: { default: 0.8, unit: 'ratio', why: 'Four of five requests is nearly any.', source: 'house' },
  operations: {
    default: 3,
    unit: 'count',
    why: 'One or two operations say what they need, not what the system needs.',
    source: 'house',
  },
  traces: {
    default: 20,
    unit: 'traces',
    why: 'Fewer requests of an operation show too little of it.',
    source: 'house',
  },
  tableSpans: { default: 5, unit: 'spans', why: 'As for shared-table: fewer may be a migration.', source: 'house' },
} satisfies Record<string, Limit>

/** As in call-cycle. */
const fewestTracesOfAnEdge = 3
const gatewayShare = 0.9

type Needs = Pick<
  SurveyRows,
  'neededServices' | 'walked' | 'requests' | 'services' | 'serviceEdges' | 'tableUse' | 'overview'
>
type Limits = Record<keyof typeof limits, number>

const operations = ['GET /', 'GET /books', 'POST /orders']
const behind = ['accounts', 'prices', 'stock', 'tax']
const system = {
  overview: [{ traces: 300 }],
  services: [{ service: 'storefront', entries: 300 }, ...behind.map((service) => ({ service, entries: 300 }))],
  requests: operations.map((operation) => ({ service: 'storefront', operation, role: 'server', traces: 100 })),
  walked: operations.map((rootOperation) => ({ rootService: 'storefront', rootOperation, traces: 50 })),
}
/** Each of `names` is needed by `share` of the sampled requests of each operation. */
const needed = (names: readonly string[], share: number) =>
  names.flatMap((service) =>
    operations.map((rootOperation) => ({
      rootService: 'storefront',
      rootOperation,
      service,
      traces: 50 * share,
      traceIds: ['a1'],
    })),
  )
const pair = [
  { caller: 'orders', callee: 'stock', calls: 30, traces: 30, traceIds: ['a1'] },
  { caller: 'stock', callee: 'orders', calls: 30, traces: 30, traceIds: ['a2'] },
]
const table = { store: 'postgresql://pg:5432/shop', table: 'shelves', known: 1 }

export const distributedMonolith = defineAudit<Needs, typeof limits>({
  id: 'distributed-monolith',
  family: 'services',
  title: 'Most requests need few of the services',
  failureTitle: 'Most requests need most of the services',
  definition:
    'Of at least 4 services behind the one at which requests enter, half or more are needed synchronously by 80 % or more of the root requests; or services that wait for each other in a circle share a table.',
  why: 'Services are worth their price when one can fail, change and scale while the others go on. When nearly every request needs most of them, they fail together and are released together, and a network lies between what is one program. The limits are house figures.',
  fix: 'Start with the service that is needed most and asked for least: give its readers a copy of the data (events, a token that carries the claims, configuration at start), let requests go on without it where the answer allows, and merge services that are always needed together.',
  verify:
    'Run the same traffic again: the share of requests that need each service falls below the limit. Then stop one of the services in a test: requests that do not concern it must pass.',
  needs: ['neededServices', 'walked', 'requests', 'services', 'serviceEdges', 'tableUse', 'overview'],
  limits,
  references: [
    {
      title: 'Building Microservices, 2nd edition (the distributed monolith), Newman, 2021',
      url: 'https://samnewman.io/books/building_microservices_2nd_edition/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'two of four are needed by four of five requests',
        rows: { ...system, neededServices: needed(['accounts', 'prices'], 0.8) },
        severities: ['warning'],
      },
      {
        name: 'a circle that shares a table',
        rows: {
          ...system,
          serviceEdges: pair,
          tableUse: [
            { ...table, service: 'orders', spans: 5, traces: 5, traceIds: ['a1'] },
            { ...table, service: 'stock', spans: 5, traces: 5 },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      { name: 'one of four', rows: { ...system, neededServices: needed(['accounts'], 1) } },
      { name: 'two of four, by 78 %', rows: { ...system, neededServices: needed(['accounts', 'prices'], 0.78) } },
      {
        name: 'two operations, or operations with nineteen requests',
        rows: {
          ...system,
          requests: system.requests.map((row, index) => ({ ...row, traces: index < 2 ? 100 : 19 })),
          walked: system.walked.map((row, index) => ({ ...row, traces: index < 2 ? 50 : 19 })),
          neededServices: needed(behind, 0.38),
        },
      },
      {
        name: 'three services behind the door',
        rows: { ...system, services: system.services.slice(0, 4), neededServices: needed(behind.slice(0, 3), 1) },
      },
      {
        name: 'a circle with tables of its own, or four spans on a shared one',
        rows: {
          ...system,
          serviceEdges: pair,
          tableUse: [
            { ...table, service: 'orders', spans: 50 },
            { ...table, service: 'stock', spans: 4 },
            { ...table, table: 'orders', service: 'orders', spans: 50 },
          ],
        },
      },
    ],
  },
  evidence: ({ services, requests, overview }, limit) => ({
    applicable: (overview[0]?.traces ?? 0) < limit.traces || services.length > limit.services,
    reason: `No more than ${limit.services} services, with the one at which requests enter.`,
    samples: requests.filter((row) => isRequest(row) && row.traces >= limit.traces).length,
    least: limit.operations,
    of: `root operations with ${limit.traces} requests or more`,
    advice: `Record at least ${limit.operations} different operations, ${limit.traces} requests each: what one operation needs is not what the system needs.`,
  }),
  audit: (rows, limit) => [...neededTogether(rows, limit), ...circlesOnTables(rows, limit)],
})

/** Jobs and consumers are no requests: nobody waits for them. */
function isRequest(row: RequestsRow): boolean {
  return row.role === 'server' || row.role === 'client'
}

function neededTogether(rows: Needs, limit: Limits): FindingDraft[] {
  const roots = rows.requests.filter((row) => isRequest(row) && row.traces >= limit.traces)
  const total = sum(roots, (row) => row.traces)
  if (total === 0) return []
  const gateways = forwarders(rows.serviceEdges, gatewayShare)
  const entering = (service: string) => sum(roots, (row) => (row.service === service ? row.traces : 0)) / total
  const behindDoor = rows.services
    .filter((row) => row.entries > 0 && !gateways.has(row.service) && entering(row.service) < limit.requestShare)
    .map((row) => row.service)
  if (behindDoor.length < limit.services) return []

  const walked = grouped(rows.walked, (row) => JSON.stringify([row.rootService, row.rootOperation]))
  const needs = grouped(rows.neededServices, (row) => JSON.stringify([row.rootService, row.rootOperation, row.service]))
  const shares = behindDoor.map((service) => {
    const requests = sum(roots, (root) => {
      const [sample] = walked.get(JSON.stringify([root.service, root.operation])) ?? []
      const [need] = needs.get(JSON.stringify([root.service, root.operation, service])) ?? []
      return sample && need ? (root.traces * need.traces) / sample.traces : 0
    })
    return { service, share: requests / total }
  })
  // a hair of tolerance: the share is a sum of quotients
  const needed = shares.filter(({ share }) => share >= limit.requestShare - 1e-9)
  if (needed.length < limit.neededShare * behindDoor.length) return []
  const names = needed.map(({ service }) => service)
  const least = Math.min(...needed.map(({ share }) => share))
  const proof = rows.neededServices.find((row) => row.service === names[0])
  return [
    {
      severity: 'warning',
      message: `${names.length} of ${behindDoor.length} services are needed by at least ${Math.round(least * 100)} % of the requests each: ${names.join(', ')}.`,
      where: { path: names },
      measured: { value: names.length / behindDoor.length, unit: 'ratio' },
      limit: { value: limit.neededShare, unit: 'ratio' },
      share: least,
      proof: { traceIds: proof?.traceIds ?? [], spanIds: [], samples: total },
    },
  ]
}

function circlesOnTables(rows: Needs, limit: Limits): FindingDraft[] {
  const traces = rows.overview[0]?.traces ?? 0
  const gateways = forwarders(rows.serviceEdges, gatewayShare)
  const edges = rows.serviceEdges
    .filter(
      (edge) => edge.traces >= fewestTracesOfAnEdge && ![edge.caller, edge.callee].some((one) => gateways.has(one)),
    )
    .map((edge) => ({ from: edge.caller, to: edge.callee }))
  return stronglyConnected(edges).flatMap((members): FindingDraft[] => {
    const uses = rows.tableUse.filter(
      (use) => use.known === 1 && use.spans >= limit.tableSpans && members.includes(use.service),
    )
    const shared = uses.filter((use) =>
      uses.some((other) => other.store === use.store && other.table === use.table && other.service !== use.service),
    )
    const [first] = shared
    if (!first) return []
    const sharers = [...new Set(shared.map((use) => use.service))].sort()
    const tables = [...new Set(shared.map((use) => use.table))].sort()
    return [
      {
        severity: 'warning',
        message: `${members.join(', ')} wait for each other in a circle, and ${sharers.join(' and ')} share ${tables.slice(0, 3).join(', ')}${tables.length > 3 ? ', …' : ''} in ${first.store}: one program in ${members.length} processes.`,
        where: { path: members, store: first.store },
        measured: { value: tables.length, unit: 'count' },
        limit: { value: 0, unit: 'count' },
        share: traces > 0 ? shared.reduce((least, use) => Math.min(least, use.traces), traces) / traces : 0,
        proof: {
          traceIds: first.traceIds,
          spanIds: first.spanIds,
          samples: sum(shared, (use) => use.spans),
        },
      },
    ]
  })
}

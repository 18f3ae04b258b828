/**
 * Services that look apart and share one database: a hidden monolith that can only be changed and deployed together.
 *
 *     orders ──▶ ┌──────────────┐ ◀── billing
 *                │ pg-main/shop │
 *                └──────────────┘
 *
 * Told apart by system, host, port and namespace: two databases on one server are not shared, nor are two servers of one system.
 * Where all its users share tables as well, shared-table tells the same fault more exactly, and this one is only a note.
 * Key-value caches are judged by the caching family. A store whose address no span names is not compared: that service is blind here.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  services: {
    default: 2,
    unit: 'services',
    why: 'A database has one owner; the second service already couples schemas and deployments.',
    source: 'µFreshener, database per service',
  },
  spans: {
    default: 5,
    unit: 'spans',
    why: 'Fewer queries of a service may be a migration or a slip of somebody’s hand.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'storeUse' | 'tableUse' | 'overview'>

const caches = new Set(['redis', 'valkey', 'memcached'])

/** Uses of databases, by store; caches and stores without an address left out. */
function usesByStore(rows: Needs['storeUse'], spans: number): Map<string, Needs['storeUse']> {
  const stores = new Map<string, Needs['storeUse']>()
  for (const use of rows) {
    if (use.known !== 1 || caches.has(use.system) || use.spans < spans) continue
    stores.set(use.store, [...(stores.get(use.store) ?? []), use])
  }
  return stores
}

/** Whether each of the services uses a table of the store that another of them uses too. */
function shareTables(tableUse: Needs['tableUse'], store: string, services: readonly string[], spans: number): boolean {
  const users = new Map<string, string[]>()
  for (const use of tableUse) {
    if (use.store === store && use.spans >= spans) users.set(use.table, [...(users.get(use.table) ?? []), use.service])
  }
  const sharing = new Set([...users.values()].filter((names) => names.length >= 2).flat())
  return services.every((service) => sharing.has(service))
}

export const sharedDatabase = defineAudit<Needs, typeof limits>({
  id: 'shared-database',
  family: 'data',
  title: 'Each database belongs to one service',
  failureTitle: 'Services share a database',
  definition: 'Two or more services query one store, told apart by system, host, port and namespace.',
  why: 'A schema that two services use cannot change without both, a slow query of one starves the other, and nobody owns the data. Whatever the diagram says, they are one application with a network in between.',
  fix: 'Name an owner for the data. Let the others ask the owner through its API, or keep their own copy fed by its events. Move tables one owner at a time: first stop foreign writes, then foreign reads, then split the database.',
  verify: 'Run the same traffic and audit again: only the owner’s spans name the store.',
  needs: ['storeUse', 'tableUse', 'overview'],
  limits,
  references: [
    {
      title: 'Database per service, microservices.io',
      url: 'https://microservices.io/patterns/data/database-per-service.html',
    },
    { title: 'µFreshener: no shared persistency', url: 'https://github.com/di-unipi-socc/microFreshener' },
  ],
  examples: {
    fires: [
      {
        name: 'orders and billing in one schema',
        rows: {
          overview: [{ traces: 100, querySpans: 50 }],
          storeUse: [
            {
              store: 'postgresql://pg-main:5432/shop',
              system: 'postgresql',
              known: 1,
              service: 'orders',
              spans: 45,
              reads: 30,
              writes: 15,
              traces: 40,
              traceIds: ['a1'],
            },
            {
              store: 'postgresql://pg-main:5432/shop',
              system: 'postgresql',
              known: 1,
              service: 'billing',
              spans: 5,
              reads: 5,
              traces: 5,
              traceIds: ['b1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'both write',
        rows: {
          overview: [{ traces: 100, querySpans: 50 }],
          storeUse: [
            {
              store: 'mysql://db:3306/shop',
              system: 'mysql',
              known: 1,
              service: 'orders',
              spans: 45,
              writes: 15,
              traces: 40,
              traceIds: ['a1'],
            },
            {
              store: 'mysql://db:3306/shop',
              system: 'mysql',
              known: 1,
              service: 'billing',
              spans: 5,
              writes: 5,
              traces: 5,
              traceIds: ['b1'],
            },
          ],
        },
        severities: ['critical'],
      },
      {
        name: 'both use the same table, which shared-table tells',
        rows: {
          overview: [{ traces: 100, querySpans: 50 }],
          storeUse: [
            {
              store: 'mysql://db:3306/shop',
              system: 'mysql',
              known: 1,
              service: 'orders',
              spans: 45,
              writes: 15,
              traces: 40,
            },
            {
              store: 'mysql://db:3306/shop',
              system: 'mysql',
              known: 1,
              service: 'billing',
              spans: 5,
              writes: 5,
              traces: 5,
            },
          ],
          tableUse: [
            { store: 'mysql://db:3306/shop', known: 1, table: 'orders', service: 'orders', spans: 45 },
            { store: 'mysql://db:3306/shop', known: 1, table: 'orders', service: 'billing', spans: 5 },
          ],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'one server, two databases',
        rows: {
          overview: [{ traces: 100, querySpans: 50 }],
          storeUse: [
            { store: 'postgresql://pg-main:5432/orders', system: 'postgresql', known: 1, service: 'orders', spans: 45 },
            {
              store: 'postgresql://pg-main:5432/billing',
              system: 'postgresql',
              known: 1,
              service: 'billing',
              spans: 45,
            },
          ],
        },
      },
      {
        name: 'four queries of a visitor',
        rows: {
          overview: [{ traces: 100, querySpans: 49 }],
          storeUse: [
            { store: 'postgresql://pg-main:5432/shop', system: 'postgresql', known: 1, service: 'orders', spans: 45 },
            {
              store: 'postgresql://pg-main:5432/shop',
              system: 'postgresql',
              known: 1,
              service: 'backoffice',
              spans: 4,
            },
          ],
        },
      },
      {
        name: 'nobody says where the database is',
        rows: {
          overview: [{ traces: 100, querySpans: 90 }],
          storeUse: [
            { store: 'postgresql://(orders)/shop', system: 'postgresql', known: 0, service: 'orders', spans: 45 },
            { store: 'postgresql://(billing)/shop', system: 'postgresql', known: 0, service: 'billing', spans: 45 },
          ],
        },
      },
      {
        name: 'a cache is the caching family’s business',
        rows: {
          overview: [{ traces: 100, querySpans: 90 }],
          storeUse: [
            { store: 'redis://cache:6379/0', system: 'redis', known: 1, service: 'orders', spans: 45, writes: 20 },
            { store: 'redis://cache:6379/0', system: 'redis', known: 1, service: 'billing', spans: 45, writes: 20 },
            {
              store: 'postgresql://pg-orders:5432/orders',
              system: 'postgresql',
              known: 1,
              service: 'orders',
              spans: 5,
            },
          ],
        },
      },
    ],
  },
  evidence: ({ storeUse }, limit) => {
    const databases = storeUse.filter((use) => !caches.has(use.system))
    const known = databases.filter((use) => use.known === 1)
    return {
      applicable: databases.length > 0,
      reason: 'No service queries a database.',
      samples: known.reduce((sum, use) => sum + use.spans, 0),
      least: limit.spans,
      of: 'queries that name the address of their database',
      advice: 'Let the database instrumentation set server.address (or net.peer.name) and db.namespace.',
      blind: databases
        .filter((use) => use.known === 0)
        .map((use) => `${use.service}: ${use.system} without server.address or db.namespace`),
    }
  },
  audit: ({ storeUse, tableUse, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const seconds = Math.max(1, ((overview[0]?.endMs ?? 0) - (overview[0]?.startMs ?? 0)) / 1000)
    const findings: FindingDraft[] = []
    for (const [store, uses] of usesByStore(storeUse, limit.spans)) {
      if (uses.length < limit.services) continue
      const writers = uses.filter((use) => use.writes > 0)
      const services = uses.map((use) => use.service)
      const inTables = shareTables(tableUse, store, services, limit.spans)
      const told = uses.map((use) => `${use.service} (${use.reads} reads, ${use.writes} writes)`)
      findings.push({
        severity: inTables ? 'note' : writers.length >= 2 ? 'critical' : 'warning',
        message: `${uses.length} services use ${store}: ${told.join(', ')}.`,
        where: { store, path: services },
        measured: { value: uses.length, unit: 'services' },
        limit: { value: limit.services, unit: 'services' },
        cost: { value: uses.reduce((sum, use) => sum + use.spans, 0) / seconds, unit: 'calls/s' },
        share: traces > 0 ? Math.max(...uses.map((use) => use.traces)) / traces : 0,
        proof: {
          traceIds: uses.flatMap((use) => use.traceIds.slice(0, Math.max(1, Math.floor(10 / uses.length)))),
          spanIds: [],
          samples: uses.reduce((sum, use) => sum + use.spans, 0),
        },
      })
    }
    return findings
  },
})

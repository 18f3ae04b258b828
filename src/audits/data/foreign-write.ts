/**
 * A service changes a table that the charter gives to another one.
 *
 *     payments ──UPDATE──▶ [ orders ] ◀── owns ── orders
 *
 * shared-table sees that two services use a table; this one knows which of them may. It is critical where the owner writes the table
 * too: its rules are walked around while it relies on them. Where the owner was not seen writing, perhaps the charter is out of date,
 * so it is a warning. Key-value stores have no tables: shared-cache is about those.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { declaredOwners } from './table-owners.js'

const limits = {
  writes: {
    default: 0,
    unit: 'spans',
    why: 'One write is enough to know that the right to write was given.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows & CharterRows, 'tableUse' | 'storeUse' | 'overview' | 'charterDataOwners'>

const keyValue = ['redis', 'rediss', 'valkey', 'memcached']
const orders = 'postgresql://pg-shop:5432/shop'

export const foreignWrite = defineAudit<Needs, typeof limits>({
  id: 'foreign-write',
  family: 'data',
  title: 'Only its owner writes a table',
  failureTitle: 'A service writes a table that belongs to another',
  definition:
    'A service inserts, updates or deletes rows of a table that the charter gives to another service; of several patterns that fit the table, the most specific says whose it is. Critical when the owner writes it as well.',
  why: 'What a row means is decided by the code that writes it. A second writer skips the owner’s validation, its events and its cache invalidation, and nothing in the owner’s code or tests shows that it exists; the fault is found in the data, weeks later.',
  fix: 'Replace the write by a command to the owner, or by an event that the owner handles in its own transaction. Then revoke the right to write from the other service’s database role, so that a forgotten statement fails loudly. If the table has moved, write its new owner into the charter.',
  verify:
    'Run the same traffic and audit again: only the owner writes. In the database, the grants of the others are gone.',
  needs: ['tableUse', 'storeUse', 'overview', 'charterDataOwners'],
  limits,
  references: [
    {
      title: 'Database per service, microservices.io',
      url: 'https://microservices.io/patterns/data/database-per-service.html',
    },
  ],
  examples: {
    fires: [
      {
        name: 'payments marks orders as paid',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: orders, system: 'postgresql', known: 1, service: 'orders', spans: 60 }],
          tableUse: [
            { store: orders, known: 1, table: 'orders', service: 'orders', spans: 50, writes: 50, traces: 50 },
            {
              store: orders,
              known: 1,
              table: 'orders',
              service: 'payments',
              spans: 1,
              writes: 1,
              traces: 1,
              traceIds: ['a1'],
            },
          ],
          charterDataOwners: [{ place: 'postgresql://pg-shop/shop', service: 'orders' }],
        },
        severities: ['critical'],
      },
      {
        name: 'a table of the shop that belongs to stock, which never writes it',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: orders, system: 'postgresql', known: 1, service: 'orders', spans: 60 }],
          tableUse: [
            {
              store: orders,
              known: 1,
              table: 'shelves',
              service: 'orders',
              spans: 50,
              writes: 50,
              traces: 50,
              traceIds: ['a1'],
            },
          ],
          charterDataOwners: [
            { place: 'postgresql://pg-shop/shop', service: 'orders' },
            { place: 'postgresql://pg-shop/shop/shelves', service: 'stock' },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'payments only reads',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: orders, system: 'postgresql', known: 1, service: 'orders', spans: 60 }],
          tableUse: [
            { store: orders, known: 1, table: 'orders', service: 'payments', spans: 50, reads: 50 },
            { store: orders, known: 1, table: 'orders', service: 'orders', spans: 50, writes: 50 },
          ],
          charterDataOwners: [{ place: 'postgresql://pg-shop/shop', service: 'orders' }],
        },
      },
      {
        name: 'the narrower pattern gives it to the writer',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: orders, system: 'postgresql', known: 1, service: 'payments', spans: 60 }],
          tableUse: [{ store: orders, known: 1, table: 'charges', service: 'payments', spans: 50, writes: 50 }],
          charterDataOwners: [
            { place: 'postgresql://pg-shop/shop/*', service: 'orders' },
            { place: 'postgresql://pg-shop/shop/charges', service: 'payments' },
          ],
        },
      },
      {
        name: 'nobody said whose it is',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: orders, system: 'postgresql', known: 1, service: 'payments', spans: 60 }],
          tableUse: [{ store: orders, known: 1, table: 'orders', service: 'payments', spans: 50, writes: 50 }],
        },
      },
    ],
  },
  evidence: ({ tableUse, storeUse, charterDataOwners }) => {
    const databases = storeUse.filter((use) => !keyValue.includes(use.system))
    const owned = tableUse.filter((use) => declaredOwners(charterDataOwners, use.store, use.table).services.length > 0)
    return {
      applicable: databases.length > 0,
      reason: 'No service queries a database.',
      samples: sum(owned, (use) => use.spans),
      least: 1,
      of: 'uses of tables with a declared owner',
      advice:
        'Say in the charter which service owns which store or table (services: { orders: { owns: ["postgresql://pg-shop/shop"] } }), and let the database instrumentation record db.query.text, server.address and db.namespace.',
      blind: databases
        .filter((use) => use.known === 0)
        .map((use) => `${use.service}: ${use.system} without server.address or db.namespace`),
    }
  },
  audit: ({ tableUse, overview, charterDataOwners }, limit) => {
    const [whole] = overview
    const seconds = Math.max(1, ((whole?.endMs ?? 0) - (whole?.startMs ?? 0)) / 1000)
    const findings: FindingDraft[] = []
    for (const use of tableUse) {
      if (use.writes <= limit.writes) continue
      const { services: owners, place } = declaredOwners(charterDataOwners, use.store, use.table)
      if (owners.length === 0 || owners.includes(use.service)) continue
      const ownWrites = sum(
        tableUse.filter((own) => own.store === use.store && own.table === use.table && owners.includes(own.service)),
        (own) => own.writes,
      )
      const owner = owners.join(' and ')
      findings.push({
        severity: ownWrites > 0 ? 'critical' : 'warning',
        message: `${use.service} writes ${use.table} ${use.writes} times, which the charter gives to ${owner} (${place}); ${ownWrites > 0 ? `the owner writes it ${ownWrites} times` : 'the owner was not seen writing it'}.`,
        where: { service: use.service, store: use.store, table: use.table },
        measured: { value: use.writes, unit: 'spans' },
        limit: { value: limit.writes, unit: 'spans' },
        cost: { value: use.writes / seconds, unit: 'calls/s' },
        share: whole && whole.traces > 0 ? use.traces / whole.traces : 0,
        proof: { traceIds: use.traceIds, spanIds: use.spanIds, samples: use.writes },
      })
    }
    return findings
  },
})

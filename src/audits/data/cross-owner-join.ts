/**
 * One statement over tables of several services: a border that exists in the diagram and not in the data.
 *
 *     reports ── SELECT … FROM orders JOIN stock ──▶ [ orders ] of orders, [ stock ] of stock
 *
 * An owner is who the charter says, else the only service that was seen writing the table: a table with two writers has no owner, and
 * is shared-table. That one sees who uses a table; this one sees the statement that ties two tables together, which must be taken
 * apart before they can move. Texts of several statements are left out, since nobody joins across a semicolon.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { largest, sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { declaredOwners } from './table-owners.js'

const limits = {
  owners: {
    default: 2,
    unit: 'services',
    why: 'The second owner is the one who cannot change a column without asking.',
    source: 'house, after database per service',
  },
  writes: {
    default: 5,
    unit: 'spans',
    why: 'A table that the charter does not speak of is its only writer’s; fewer writes may be a migration.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows & CharterRows, 'statements' | 'tableUse' | 'storeUse' | 'overview' | 'charterDataOwners'>

const keyValue = ['redis', 'rediss', 'valkey', 'memcached']
const shop = 'postgresql://pg-shop:5432/shop'
const pair = {
  service: 'reports',
  store: shop,
  operation: 'SELECT orders',
  tables: ['orders', 'shelves'],
  statement: 'SELECT * FROM orders JOIN shelves USING (book_id)',
  spans: 3,
  traces: 3,
  traceIds: ['a1'],
}

/** The owner of each table of one store: declared, else the only writer with enough writes. */
function ownerOf({ tableUse, charterDataOwners }: Needs, least: number): (store: string, table: string) => string {
  const writers = grouped(
    tableUse.filter((use) => use.known === 1 && use.writes > 0),
    (use) => `${use.store}\0${use.table}`,
  )
  return (store, table) => {
    const declared = declaredOwners(charterDataOwners, store, table).services
    // Of two that claim a table neither can be blamed.
    if (declared.length > 0) return declared.length === 1 ? (declared[0] ?? '') : ''
    const [writer, second] = writers.get(`${store}\0${table}`) ?? []
    return writer && !second && writer.writes >= least ? writer.service : ''
  }
}

/** A semicolon with more behind it; one inside a text costs the statement, which is the safe side. */
const several = /;\s*\S/

export const crossOwnerJoin = defineAudit<Needs, typeof limits>({
  id: 'cross-owner-join',
  family: 'data',
  title: 'Statements stay within the tables of one owner',
  failureTitle: 'One statement joins tables of several owners',
  definition:
    'One statement names tables of two or more owners. The owner of a table is the service to which the charter gives it, else the only service that was seen writing it, at least five times.',
  why: 'Such a join is an interface that no contract names: the tables cannot be split over two databases, neither owner can rename a column, and the plan of the query depends on the growth of a table that somebody else fills.',
  fix: 'Let the service that joins keep its own copy of the columns that it needs, fed by events of their owner; or ask the owner through its API and join in code, in one batch. For reports, join in a store of their own that both owners feed.',
  verify: 'Run the same traffic and audit again: no statement names both tables. Then they can lie in two databases.',
  needs: ['statements', 'tableUse', 'storeUse', 'overview', 'charterDataOwners'],
  limits,
  references: [
    {
      title: 'API composition and CQRS instead of joins, microservices.io',
      url: 'https://microservices.io/patterns/data/api-composition.html',
    },
    {
      title: 'Database per service, microservices.io',
      url: 'https://microservices.io/patterns/data/database-per-service.html',
    },
  ],
  examples: {
    fires: [
      {
        name: 'orders and shelves, each with one writer',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: shop, system: 'postgresql', known: 1, service: 'orders', spans: 60 }],
          statements: [pair],
          tableUse: [
            { store: shop, known: 1, table: 'orders', service: 'orders', spans: 5, writes: 5 },
            { store: shop, known: 1, table: 'shelves', service: 'stock', spans: 5, writes: 5 },
            { store: shop, known: 1, table: 'shelves', service: 'reports', spans: 3, reads: 3 },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'the charter gives one of them away',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: shop, system: 'postgresql', known: 1, service: 'orders', spans: 60 }],
          statements: [{ ...pair, service: 'orders' }],
          tableUse: [{ store: shop, known: 1, table: 'orders', service: 'orders', spans: 5, writes: 5 }],
          charterDataOwners: [{ place: 'postgresql://pg-shop/shop/shelves', service: 'stock' }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'four writes of one of them, and no charter',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: shop, system: 'postgresql', known: 1, service: 'orders', spans: 60 }],
          statements: [pair],
          tableUse: [
            { store: shop, known: 1, table: 'orders', service: 'orders', spans: 50, writes: 50 },
            { store: shop, known: 1, table: 'shelves', service: 'stock', spans: 4, writes: 4 },
          ],
        },
      },
      {
        name: 'both written by orders',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: shop, system: 'postgresql', known: 1, service: 'orders', spans: 60 }],
          statements: [pair],
          tableUse: [
            { store: shop, known: 1, table: 'orders', service: 'orders', spans: 50, writes: 50 },
            { store: shop, known: 1, table: 'shelves', service: 'orders', spans: 50, writes: 50 },
          ],
        },
      },
      {
        name: 'two statements in one text',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: shop, system: 'postgresql', known: 1, service: 'orders', spans: 60 }],
          statements: [{ ...pair, statement: 'SELECT id FROM orders; SELECT id FROM shelves' }],
          tableUse: [
            { store: shop, known: 1, table: 'orders', service: 'orders', spans: 50, writes: 50 },
            { store: shop, known: 1, table: 'shelves', service: 'stock', spans: 50, writes: 50 },
          ],
        },
      },
    ],
  },
  evidence: ({ statements, storeUse }) => {
    const databases = storeUse.filter((use) => !keyValue.includes(use.system))
    return {
      applicable: databases.length > 0,
      reason: 'No service queries a database.',
      samples: sum(
        statements.filter((sent) => sent.tables.length > 0),
        (sent) => sent.spans,
      ),
      least: 1,
      of: 'statements that name their tables',
      advice:
        'Let the database instrumentation record db.query.text (sanitised is enough), server.address and db.namespace.',
      blind: databases
        .filter((use) => use.known === 0)
        .map((use) => `${use.service}: ${use.system} without server.address or db.namespace`),
    }
  },
  audit: (rows, limit) => {
    const traces = rows.overview[0]?.traces ?? 0
    const owner = ownerOf(rows, limit.writes)
    const joins = rows.statements.filter((sent) => sent.tables.length > 1 && !several.test(sent.statement))
    const findings: FindingDraft[] = []
    // Texts that differ in what they select are one join.
    const keyOf = (sent: Needs['statements'][number]) =>
      [sent.service, sent.store, sent.operation, ...sent.tables].join('\0')
    for (const sents of grouped(joins, keyOf).values()) {
      const [first] = sents
      if (!first) continue
      const owned = first.tables
        .map((table) => ({ table, by: owner(first.store, table) }))
        .filter(({ by }) => by !== '')
      const owners = [...new Set(owned.map(({ by }) => by))].sort()
      if (owners.length < limit.owners) continue
      const spans = sum(sents, (sent) => sent.spans)
      findings.push({
        severity: 'warning',
        message: `${first.service} joins tables of ${owners.length} owners in one statement, ${spans} times: ${owned.map(({ table, by }) => `${table} of ${by}`).join(', ')}.`,
        where: {
          service: first.service,
          operation: first.operation,
          store: first.store,
          table: first.tables.join(', '),
        },
        measured: { value: owners.length, unit: 'services' },
        limit: { value: limit.owners, unit: 'services' },
        share: traces > 0 ? largest(sents, (sent) => sent.traces) / traces : 0,
        proof: sampledProof(first.traceIds, first.spanIds, spans),
      })
    }
    return findings
  },
})

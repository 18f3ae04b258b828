/**
 * Services that use the very same table: the sharpest form of a shared database, since its columns are now a contract nobody wrote.
 *
 *     orders ──writes──▶ [ stock ] ◀──writes── shipping
 *
 * Tables come from parsed statements, so an alias or a CTE is no table. System catalogues and migration tables, which every
 * client touches, are told by their schema. A shared database without a shared table is only shared-database.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  spans: {
    default: 5,
    unit: 'spans',
    why: 'Fewer uses by a service may be a migration or a slip of somebody’s hand.',
    source: 'house',
  },
  writers: {
    default: 2,
    unit: 'services',
    why: 'With two writers no one can guarantee what a row means.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'tableUse' | 'storeUse' | 'overview'>

/** Schemas that belong to the server, not to an application. */
const catalogue = /^(pg_catalog|information_schema|mysql|performance_schema|sys)\.|^pg_(?!.*\.)/

export const sharedTable = defineAudit<Needs, typeof limits>({
  id: 'shared-table',
  family: 'data',
  title: 'Each table is used by one service',
  failureTitle: 'Services share a table',
  definition:
    'Two or more services use one table of one store, each in at least five spans; critical when two or more of them write it.',
  why: 'Whoever renames a column breaks a service that is not in the repository. With two writers, rules that one service enforces are walked around by the other, and the fault shows up as data, weeks later.',
  fix: 'Choose the service that decides what a row means. Others send it commands and read through its API or from a projection fed by its events. Revoke their rights on the table last, so that a forgotten user shows up as an error and not as a silent write.',
  verify:
    'Run the same traffic and audit again: one service names the table. In the database, the grants of the others are gone.',
  needs: ['tableUse', 'storeUse', 'overview'],
  limits,
  references: [
    {
      title: 'Shared database antipattern, microservices.io',
      url: 'https://microservices.io/patterns/data/shared-database.html',
    },
  ],
  examples: {
    fires: [
      {
        name: 'one writes, one reads',
        rows: {
          overview: [{ traces: 100, querySpans: 50 }],
          storeUse: [
            { store: 'postgresql://pg:5432/shop', system: 'postgresql', known: 1, service: 'orders', spans: 45 },
          ],
          tableUse: [
            {
              store: 'postgresql://pg:5432/shop',
              known: 1,
              table: 'stock',
              service: 'stock',
              spans: 45,
              writes: 45,
              traces: 40,
              traceIds: ['a1'],
            },
            {
              store: 'postgresql://pg:5432/shop',
              known: 1,
              table: 'stock',
              service: 'orders',
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
        name: 'two write',
        rows: {
          overview: [{ traces: 100, querySpans: 50 }],
          storeUse: [
            { store: 'postgresql://pg:5432/shop', system: 'postgresql', known: 1, service: 'orders', spans: 45 },
          ],
          tableUse: [
            {
              store: 'postgresql://pg:5432/shop',
              known: 1,
              table: 'stock',
              service: 'stock',
              spans: 45,
              writes: 45,
              traces: 40,
              traceIds: ['a1'],
            },
            {
              store: 'postgresql://pg:5432/shop',
              known: 1,
              table: 'stock',
              service: 'orders',
              spans: 5,
              writes: 1,
              reads: 4,
              traces: 5,
              traceIds: ['b1'],
            },
          ],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'four uses by a visitor',
        rows: {
          overview: [{ traces: 100, querySpans: 50 }],
          storeUse: [
            { store: 'postgresql://pg:5432/shop', system: 'postgresql', known: 1, service: 'orders', spans: 45 },
          ],
          tableUse: [
            { store: 'postgresql://pg:5432/shop', known: 1, table: 'stock', service: 'stock', spans: 45, writes: 45 },
            { store: 'postgresql://pg:5432/shop', known: 1, table: 'stock', service: 'orders', spans: 4, writes: 4 },
          ],
        },
      },
      {
        name: 'tables of one name in two databases',
        rows: {
          overview: [{ traces: 100, querySpans: 50 }],
          storeUse: [
            { store: 'postgresql://pg:5432/orders', system: 'postgresql', known: 1, service: 'orders', spans: 45 },
          ],
          tableUse: [
            {
              store: 'postgresql://pg:5432/orders',
              known: 1,
              table: 'outbox',
              service: 'orders',
              spans: 45,
              writes: 45,
            },
            { store: 'postgresql://pg:5432/stock', known: 1, table: 'outbox', service: 'stock', spans: 45, writes: 45 },
          ],
        },
      },
      {
        name: 'the catalogue of the server',
        rows: {
          overview: [{ traces: 100, querySpans: 50 }],
          storeUse: [
            { store: 'postgresql://pg:5432/shop', system: 'postgresql', known: 1, service: 'orders', spans: 45 },
          ],
          tableUse: [
            {
              store: 'postgresql://pg:5432/shop',
              known: 1,
              table: 'pg_catalog.pg_type',
              service: 'orders',
              spans: 45,
              reads: 45,
            },
            {
              store: 'postgresql://pg:5432/shop',
              known: 1,
              table: 'pg_catalog.pg_type',
              service: 'stock',
              spans: 45,
              reads: 45,
            },
          ],
        },
      },
    ],
  },
  evidence: ({ tableUse, storeUse }, limit) => {
    const databases = storeUse.filter((use) => !['redis', 'valkey', 'memcached'].includes(use.system))
    return {
      applicable: databases.length > 0,
      reason: 'No service queries a database.',
      samples: tableUse.filter((use) => use.known === 1).reduce((sum, use) => sum + use.spans, 0),
      least: limit.spans,
      of: 'uses of tables in databases with a known address',
      advice:
        'Let the database instrumentation record db.query.text (sanitised is enough) or db.collection.name, and server.address.',
      blind: databases
        .filter((use) => use.known === 0)
        .map((use) => `${use.service}: ${use.system} without server.address or db.namespace`),
    }
  },
  audit: ({ tableUse, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const seconds = Math.max(1, ((overview[0]?.endMs ?? 0) - (overview[0]?.startMs ?? 0)) / 1000)
    const tables = new Map<string, Needs['tableUse']>()
    for (const use of tableUse) {
      if (use.known !== 1 || use.spans < limit.spans || catalogue.test(use.table)) continue
      const key = JSON.stringify([use.store, use.table])
      tables.set(key, [...(tables.get(key) ?? []), use])
    }
    const findings: FindingDraft[] = []
    for (const uses of tables.values()) {
      const [one] = uses
      if (!one || uses.length < 2) continue
      // the proof starts with the writers, whose traces show the fault best
      const ordered = [...uses].sort((a, b) => b.writes - a.writes || (a.service < b.service ? -1 : 1))
      const writers = ordered.filter((use) => use.writes > 0)
      findings.push({
        severity: writers.length >= limit.writers ? 'critical' : 'warning',
        message: `${uses.length} services use the table ${one.table}: ${ordered.map((use) => `${use.service} (${use.reads} reads, ${use.writes} writes)`).join(', ')}.`,
        where: { store: one.store, table: one.table, path: uses.map((use) => use.service) },
        measured: { value: uses.length, unit: 'services' },
        limit: { value: 2, unit: 'services' },
        cost: { value: uses.reduce((sum, use) => sum + use.spans, 0) / seconds, unit: 'calls/s' },
        share: traces > 0 ? Math.max(...uses.map((use) => use.traces)) / traces : 0,
        proof: {
          traceIds: ordered.flatMap((use) => use.traceIds.slice(0, Math.max(1, Math.floor(10 / uses.length)))),
          spanIds: ordered[0]?.spanIds ?? [],
          samples: uses.reduce((sum, use) => sum + use.spans, 0),
        },
      })
    }
    return findings
  },
})

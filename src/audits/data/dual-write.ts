/**
 * One request changes a database and publishes a message: two systems, no transaction around both.
 *
 *     POST /orders   INSERT INTO orders ✔   publish orders.placed ✘   → an order that nobody ships
 *
 * With an outbox the request only writes, and a relay publishes later: it reads what it publishes and then marks it, and that is
 * no dual write. A request that publishes at once but also writes the table which such a relay reads is safe as well. A consumer that
 * writes and publishes is the same fault on the asynchronous side: a crash in between makes the broker deliver the message again, and the
 * write is done twice instead of the event being lost.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { outboxPrescription } from './outbox-recipe.js'

const limits = {
  share: {
    default: 0.01,
    unit: 'ratio',
    why: 'Below one request in a hundred it may be a repair or an import.',
    source: 'house',
  },
  requests: { default: 3, unit: 'traces', why: 'One odd request is no pattern.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'dualWrites' | 'overview' | 'storeUse' | 'destinationUse'>
type Row = Needs['dualWrites'][number]

/** Tables that a relay empties, by store: what a request writes there will be published. */
function outboxTables(rows: readonly Row[]): Map<string, Set<string>> {
  const outboxes = new Map<string, Set<string>>()
  for (const row of rows) {
    if (row.relays === 0) continue
    const tables = outboxes.get(row.store) ?? new Set<string>()
    for (const table of row.relayTables) tables.add(table)
    outboxes.set(row.store, tables)
  }
  return outboxes
}

export const dualWrite = defineAudit<Needs, typeof limits>({
  id: 'dual-write',
  family: 'data',
  title: 'Changes and the messages about them cannot part',
  failureTitle: 'A request changes a database and publishes a message, and one of the two can be lost',
  definition:
    'In at least 1 % of the requests of an operation one service writes a database and publishes a message, and no table that a relay publishes from is written with it.',
  why: 'A crash, a deployment or a broker hiccup between the two leaves an order that nobody ships, or a parcel for an order that was rolled back. Nothing fails at that moment; the difference is found weeks later.',
  fix: 'Write the message into an outbox table in the same transaction, and let a relay (or change data capture such as Debezium) publish it. Consumers must then stand duplicates: give each message an id and let them remember it.',
  verify:
    'Stop the broker, place an order, start the broker: the message arrives. In the traces the request only writes, and the publish stands in the relay.',
  needs: ['dualWrites', 'overview', 'storeUse', 'destinationUse'],
  limits,
  references: [
    {
      title: 'Transactional outbox, microservices.io',
      url: 'https://microservices.io/patterns/data/transactional-outbox.html',
    },
    {
      title: 'Debezium outbox event router',
      url: 'https://debezium.io/documentation/reference/stable/transformations/outbox-event-router.html',
    },
  ],
  examples: {
    fires: [
      {
        name: 'one request in a hundred',
        rows: {
          overview: [{ traces: 300 }],
          storeUse: [{ system: 'postgresql', service: 'orders', writes: 300 }],
          destinationUse: [{ role: 'producer', service: 'orders', spans: 300 }],
          dualWrites: [
            {
              service: 'orders',
              operation: 'POST /orders',
              store: 'postgresql://pg:5432/orders',
              destination: 'rabbitmq://broker/orders.placed',
              entries: 300,
              both: 3,
              tables: ['orders'],
              traceIds: ['a1'],
              spanIds: ['s1'],
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'fewer than one in a hundred',
        rows: {
          overview: [{ traces: 400 }],
          storeUse: [{ system: 'postgresql', service: 'orders', writes: 300 }],
          destinationUse: [{ role: 'producer', service: 'orders', spans: 300 }],
          dualWrites: [{ service: 'orders', operation: 'POST /orders', entries: 400, both: 3, tables: ['orders'] }],
        },
      },
      {
        name: 'twice is no pattern',
        rows: {
          overview: [{ traces: 20 }],
          storeUse: [{ system: 'postgresql', service: 'orders', writes: 20 }],
          destinationUse: [{ role: 'producer', service: 'orders', spans: 20 }],
          dualWrites: [{ service: 'orders', operation: 'POST /orders', entries: 20, both: 2, tables: ['orders'] }],
        },
      },
      {
        name: 'the relay of an outbox',
        rows: {
          overview: [{ traces: 300 }],
          storeUse: [{ system: 'postgresql', service: 'orders', writes: 300 }],
          destinationUse: [{ role: 'producer', service: 'orders', spans: 300 }],
          dualWrites: [
            {
              service: 'orders',
              operation: 'relay',
              store: 'postgresql://pg:5432/orders',
              entries: 100,
              relays: 100,
              relayTables: ['messages'],
            },
          ],
        },
      },
      {
        name: 'published at once, and kept in the table of a relay',
        rows: {
          overview: [{ traces: 300 }],
          storeUse: [{ system: 'postgresql', service: 'orders', writes: 300 }],
          destinationUse: [{ role: 'producer', service: 'orders', spans: 300 }],
          dualWrites: [
            {
              service: 'orders',
              operation: 'POST /orders',
              store: 'postgresql://pg:5432/orders',
              entries: 300,
              both: 300,
              tables: ['messages', 'orders'],
            },
            {
              service: 'orders',
              operation: 'relay',
              store: 'postgresql://pg:5432/orders',
              entries: 100,
              relays: 100,
              relayTables: ['messages'],
            },
          ],
        },
      },
    ],
  },
  evidence: ({ storeUse, destinationUse, overview }, limit) => {
    const writers = new Set(
      storeUse
        .filter((use) => use.writes > 0 && !['redis', 'valkey', 'memcached'].includes(use.system))
        .map((use) => use.service),
    )
    const publishers = destinationUse.filter((use) => use.role === 'producer')
    const unseen = storeUse.filter(
      (use) => use.reads + use.writes === 0 && publishers.some((publisher) => publisher.service === use.service),
    )
    return {
      applicable: publishers.length > 0 && (writers.size > 0 || unseen.length > 0),
      reason: publishers.length === 0 ? 'Nobody publishes messages.' : 'Nobody writes a database.',
      samples: unseen.length > 0 && writers.size === 0 ? 0 : (overview[0]?.traces ?? 0),
      least: limit.requests,
      of: 'traces',
      advice:
        'Record requests that place orders and the like, with db.query.text, so that writes can be told from reads.',
      blind: unseen.map((use) => `${use.service}: ${use.system} spans without a statement or operation`),
    }
  },
  audit: ({ dualWrites, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const seconds = Math.max(1, ((overview[0]?.endMs ?? 0) - (overview[0]?.startMs ?? 0)) / 1000)
    const outboxes = outboxTables(dualWrites)
    return dualWrites
      .filter((row) => row.both >= limit.requests && row.both / Math.max(1, row.entries) >= limit.share)
      .filter((row) => !row.tables.some((table) => outboxes.get(row.store)?.has(table)))
      .map((row): FindingDraft => ({
        severity: 'warning',
        message: `${row.service} writes ${row.tables.join(', ') || 'its database'} and publishes to ${row.destination} in ${row.both} of ${row.entries} requests of ${row.operation}, without a transaction around both.`,
        where: { service: row.service, operation: row.operation, store: row.store, destination: row.destination },
        measured: { value: row.both / Math.max(1, row.entries), unit: 'ratio' },
        limit: { value: limit.share, unit: 'ratio' },
        cost: { value: row.both / seconds, unit: 'calls/s' },
        share: traces > 0 ? row.both / traces : 0,
        prescription: outboxPrescription(row),
        proof: { traceIds: row.traceIds, spanIds: row.spanIds, samples: row.entries },
      }))
  },
})

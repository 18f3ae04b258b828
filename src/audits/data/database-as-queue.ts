/**
 * A table that one service fills and another asks again and again: a queue built out of a database.
 *
 *     orders ──INSERT──▶ [ print_jobs ] ◀──SELECT … every second── printing        nothing, nothing, nothing, a job, nothing
 *
 * A poll is a question that nobody asked for: it comes from a timer or a loop, not from a request. A service that polls a table which
 * only it writes is not meant, and neither is a relay that publishes what it reads, in whatever process it runs: that is an outbox.
 * Confused with: shared-table (who uses a table, however), pull-instead-of-events (polling another service's API).
 */
import { grouped } from '../../lib/grouped.js'
import { largest } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  variation: {
    default: 0.2,
    unit: 'ratio',
    why: 'A timer keeps its beat; requests of users come far less evenly (about 1.6).',
    source: 'house',
  },
  pollsPerHour: {
    default: 30,
    unit: 'count',
    why: 'What is asked less often than every two minutes is a job that looks after something.',
    source: 'house',
  },
  polls: { default: 20, unit: 'count', why: 'Fewer do not show a beat.', source: 'house' },
  writes: {
    default: 3,
    unit: 'spans',
    why: 'Fewer writes by the other service may be a migration or a slip of somebody’s hand.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'polls' | 'tableUse' | 'storeUse' | 'dualWrites' | 'overview'>
type Limits = Record<keyof typeof limits, number>
type Poll = Needs['polls'][number]

const shop = 'postgresql://pg-jobs:5432/jobs'
const use = (service: string, writes: number) => ({
  store: shop,
  known: 1,
  table: 'print_jobs',
  service,
  spans: 200,
  writes,
})
const poll = {
  service: 'printing',
  store: shop,
  known: 1,
  tables: ['print_jobs'],
  polls: 20,
  intervals: 19,
  medianMs: 1000,
  variation: 0.05,
  traceIds: ['a1'],
  spanIds: ['s1'],
}
const recorded = {
  overview: [{ traces: 300, startMs: 0, endMs: 600_000 }],
  storeUse: [{ store: shop, system: 'postgresql', known: 1, service: 'printing', spans: 200, reads: 200 }],
}

export const databaseAsQueue = defineAudit<Needs, typeof limits>({
  id: 'database-as-queue',
  family: 'data',
  title: 'Services hand work over by messages or calls',
  failureTitle: 'A table serves as a queue between services',
  definition:
    'A service polls a table that another service writes: the same reading statement at least 30 times an hour, at intervals whose quartiles lie less than 20 % of the median apart, in traces that no request began; or any statement that skips locked rows. A note where the poller neither skips locked rows nor changes the table. Relays of an outbox are left out.',
  why: 'The database answers the same question all day, mostly with nothing, and work waits half an interval for nobody’s benefit. Claiming, retrying, ordering, dead letters and back pressure are written by hand, locks and dead rows pile up in the hottest table, and two services now share a schema. It works for one consumer at a low rate, which is why it is there.',
  fix: 'Let the writer publish what it wants done, through its outbox if it must not be lost, and let the other service consume it from a broker. If a table is to stay (few jobs, one team), let one service own both ends of it and offer the work by its API, use a queue library for the database instead of hand-written claims, and LISTEN/NOTIFY instead of a short interval.',
  verify:
    'Audit again: the service that works on the jobs no longer names the table, and in the database’s statistics the polling statement is gone.',
  needs: ['polls', 'tableUse', 'storeUse', 'dualWrites', 'overview'],
  limits,
  references: [
    {
      title: 'The Database as Queue Anti-Pattern, Hadlow, 2012',
      url: 'https://mikehadlow.blogspot.com/2012/04/database-as-queue-anti-pattern.html',
    },
    {
      title:
        'PostgreSQL: SKIP LOCKED “can be used to avoid lock contention with multiple consumers accessing a queue-like table”',
      url: 'https://www.postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE',
    },
  ],
  examples: {
    fires: [
      {
        name: 'a steady beat, and the jobs are marked as done',
        rows: {
          ...recorded,
          polls: [{ ...poll, variation: 0.19, medianMs: 120_000 }],
          tableUse: [use('orders', 3), use('printing', 3)],
        },
        severities: ['warning'],
      },
      {
        name: 'locked rows are skipped, whatever the beat',
        rows: {
          ...recorded,
          polls: [{ ...poll, variation: 1.5, skipsLocked: 1 }],
          tableUse: [use('orders', 3), use('printing', 0)],
        },
        severities: ['warning'],
      },
      {
        name: 'a steady beat, and nothing is changed',
        rows: { ...recorded, polls: [poll], tableUse: [use('orders', 3), use('printing', 0)] },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'a table of its own',
        rows: { ...recorded, polls: [{ ...poll, skipsLocked: 1 }], tableUse: [use('printing', 100)] },
      },
      {
        name: 'two writes by the other service',
        rows: { ...recorded, polls: [poll], tableUse: [use('orders', 2), use('printing', 100)] },
      },
      {
        name: 'no beat',
        rows: { ...recorded, polls: [{ ...poll, variation: 0.2 }], tableUse: [use('orders', 100), use('printing', 9)] },
      },
      {
        name: 'less often than every two minutes, or nineteen times',
        rows: {
          ...recorded,
          polls: [
            { ...poll, medianMs: 120_001 },
            { ...poll, polls: 19, intervals: 18 },
          ],
          tableUse: [use('orders', 100), use('printing', 9)],
        },
      },
      {
        name: 'a relay in a process of its own, which publishes what it reads',
        rows: {
          ...recorded,
          polls: [{ ...poll, skipsLocked: 1 }],
          tableUse: [use('orders', 100), use('printing', 100)],
          dualWrites: [{ service: 'printing', store: shop, relays: 100, relayTables: ['print_jobs'] }],
        },
      },
      {
        name: 'a server of which nobody says which database',
        rows: {
          ...recorded,
          polls: [{ ...poll, store: 'postgresql://pg-jobs:5432', known: 0 }],
          tableUse: [use('orders', 100), use('printing', 9)].map((one) => ({
            ...one,
            store: 'postgresql://pg-jobs:5432',
            known: 0,
          })),
        },
      },
    ],
  },
  evidence: ({ tableUse, storeUse }, limit) => {
    const databases = storeUse.filter((one) => !['redis', 'valkey', 'memcached'].includes(one.system))
    return {
      applicable: databases.length > 0,
      reason: 'No service queries a database.',
      samples: tableUse.filter((one) => one.known === 1).reduce((total, one) => total + one.spans, 0),
      least: limit.polls,
      of: 'uses of tables in databases with a known address',
      advice:
        'Let the database instrumentation record db.query.text (sanitised is enough) and server.address, also for what timers and loops do.',
      blind: databases
        .filter((one) => one.known === 0)
        .map((one) => `${one.service}: ${one.system} without server.address or db.namespace`),
    }
  },
  audit: (rows, limit) => {
    const [{ startMs, endMs, traces } = { startMs: 0, endMs: 0, traces: 0 }] = rows.overview
    const hours = Math.max(1, endMs - startMs) / 3_600_000
    const steady = rows.polls.filter((one) => one.known === 1 && isPolling(one, hours, limit))
    const byTable = grouped(
      steady.flatMap((one) => one.tables.map((table) => ({ ...one, table }))),
      (one) => JSON.stringify([one.service, one.store, one.table]),
    )
    return [...byTable.values()].flatMap((polls): FindingDraft[] => {
      const most = polls.reduce((a, b) => (b.polls > a.polls ? b : a))
      const { service, store, table } = most
      const users = rows.tableUse.filter((one) => one.known === 1 && one.store === store && one.table === table)
      const writers = users.filter((one) => one.service !== service && one.writes >= limit.writes)
      if (writers.length === 0 || relays(rows.dualWrites, service, store, table)) return []
      const claims = users.some((one) => one.service === service && one.writes > 0)
      const skips = polls.some((one) => one.skipsLocked === 1)
      const beat = isSteady(most, limit)
        ? `every ${interval(most.medianMs)}`
        : `${most.polls} times, skipping locked rows,`
      const filled = writers.map((one) => `${one.service} (${one.writes} writes)`).join(' and ')
      return [
        {
          severity: skips || claims ? 'warning' : 'note',
          message: `${service} asks ${beat} for rows of ${table}, which ${filled} fills: a queue in ${store}.`,
          where: { service, store, table },
          measured: { value: Math.round(largest(polls, (one) => pollsPerHour(one, hours, limit))), unit: 'count' },
          limit: { value: limit.pollsPerHour, unit: 'count' },
          cost: { value: most.polls / (hours * 3600), unit: 'calls/s' },
          share: traces > 0 ? Math.min(1, most.polls / traces) : 0,
          proof: { traceIds: most.traceIds, spanIds: most.spanIds.slice(0, 1), samples: most.polls },
        },
      ]
    })
  },
})

function isSteady(poll: Poll, limit: Limits): boolean {
  return poll.intervals > 0 && poll.medianMs > 0 && poll.variation < limit.variation
}

/** How often one instance asks: by its beat, or by the whole recording where it has none. */
function pollsPerHour(poll: Poll, hours: number, limit: Limits): number {
  return isSteady(poll, limit) ? 3_600_000 / poll.medianMs : poll.polls / hours
}

function isPolling(poll: Poll, hours: number, limit: Limits): boolean {
  return (
    poll.polls >= limit.polls &&
    (poll.skipsLocked === 1 || isSteady(poll, limit)) &&
    pollsPerHour(poll, hours, limit) >= limit.pollsPerHour
  )
}

/** Whether the service publishes what it reads from the table. */
function relays(rows: Needs['dualWrites'], service: string, store: string, table: string): boolean {
  return rows.some(
    (row) => row.relays > 0 && row.service === service && row.store === store && row.relayTables.includes(table),
  )
}

function interval(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toPrecision(2))} s`
}

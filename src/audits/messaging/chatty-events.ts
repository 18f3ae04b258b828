/**
 * One request, and a message for each of its parts.
 *
 *     POST /orders ──▶ order.line ──▶ order.line ──▶ order.line … eighteen times, where one order would say it
 *
 * Only what a request asked for counts: a relay or a nightly job that sends many messages at once is not meant. Confused with chatty-pair,
 * which is about calls.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  publishes: {
    default: 15,
    unit: 'calls/request',
    why: 'As for calls: nobody decides on fifteen of a kind, a loop does.',
    source: 'perf-sentinel',
  },
  requests: { default: 20, unit: 'traces', why: 'A 95th percentile of fewer is the largest of them.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'publishBursts' | 'flows' | 'brokerQueues' | 'overview'>

const burst = {
  service: 'orders',
  rootService: 'storefront',
  operation: 'POST /checkout',
  destination: 'kafka://k/lines',
  requests: 20,
}

export const chattyEvents = defineAudit<Needs, typeof limits>({
  id: 'chatty-events',
  family: 'messaging',
  title: 'A request publishes few messages to one destination',
  failureTitle: 'A request publishes many messages to one destination',
  definition:
    'In one operation’s requests that publish to a destination, the 95th percentile of messages per request is 15 or more.',
  why: 'Each message costs a publish, a delivery, an acknowledgement and a transaction at the consumer, and the consumer cannot tell when it has all of them: it handles a torn order. Whatever can be lost, doubled or reordered now can be so fifteen times.',
  fix: 'Publish one event that carries the list, named after what happened (an order was placed), not after its rows. Where a message would be too large, send a reference to the data, or batches.',
  verify: 'Record again: one request publishes one message to this destination.',
  needs: ['publishBursts', 'flows', 'brokerQueues', 'overview'],
  limits,
  references: [
    {
      title: 'Event-carried state transfer, Martin Fowler',
      url: 'https://martinfowler.com/articles/201701-event-driven.html',
    },
    {
      title: 'Claim check, Enterprise Integration Patterns',
      url: 'https://www.enterpriseintegrationpatterns.com/patterns/messaging/StoreInLibrary.html',
    },
  ],
  examples: {
    fires: [
      {
        name: 'fifteen a request',
        rows: { publishBursts: [{ ...burst, p95: 15, publishes: 300 }] },
        severities: ['warning'],
      },
    ],
    quiet: [
      { name: 'fourteen a request', rows: { publishBursts: [{ ...burst, p95: 14, publishes: 280 }] } },
      { name: 'nineteen requests', rows: { publishBursts: [{ ...burst, requests: 19, p95: 40 }] } },
    ],
  },
  evidence: ({ publishBursts, flows, brokerQueues }, limit) => ({
    applicable: publishBursts.length > 0 || flows.length > 0 || brokerQueues.length > 0,
    reason: 'Nobody publishes messages.',
    samples: Math.max(0, ...publishBursts.map((row) => row.requests)),
    least: limit.requests,
    of: 'requests of the busiest operation that publishes',
    advice: `Record at least ${limit.requests} requests that publish, with PRODUCER spans in their traces.`,
  }),
  audit: ({ publishBursts, overview }, limit) => {
    const traces = Math.max(1, overview[0]?.traces ?? 0)
    return publishBursts
      .filter((row) => row.requests >= limit.requests && row.p95 >= limit.publishes)
      .map((row): FindingDraft => ({
        severity: 'warning',
        message: `${row.service} publishes ${row.p95} messages to ${row.destination} for one ${row.operation} (95th percentile of ${row.requests} requests; ${row.most} at the most).`,
        where: { service: row.service, operation: row.operation, destination: row.destination },
        measured: { value: row.p95, unit: 'calls/request' },
        limit: { value: limit.publishes, unit: 'calls/request' },
        cost: { value: row.publishes - row.requests, unit: 'count' },
        share: Math.min(1, row.requests / traces),
        proof: { traceIds: row.traceIds, spanIds: row.spanIds, samples: row.requests },
      }))
  },
})

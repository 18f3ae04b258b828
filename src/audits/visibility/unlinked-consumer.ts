/**
 * Messages that are processed without a word of who sent them: the request ends at the broker, and the work comes from nowhere.
 *
 *     POST /orders ── publish ──▶ [ orders.placed ]      ⋯      process ── shipping (no parent, no link)
 *
 * Confused with batches: a poll that received many messages cannot be a child of all, so a link counts as much as a parent, and a
 * process span below a linked receive is linked. Receives and settlements are not judged. A parent in another service,
 * or one that is missing from the evidence, proves that the context came along. Where nobody publishes to that broker in the evidence,
 * the producer is the one who says nothing, and it is a note. Messages of one producer that lose their context on the way to a consumer
 * which keeps that of all others are lost-context's, and are not counted here (dropping-producers.ts).
 */
import { percent } from '../../lib/percent.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { droppingProducers } from './dropping-producers.js'

const limits = {
  unlinkedShare: {
    default: 0.05,
    unit: 'ratio',
    why: 'Messages from tools, replays and old producers carry no context; more than these is a consumer that drops it.',
    source: 'house',
  },
  spans: {
    default: 20,
    unit: 'spans',
    why: 'A share of fewer messages says nothing.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'consumerLinks' | 'messageContexts' | 'destinationUse' | 'overview'>

export const unlinkedConsumer = defineAudit<Needs, typeof limits>({
  id: 'unlinked-consumer',
  family: 'visibility',
  title: 'Whoever processes a message knows who sent it',
  failureTitle: 'Messages are processed without a link to their producer',
  definition:
    'Share of the process spans of a service and destination that have neither a parent nor a link that leads to a producer. Not counted are messages of a producer whose context alone is lost while this consumer keeps that of the others: they are lost-context’s.',
  why: 'An order is placed and nothing happens: with the link one trace shows where it stopped, without it there are two piles of spans and a time window. Delay in the queue, lost and repeated messages cannot be measured at all.',
  fix: 'Instrument the messaging client on both sides so that traceparent travels in the message headers, and let the consumer start its span with a link to it (a parent where one message is one span). Look for code that copies a message without its headers: bridges, dead-letter replays, outbox relays.',
  verify:
    'Record again: process spans of this destination carry a link or a parent, and the report draws the edge from producer to consumer.',
  needs: ['consumerLinks', 'messageContexts', 'destinationUse', 'overview'],
  limits,
  references: [
    {
      title: 'Semantic conventions for messaging spans: links',
      url: 'https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'six in a hundred parcels come from nowhere',
        rows: {
          overview: [{ traces: 400 }],
          destinationUse: [{ system: 'rabbitmq', role: 'producer', spans: 100 }],
          consumerLinks: [
            {
              destination: 'rabbitmq://broker/orders.placed',
              service: 'shipping',
              spans: 100,
              unlinked: 6,
              traces: 6,
              traceIds: ['a1'],
              spanIds: ['b1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'both producers’ messages come without: the consumer reads no headers',
        rows: {
          overview: [{ traces: 400 }],
          destinationUse: [{ system: 'rabbitmq', role: 'producer', spans: 200 }],
          consumerLinks: [
            { destination: 'rabbitmq://broker/orders.placed', service: 'shipping', spans: 200, unlinked: 200 },
          ],
          messageContexts: [
            {
              destination: 'rabbitmq://broker/orders.placed',
              consumer: 'shipping',
              producer: 'kiosk',
              processed: 100,
              lost: 100,
            },
            {
              destination: 'rabbitmq://broker/orders.placed',
              consumer: 'shipping',
              producer: 'orders',
              processed: 100,
              lost: 100,
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'messages of a producer that nobody sees',
        rows: {
          overview: [{ traces: 400 }],
          consumerLinks: [
            { destination: 'kafka://broker/prices', service: 'prices', spans: 20, unlinked: 20, traces: 20 },
          ],
          destinationUse: [{ system: 'rabbitmq', role: 'producer', spans: 9 }],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'five in a hundred',
        rows: {
          overview: [{ traces: 400 }],
          consumerLinks: [
            { destination: 'rabbitmq://broker/orders.placed', service: 'shipping', spans: 100, unlinked: 5 },
          ],
        },
      },
      {
        name: 'one producer of two sends no context: lost-context says so',
        rows: {
          overview: [{ traces: 400 }],
          destinationUse: [{ system: 'rabbitmq', role: 'producer', spans: 200 }],
          consumerLinks: [
            { destination: 'rabbitmq://broker/orders.placed', service: 'shipping', spans: 200, unlinked: 100 },
          ],
          messageContexts: [
            {
              destination: 'rabbitmq://broker/orders.placed',
              consumer: 'shipping',
              producer: 'kiosk',
              processed: 100,
              lost: 100,
            },
            {
              destination: 'rabbitmq://broker/orders.placed',
              consumer: 'shipping',
              producer: 'orders',
              processed: 100,
              lost: 0,
            },
          ],
        },
      },
      {
        name: 'nineteen messages',
        rows: {
          overview: [{ traces: 400 }],
          consumerLinks: [
            { destination: 'rabbitmq://broker/orders.placed', service: 'shipping', spans: 19, unlinked: 19 },
            { destination: 'rabbitmq://broker/orders.paid', service: 'shipping', spans: 20, unlinked: 0 },
          ],
        },
      },
    ],
  },
  evidence: ({ consumerLinks, overview }, limit) => {
    const thin = consumerLinks.filter((row) => row.spans < limit.spans)
    return {
      applicable: consumerLinks.length > 0 || (overview[0]?.messagingSpans ?? 0) > 0 || (overview[0]?.spans ?? 0) === 0,
      reason: 'No service publishes or consumes messages.',
      samples: Math.max(0, ...consumerLinks.map((row) => row.spans)),
      least: limit.spans,
      of: 'process spans of the busiest consumer',
      advice: `Record at least ${limit.spans} processed messages, with CONSUMER spans of operation "process".`,
      blind: thin.map(
        (row) => `${row.service} on ${row.destination || 'an unnamed destination'}: ${row.spans} messages`,
      ),
    }
  },
  audit: ({ consumerLinks, messageContexts, destinationUse, overview }, limit) => {
    const dropping = droppingProducers(messageContexts)
    const published = new Set(destinationUse.filter((row) => row.role === 'producer').map((row) => row.system))
    const seconds = Math.max(1, ((overview[0]?.endMs ?? 0) - (overview[0]?.startMs ?? 0)) / 1000)
    return consumerLinks
      .map((row) => {
        const elsewhere = dropping
          .filter((each) => each.destination === row.destination && each.consumer === row.service)
          .reduce((sum, each) => sum + each.lost, 0)
        return { ...row, unlinked: Math.max(0, row.unlinked - elsewhere) }
      })
      .filter((row) => row.spans >= limit.spans && row.unlinked / row.spans > limit.unlinkedShare)
      .map((row): FindingDraft => {
        const share = row.unlinked / row.spans
        const system = row.destination.split('://')[0] ?? ''
        const visible = system === '' ? published.size > 0 : published.has(system)
        const outside = visible ? '' : ' Nobody publishes there in this evidence: the producer is not instrumented.'
        const identified =
          row.identified > 0
            ? ` ${Math.min(row.identified, row.unlinked)} of them carry a message id, the only trail that is left.`
            : ''
        return {
          severity: visible ? 'warning' : 'note',
          message: `${row.service} processes ${percent(share)} of the messages of ${row.destination || 'an unnamed destination'} with neither parent nor link (${row.unlinked} of ${row.spans}).${identified}${outside}`,
          where: { service: row.service, ...(row.destination !== '' && { destination: row.destination }) },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.unlinkedShare, unit: 'ratio' },
          cost: { value: row.unlinked / seconds, unit: 'calls/s' },
          share: row.traces / Math.max(1, overview[0]?.traces ?? 0),
          proof: sampledProof(row.traceIds, row.spanIds, row.unlinked),
        }
      })
  },
})

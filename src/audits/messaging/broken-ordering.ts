/**
 * Messages that overtake each other where their order counts.
 *
 *     published   1 2 3 4 5 6       what the second changes, the first changes back
 *     done        1 3 2 4 6 5
 *
 * Within a key or a partition the broker promises order, and every exception is a finding. A queue with several messages in work at once
 * promises nothing: there it is a note, and only above a share, unless the charter requires order. The order of publishing is read off
 * the producer's clock and that of processing off the consumer's, each for itself, so clocks that differ do not matter.
 */
import { fitsDestination } from '../../lib/place-pattern.js'
import { percent } from '../../lib/percent.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { placeOfFlow } from './queue-places.js'

const limits = {
  pairs: {
    default: 0,
    unit: 'count',
    why: 'Where the broker promises order, or the charter asks for it, one is too many.',
    source: 'catalogue',
  },
  queueShare: {
    default: 0.03,
    unit: 'ratio',
    why: 'Two quick messages in work at once end the wrong way round now and then.',
    source: 'house',
  },
  queuePairs: { default: 3, unit: 'count', why: 'And more than once or twice.', source: 'house' },
  least: { default: 20, unit: 'count', why: 'Fewer pairs do not show an order.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'orderings' | 'flows' | 'brokerQueues' | 'overview'> &
  Pick<CharterRows, 'charterRequirements'>

function isRequired(destination: string, { charterRequirements }: Needs): boolean {
  return charterRequirements.some(
    (row) =>
      row.status === 'accepted' &&
      row.metric === 'ordered' &&
      row.scopeKind === 'destination' &&
      fitsDestination(row.scope, destination),
  )
}

const pair = {
  destination: 'kafka://k/orders',
  subscription: 'shipping',
  consumer: 'shipping',
  lane: 'key',
  lanes: 40,
  pairs: 100,
}
const ordered = {
  requirement: 'orders-in-order',
  scopeKind: 'destination' as const,
  scope: 'orders',
  metric: 'ordered' as const,
  status: 'accepted' as const,
}

export const brokenOrdering = defineAudit<Needs, typeof limits>({
  id: 'broken-ordering',
  family: 'messaging',
  title: 'Messages are processed in the order in which they were published',
  failureTitle: 'Messages overtake each other',
  definition:
    'Of two messages that one instance published one after the other on one key or partition, the later was done before the earlier. On a queue without either: in more than 3 % of the pairs, which is a note unless the charter requires order. Critical where it does.',
  why: 'A cancellation that is done before its order, a price that an older one replaces: each message is processed without error and the result is wrong. It happens under load, when several are in work at once, and never in a test.',
  fix: 'Give messages about one thing the same key and process a key one message at a time (Kafka: key by entity; RabbitMQ: a consistent hash exchange or single active consumer; SQS FIFO: message group; JetStream: one consumer a subject with max ack pending 1). Where order cannot be kept, let messages carry a version, and drop older ones.',
  verify: 'Record again under load: within each key the spans end in the order in which their messages were sent.',
  needs: ['orderings', 'flows', 'brokerQueues', 'overview', 'charterRequirements'],
  limits,
  references: [
    { title: 'Message ordering guarantee, RabbitMQ', url: 'https://www.rabbitmq.com/docs/queues#message-ordering' },
    {
      title: 'Resequencer, Enterprise Integration Patterns',
      url: 'https://www.enterpriseintegrationpatterns.com/patterns/messaging/Resequencer.html',
    },
  ],
  examples: {
    fires: [
      { name: 'one pair of one key', rows: { orderings: [{ ...pair, outOfOrder: 1 }] }, severities: ['warning'] },
      {
        name: 'four in a hundred of a queue',
        rows: { orderings: [{ ...pair, lane: 'queue', outOfOrder: 4 }] },
        severities: ['note'],
      },
      {
        name: 'one of a queue whose order is required',
        rows: { orderings: [{ ...pair, lane: 'queue', outOfOrder: 1 }], charterRequirements: [ordered] },
        severities: ['critical'],
      },
    ],
    quiet: [
      { name: 'all in order', rows: { orderings: [{ ...pair, outOfOrder: 0 }] } },
      { name: 'three in a hundred of a queue', rows: { orderings: [{ ...pair, lane: 'queue', outOfOrder: 3 }] } },
      { name: 'two of twenty of a queue', rows: { orderings: [{ ...pair, lane: 'queue', pairs: 20, outOfOrder: 2 }] } },
      { name: 'nineteen pairs', rows: { orderings: [{ ...pair, pairs: 19, outOfOrder: 5 }] } },
    ],
  },
  evidence: ({ orderings, flows, brokerQueues }, limit) => ({
    applicable: flows.length > 0 || orderings.length > 0 || brokerQueues.length > 0,
    reason: 'Nobody is seen to consume messages.',
    samples: Math.max(0, ...orderings.map((row) => row.pairs)),
    least: limit.least,
    of: 'pairs of messages on one key, partition or queue that one instance processed',
    advice:
      'Record producers and consumers of one destination under load, with links, and with message keys or partitions where there are any: brokers do not know in which order messages were done.',
    blind: orderings
      .filter((row) => row.pairs < limit.least && row.apart >= limit.least)
      .map(
        (row) =>
          `${row.consumer} on ${row.destination}: several instances take turns, and no order can be read off different clocks`,
      ),
  }),
  audit: (survey, limit) => {
    const { orderings, overview } = survey
    return orderings.flatMap((row): FindingDraft[] => {
      const required = isRequired(row.destination, survey)
      const promised = row.lane !== 'queue' || required
      const share = row.outOfOrder / Math.max(1, row.pairs)
      if (row.pairs < limit.least || row.outOfOrder <= limit.pairs) return []
      if (!promised && (share <= limit.queueShare || row.outOfOrder < limit.queuePairs)) return []
      const lanes = row.lane === 'queue' ? '' : ` of one ${row.lane}`
      return [
        {
          severity: required ? 'critical' : promised ? 'warning' : 'note',
          message: `${row.consumer} finished ${row.outOfOrder} of ${row.pairs} pairs of messages${lanes} of ${row.destination} (${percent(share)}) in the wrong order${required ? ', and the charter requires order' : promised ? '' : '; nothing says whether order counts there'}.`,
          where: placeOfFlow(row),
          measured: { value: row.outOfOrder, unit: 'count' },
          limit: promised
            ? { value: limit.pairs, unit: 'count' }
            : { value: Math.floor(limit.queueShare * row.pairs), unit: 'count' },
          share: Math.min(1, row.traces / Math.max(1, overview[0]?.traces ?? 0)),
          proof: sampledProof(row.traceIds, row.spanIds, row.pairs),
        },
      ]
    })
  },
})

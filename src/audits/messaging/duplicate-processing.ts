/**
 * One message, processed twice, and both times with success.
 *
 *     order-48 ──▶ notifications ✔ ── and again ✔        sent twice under one id, or delivered again because the acknowledgement was late
 *
 * Counted for each destination, message and subscription: that a message goes to several queues or groups is what topics are for.
 * Attempts that failed are poison-message's, and what a second run breaks is non-idempotent-consumer's.
 */
import { percent } from '../../lib/percent.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { placeOfFlow, type Flow } from './queue-places.js'
import { bySubscription, isBroadcast } from './repeats.js'

const limits = {
  share: {
    default: 0.001,
    unit: 'ratio',
    why: 'At-least-once delivery repeats one in thousands when a consumer restarts.',
    source: 'house',
  },
  messages: { default: 20, unit: 'count', why: 'A share of fewer messages says nothing.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'flows' | 'repeatedMessages' | 'brokerQueues' | 'overview'>

/** Flows whose messages can be told apart. */
const canTell = (flow: Flow): boolean => flow.processed > 0 && (flow.identified > 0 || flow.matched > 0)

const flow = {
  destination: 'kafka://k/orders',
  subscription: 'mail',
  consumer: 'mail',
  processed: 1_002,
  messages: 1_000,
  identified: 1_002,
}
const twice = {
  destination: 'kafka://k/orders',
  subscription: 'mail',
  consumer: 'mail',
  successes: 2,
  instances: ['a', 'a'],
}

export const duplicateProcessing = defineAudit<Needs, typeof limits>({
  id: 'duplicate-processing',
  family: 'messaging',
  title: 'Each message is processed once',
  failureTitle: 'Messages are processed more than once',
  definition:
    'More than 0.1 % of the messages of a subscription (destination, message id, and group, queue or service) have two process spans or more that succeeded.',
  why: 'Whatever the consumer does, it does twice: two letters, two parcels, two charges. Brokers promise at least once, not once; how often it happens tells whether it is the rare restart or something that sends or acknowledges wrongly all the time.',
  fix: 'Where two publishes have one id: confirm publishes and send again only what was not confirmed, or publish from an outbox that marks what it sent. Where one publish is delivered twice: acknowledge after the work and before the timeout (visibility timeout, ack wait, max.poll.interval), and lengthen that for slow messages. And let the consumer remember the ids that it has had.',
  verify: 'Record again: each message id has one successful process span in each subscription.',
  needs: ['flows', 'repeatedMessages', 'brokerQueues', 'overview'],
  limits,
  references: [
    {
      title: 'Idempotent consumer, microservices.io',
      url: 'https://microservices.io/patterns/communication-style/idempotent-consumer.html',
    },
    {
      title: 'Consumer acknowledgements and publisher confirms, RabbitMQ',
      url: 'https://www.rabbitmq.com/docs/confirms',
    },
  ],
  examples: {
    fires: [
      {
        name: 'two in a thousand',
        rows: { flows: [flow], repeatedMessages: [{ ...twice, repeatedMessages: 2, repeatedRuns: 2 }] },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'one in a thousand',
        rows: { flows: [flow], repeatedMessages: [{ ...twice, repeatedMessages: 1, repeatedRuns: 1 }] },
      },
      {
        name: 'nineteen messages',
        rows: {
          flows: [{ ...flow, messages: 19 }],
          repeatedMessages: [{ ...twice, repeatedMessages: 9, repeatedRuns: 9 }],
        },
      },
      {
        name: 'a failure and a success',
        rows: { flows: [flow], repeatedMessages: [{ ...twice, failures: 1, successes: 1 }] },
      },
      {
        name: 'a broadcast: every instance has its copy',
        rows: {
          flows: [flow],
          repeatedMessages: [{ ...twice, instances: ['a', 'b'], repeatedMessages: 990, repeatedRuns: 990 }],
        },
      },
    ],
  },
  evidence: ({ flows, repeatedMessages, brokerQueues }, limit) => {
    const judged = flows.filter(canTell)
    const repeats = bySubscription(repeatedMessages)
    return {
      applicable: flows.length > 0 || brokerQueues.length > 0,
      reason: 'Nobody is seen to consume messages.',
      samples: Math.max(0, ...judged.map((each) => each.messages)),
      least: limit.messages,
      of: 'messages of the busiest subscription whose messages can be told apart',
      advice:
        'Record process spans with messaging.message.id (or a link to their producer): brokers do not know what was processed twice.',
      blind: [
        ...flows
          .filter((each) => each.processed > 0 && !canTell(each))
          .map((each) => `${each.consumer} on ${each.destination}: spans have neither message ids nor links`),
        ...flows
          .filter((each) => isBroadcast(each, repeats.get(`${each.destination}\0${each.subscription}`) ?? []))
          .map(
            (each) =>
              `${each.consumer} on ${each.destination}: every instance seems to have a copy of its own, so that runs cannot be told from duplicates`,
          ),
      ],
    }
  },
  audit: ({ flows, repeatedMessages, overview }, limit) => {
    const traces = Math.max(1, overview[0]?.traces ?? 0)
    const repeats = bySubscription(repeatedMessages)
    return flows.flatMap((each): FindingDraft[] => {
      const rows = (repeats.get(`${each.destination}\0${each.subscription}`) ?? []).filter(
        (row) => row.consumer === each.consumer,
      )
      const worst = rows.find((row) => row.successes > 1)
      if (!worst || each.messages < limit.messages || isBroadcast(each, rows)) return []
      const share = worst.repeatedMessages / each.messages
      if (share <= limit.share) return []
      const sent = rows.filter((row) => row.successes > 1 && row.publishes > 1).length
      const seen = rows.some((row) => row.successes > 1 && row.publishes > 0)
      const cause =
        sent > 0
          ? 'they were published more than once under one id'
          : seen
            ? 'one publish was delivered more than once'
            : 'who published them was not seen'
      const name = worst.messageId === '' ? '' : `, ${worst.messageId} among them`
      return [
        {
          severity: 'warning',
          message: `${each.consumer} processed ${worst.repeatedMessages} of ${each.messages} messages of ${each.destination} (${percent(share)}) more than once with success${name}: ${cause}.`,
          where: placeOfFlow(each),
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          cost: { value: worst.repeatedRuns, unit: 'count' },
          share: Math.min(1, worst.repeatedMessages / traces),
          proof: sampledProof(worst.traceIds, worst.spanIds, each.processed),
        },
      ]
    })
  },
})

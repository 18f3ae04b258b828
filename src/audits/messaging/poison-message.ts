/**
 * A message that no attempt can process, tried again and again.
 *
 *     order-56  ✘ ✘ ✘ ✘ ✘ ✘ ✘ ✘      the other orders wait behind it, and every attempt costs what a good one costs
 *
 * From traces: one message with five failures or more in one subscription, seen or stated by the span (delivery count). From traces and
 * brokers: a large share of redeliveries. Confused with duplicate-processing (both runs succeed) and retry-storm (calls, not messages).
 */
import { percent } from '../../lib/percent.js'
import { grouped } from '../../lib/grouped.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { deadLetterPrescription, presumedQueue } from './prescriptions.js'
import { placeOfFlow, placeOfQueue, queueOf, queueText, workQueues, type Flow, type Queue } from './queue-places.js'

const limits = {
  failures: {
    default: 5,
    unit: 'attempts',
    why: 'maxReceiveCount as AWS advises: what failed so often fails again.',
    source: 'AWS maxReceiveCount',
  },
  redelivered: {
    default: 0.05,
    unit: 'ratio',
    why: 'A restart redelivers a handful; one delivery in twenty is a loop.',
    source: 'house',
  },
  deliveries: { default: 20, unit: 'count', why: 'A share of fewer deliveries says nothing.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'brokerQueues' | 'flows' | 'repeatedMessages' | 'overview'>
type Limits = Record<keyof typeof limits, number>
type Repeated = Needs['repeatedMessages'][number]

const isPoison = (row: Repeated, limit: Limits): boolean =>
  row.failures >= limit.failures || (row.failures > 0 && row.attempt >= limit.failures)

/** Redeliveries of all deliveries; the broker counts better than spans, of which few say. */
function redelivery(
  flow: Flow | undefined,
  queue: Queue | undefined,
): { redelivered: number; delivered: number } | undefined {
  if (queue && queue.redelivered >= 0 && queue.delivered > 0)
    return { redelivered: queue.redelivered, delivered: queue.delivered }
  return flow && flow.redelivered > 0 ? { redelivered: flow.redelivered, delivered: flow.deliveries } : undefined
}

const flow = {
  system: 'rabbitmq',
  destination: 'rabbitmq://b/shop:order',
  subscription: 'shipping.order',
  consumer: 'shipping',
  processed: 100,
  deliveries: 100,
  messages: 90,
}

export const poisonMessage = defineAudit<Needs, typeof limits>({
  id: 'poison-message',
  family: 'messaging',
  title: 'A message that cannot be processed is given up',
  failureTitle: 'A message fails again and again and is never given up',
  definition:
    'One subscription processed the same message with an error five times or more, or more than 5 % of at least 20 deliveries are redeliveries.',
  why: 'A message that fails for its content fails every time. While it goes round, it takes the place of good ones, fills logs and alarms, and in an ordered queue stops everything behind it; with several of them a consumer does nothing else.',
  fix: 'Limit the deliveries of one message and send it to a dead-letter queue after that. Tell faults that time heals (a timeout: retry later, with growing pauses) from those that it does not (a message that makes no sense: reject at once).',
  verify:
    'Publish a message that cannot be processed: it is tried as often as the limit says, then lies in the dead-letter queue, and redeliveries stop.',
  needs: ['brokerQueues', 'flows', 'repeatedMessages', 'overview'],
  limits,
  references: [
    {
      title: 'Poison message handling, RabbitMQ quorum queues',
      url: 'https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling',
    },
    {
      title: 'Amazon SQS dead-letter queues: maxReceiveCount',
      url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    },
  ],
  examples: {
    fires: [
      {
        name: 'five failures of one message',
        rows: {
          flows: [flow],
          repeatedMessages: [
            {
              destination: flow.destination,
              subscription: flow.subscription,
              consumer: 'shipping',
              messageId: 'o-1',
              failures: 5,
              failing: 1,
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'a failure that says it is the fifth delivery',
        rows: {
          flows: [flow],
          repeatedMessages: [
            {
              destination: flow.destination,
              subscription: flow.subscription,
              consumer: 'shipping',
              failures: 1,
              attempt: 5,
              failing: 1,
            },
          ],
        },
      },
      {
        name: 'a queue without dead letters keeps it for ever',
        rows: {
          flows: [flow],
          brokerQueues: [{ system: 'rabbitmq', kind: 'queue', name: 'shipping.order', delivered: 100, redelivered: 1 }],
          repeatedMessages: [
            {
              destination: flow.destination,
              subscription: flow.subscription,
              consumer: 'shipping',
              failures: 5,
              failing: 1,
            },
          ],
        },
        severities: ['critical'],
      },
      {
        name: 'six in a hundred deliveries of a queue',
        rows: {
          brokerQueues: [{ system: 'rabbitmq', kind: 'queue', name: 'shipping.order', delivered: 100, redelivered: 6 }],
        },
      },
      { name: 'six in a hundred spans', rows: { flows: [{ ...flow, redelivered: 6 }] } },
    ],
    quiet: [
      {
        name: 'four failures, then success',
        rows: {
          flows: [flow],
          repeatedMessages: [
            {
              destination: flow.destination,
              subscription: flow.subscription,
              consumer: 'shipping',
              failures: 4,
              successes: 1,
            },
          ],
        },
      },
      {
        name: 'five in a hundred deliveries',
        rows: {
          brokerQueues: [{ system: 'rabbitmq', kind: 'queue', name: 'shipping.order', delivered: 100, redelivered: 5 }],
        },
      },
      {
        name: 'half of nineteen deliveries',
        rows: {
          brokerQueues: [{ system: 'rabbitmq', kind: 'queue', name: 'shipping.order', delivered: 19, redelivered: 9 }],
        },
      },
    ],
  },
  evidence: ({ flows, brokerQueues }, limit) => {
    const counted = brokerQueues.filter((queue) => queue.redelivered >= 0 && queue.delivered >= limit.deliveries).length
    return {
      applicable: flows.length > 0 || brokerQueues.length > 0,
      reason: 'Nobody consumes messages.',
      samples: counted + flows.filter((each) => each.processed > 0).length,
      least: 1,
      of: 'queues and consumers',
      advice:
        'Record process spans with message ids, or ask the broker while it runs: definitions do not count redeliveries.',
      blind: flows
        .filter(
          (each) => each.processed > 0 && each.errors >= limit.failures && each.identified === 0 && each.matched === 0,
        )
        .map(
          (each) =>
            `${each.consumer} on ${each.destination}: failures without message ids or links cannot be told apart`,
        ),
    }
  },
  audit: ({ flows, brokerQueues, repeatedMessages, overview }, limit) => {
    const traces = Math.max(1, overview[0]?.traces ?? 0)
    const repeats = grouped(repeatedMessages, (row) => `${row.destination}\0${row.subscription}`)
    const places = [
      ...flows.map((each) => ({ flow: each, queue: queueOf(each, brokerQueues) })),
      ...workQueues(brokerQueues)
        .filter((queue) => !flows.some((each) => queueOf(each, brokerQueues) === queue))
        .map((queue) => ({ flow: undefined, queue })),
    ]
    return places.flatMap(({ flow: seen, queue }): FindingDraft[] => {
      const rows = seen ? (repeats.get(`${seen.destination}\0${seen.subscription}`) ?? []) : []
      const poison = rows.filter((row) => row.consumer === seen?.consumer && isPoison(row, limit))
      const counts = redelivery(seen, queue)
      const share = counts && counts.delivered >= limit.deliveries ? counts.redelivered / counts.delivered : 0
      const [worst] = poison
      if (!worst && share <= limit.redelivered) return []
      const place = seen ? placeOfFlow(seen) : queue ? placeOfQueue(queue, flows, brokerQueues) : {}
      const who = seen ? `${seen.consumer} on ${seen.destination}` : queue ? queueText(queue, place) : ''
      const number = Math.max(worst?.failing ?? 0, poison.length)
      const id = worst && worst.messageId !== '' ? ` (${worst.messageId})` : ''
      const often = worst ? Math.max(worst.failures, worst.attempt) : 0
      const loops = worst
        ? `${number} ${number === 1 ? 'message' : 'messages'} failed ${limit.failures} times or more, the worst${id} ${often} times`
        : ''
      const redelivered =
        counts && share > limit.redelivered
          ? `${percent(share)} of ${counts.delivered} deliveries are redeliveries`
          : ''
      const named = queue ?? (seen && presumedQueue(seen))
      const kept = queue !== undefined && queue.deadLetterTo === '' && queue.deliveryLimit <= 0
      const prescription = named && (queue === undefined || kept) ? deadLetterPrescription(named) : undefined
      return [
        {
          severity: worst && kept ? 'critical' : 'warning',
          message: `${who}: ${[loops, redelivered].filter((part) => part !== '').join('; ')}.`,
          where: place,
          measured: worst ? { value: often, unit: 'attempts' } : { value: share, unit: 'ratio' },
          limit: worst ? { value: limit.failures, unit: 'attempts' } : { value: limit.redelivered, unit: 'ratio' },
          ...(seen && { share: Math.min(1, number / traces) }),
          ...(prescription && { prescription }),
          proof: worst
            ? sampledProof(worst.traceIds, worst.spanIds, seen?.processed ?? number)
            : sampledProof(seen?.traceIds ?? [], seen?.spanIds ?? [], counts?.delivered ?? 0),
        },
      ]
    })
  },
})

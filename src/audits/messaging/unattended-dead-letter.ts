/**
 * Dead letters that pile up, and nobody reads them.
 *
 *     shipping.order-placed ──✘──▶ shipping.order-placed.dead   13 messages, no consumer, since Tuesday
 *
 * A dead-letter queue is one that another queue's dead letters come to, as the broker says, never one that is named like one.
 * From traces alone: a destination that is published to only by processings that fail, and that nobody is seen to consume.
 * Confused with missing-dead-letter (there is no such queue) and orphan-destination (messages that were meant for somebody).
 */
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { placeOfQueue, type Queue } from './queue-places.js'
import { shellWord } from './prescriptions.js'

const limits = {
  messages: { default: 10, unit: 'count', why: 'A few may have come a minute ago; ten were let lie.', source: 'house' },
  ageMs: { default: 86_400_000, unit: 'ms', why: 'After a day somebody should have looked.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'brokerQueues' | 'flows' | 'published'>
type Published = Needs['published'][number]

const isDead = (queue: Queue): boolean => queue.deadLetterOf.length > 0 && queue.observations > 0

/** Destinations that only failures lead to. */
function deadDestinations({ published }: Needs): Published[] {
  return published.filter((row) => row.afterFailure > 0 && row.afterFailure >= row.messages * 0.9)
}

export const unattendedDeadLetter = defineAudit<Needs, typeof limits>({
  id: 'unattended-dead-letter',
  family: 'messaging',
  title: 'Somebody looks after dead letters',
  failureTitle: 'Dead letters pile up and nobody reads them',
  definition:
    'A queue to which another’s dead letters go holds more than 10 messages, or one that is older than 24 hours, or holds any and never had a consumer; from traces alone: more than 10 messages were published by processings that failed to a destination that nobody is seen to consume.',
  why: 'Each of them is an order, a letter or a payment that did not happen. The system is green because failures are put away so tidily; readers find out first.',
  fix: 'Give the queue a reader: a service that stores dead letters where people see them and that can send them again once the fault is mended, or at least an alarm on its depth. Set a time to live only when nobody needs them.',
  verify: 'The depth of the dead-letter queue is 0 an hour after a fault was mended, and an alarm rang before that.',
  needs: ['brokerQueues', 'flows', 'published'],
  limits,
  references: [
    { title: 'Dead letter exchanges, RabbitMQ', url: 'https://www.rabbitmq.com/docs/dlx' },
    {
      title: 'Dead-letter queues, Amazon SQS',
      url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    },
  ],
  examples: {
    fires: [
      {
        name: 'eleven dead letters',
        rows: {
          brokerQueues: [
            {
              system: 'rabbitmq',
              kind: 'queue',
              name: 'letters.dead',
              deadLetterOf: ['letters'],
              observations: 1,
              consumers: 1,
              mostConsumers: 1,
              depth: 11,
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'one that is older than a day',
        rows: {
          brokerQueues: [
            {
              system: 'rabbitmq',
              kind: 'queue',
              name: 'letters.dead',
              deadLetterOf: ['letters'],
              observations: 1,
              consumers: 1,
              mostConsumers: 1,
              depth: 1,
              oldestAgeMs: 86_400_001,
            },
          ],
        },
      },
      {
        name: 'one, and nobody ever consumed',
        rows: {
          brokerQueues: [
            {
              system: 'rabbitmq',
              kind: 'queue',
              name: 'letters.dead',
              deadLetterOf: ['letters'],
              observations: 2,
              depth: 1,
            },
          ],
        },
      },
      {
        name: 'eleven that a failing consumer published and nobody had',
        rows: {
          published: [
            {
              destination: 'kafka://k/letters.dlt',
              messages: 11,
              undelivered: 11,
              afterFailure: 11,
              producers: ['mail'],
            },
          ],
        },
      },
    ],
    quiet: [
      {
        name: 'ten dead letters of which a consumer takes care',
        rows: {
          brokerQueues: [
            {
              system: 'rabbitmq',
              kind: 'queue',
              name: 'letters.dead',
              deadLetterOf: ['letters'],
              observations: 1,
              consumers: 1,
              mostConsumers: 1,
              depth: 10,
              oldestAgeMs: 86_400_000,
            },
          ],
        },
      },
      {
        name: 'an empty one without a consumer',
        rows: {
          brokerQueues: [
            { system: 'rabbitmq', kind: 'queue', name: 'letters.dead', deadLetterOf: ['letters'], observations: 2 },
          ],
        },
      },
      {
        name: 'a long queue that is no dead-letter queue',
        rows: {
          brokerQueues: [{ system: 'rabbitmq', kind: 'queue', name: 'dead.letters', observations: 2, depth: 5000 }],
        },
      },
      {
        name: 'ten that a failing consumer published',
        rows: {
          published: [{ destination: 'kafka://k/letters.dlt', messages: 10, undelivered: 10, afterFailure: 10 }],
        },
      },
      {
        name: 'dead letters that are read',
        rows: {
          published: [
            {
              destination: 'kafka://k/letters.dlt',
              messages: 99,
              undelivered: 11,
              afterFailure: 99,
              consumers: ['clerk'],
            },
          ],
        },
      },
    ],
  },
  evidence: (survey) => {
    const dead = survey.brokerQueues.filter(isDead).length
    const known = survey.brokerQueues.some((queue) => queue.observations > 0)
    return {
      applicable: survey.flows.length > 0 || survey.published.length > 0 || survey.brokerQueues.length > 0,
      reason: 'Nobody sends messages.',
      // where a broker was looked at, the queues without dead letters are an answer too
      samples: dead + deadDestinations(survey).length + (known ? survey.brokerQueues.length : 0),
      least: 1,
      of: 'queues',
      advice:
        'Look at the broker while it runs (its management API, nats://…): depth and age of dead letters are in no trace and in no definition.',
      blind: survey.brokerQueues
        .filter((queue) => queue.deadLetterOf.length > 0 && queue.observations === 0)
        .map((queue) => `${queue.name}: defined, and not looked at while it ran`),
    }
  },
  audit: (survey, limit) => {
    const { brokerQueues, flows } = survey
    const fromBroker = brokerQueues.filter(isDead).flatMap((queue): FindingDraft[] => {
      const unread = queue.mostConsumers <= 0 && queue.delivered <= 0
      const old = queue.oldestAgeMs > limit.ageMs
      if (!(queue.depth > limit.messages || old || (unread && queue.depth > 0))) return []
      const age = old ? `, the oldest for ${Math.round(queue.oldestAgeMs / 3_600_000)} hours` : ''
      const host = queue.virtualHost === '' ? '' : ` --vhost=${shellWord(queue.virtualHost)}`
      return [
        {
          severity: 'warning',
          message: `${queue.depth} dead letters of ${queue.deadLetterOf.join(', ')} lie in ${queue.name}${age}${unread ? ', and nobody ever consumed it' : ''}.`,
          where: placeOfQueue(queue, flows, brokerQueues),
          measured: old ? { value: queue.oldestAgeMs, unit: 'ms' } : { value: queue.depth, unit: 'count' },
          limit: old
            ? { value: limit.ageMs, unit: 'ms' }
            : { value: unread && queue.depth <= limit.messages ? 0 : limit.messages, unit: 'count' },
          ...(queue.system === 'rabbitmq' && {
            prescription: {
              title: 'What lies there, without taking it away',
              language: 'sh' as const,
              text: `rabbitmqadmin${host} get queue=${shellWord(queue.name)} count=10 ackmode=ack_requeue_true`,
            },
          }),
          proof: { traceIds: [], spanIds: [], samples: queue.observations },
        },
      ]
    })
    const fromTraces = deadDestinations(survey)
      .filter((row) => row.consumers.length === 0 && row.undelivered > limit.messages)
      .map((row): FindingDraft => ({
        severity: 'warning',
        message: `${row.undelivered} messages that ${row.producers.join(', ')} could not process went to ${row.destination}, and nobody is seen to consume it.`,
        where: { destination: row.destination },
        measured: { value: row.undelivered, unit: 'count' },
        limit: { value: limit.messages, unit: 'count' },
        proof: sampledProof(row.traceIds, row.spanIds, row.messages),
      }))
    return [...fromBroker, ...fromTraces]
  },
})

/**
 * A queue whose messages have nowhere to go when they cannot be processed.
 *
 *     orders.placed ──▶ consumer ✘ ✘ ✘ ──▶ again for ever, or gone               nothing is kept, nobody is told
 *
 * With RabbitMQ, SQS, Pub/Sub and JetStream the broker puts dead letters away, and no trace shows it: there the broker's definitions
 * answer, and they win where traces would say something else. Kafka's and Redis' consumers write dead letters themselves: there traces
 * answer. Confused with unattended-dead-letter (they are kept, and nobody looks).
 */
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { isUnheard, judgedFlows, judgedQueues, putsAway, queueFault } from './dead-letter-fault.js'
import { deadLetterPrescription } from './prescriptions.js'
import { deadLettersAreBrokers, placeOfFlow, placeOfQueue, queueOf, queueText } from './queue-places.js'

const limits = {
  failures: {
    default: 3,
    unit: 'count',
    why: 'From traces alone: so many failed messages show that failures happen, and that none of them was put away.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'brokerQueues' | 'flows' | 'published' | 'overview'>

const letters = { system: 'rabbitmq', kind: 'queue', name: 'letters' }
const mailFlow = {
  system: 'kafka',
  destination: 'kafka://k/letters',
  subscription: 'mail',
  consumer: 'mail',
  processed: 90,
}

export const missingDeadLetter = defineAudit<Needs, typeof limits>({
  id: 'missing-dead-letter',
  family: 'messaging',
  title: 'Messages that cannot be processed are kept',
  failureTitle: 'A message that cannot be processed is lost, or comes again for ever',
  definition:
    'A queue that is consumed has no dead-letter exchange that leads to a queue, or a JetStream consumer has no limit of deliveries (a note: it has one, and no stream captures the advisory); from traces alone, where consumers put dead letters away themselves: a consumer fails and nothing that it publishes can be a dead letter.',
  why: 'One malformed message is enough. Rejected, it vanishes, and somebody misses an order; requeued, it blocks the queue and burns the consumer. With a dead-letter queue the rest goes on, and the message can be read, mended and sent again.',
  fix: 'Give the queue a dead-letter queue and a limit of deliveries (the prescription does it without touching the code), let the consumer reject without requeueing once a retry cannot help, and watch the depth of the dead-letter queue.',
  verify:
    'Publish a message that the consumer cannot read: after the limit of deliveries it lies in the dead-letter queue, and the messages behind it were processed.',
  needs: ['brokerQueues', 'flows', 'published', 'overview'],
  limits,
  references: [
    { title: 'Dead letter exchanges, RabbitMQ', url: 'https://www.rabbitmq.com/docs/dlx' },
    { title: 'SQSRedrivePolicy, cdk-nag', url: 'https://github.com/cdklabs/cdk-nag/blob/main/RULES.md' },
    { title: 'Consumer details, NATS JetStream', url: 'https://docs.nats.io/nats-concepts/jetstream/consumers' },
  ],
  examples: {
    fires: [
      {
        name: 'a queue without a dead-letter exchange',
        rows: {
          brokerQueues: [{ ...letters, consumers: 1, mostConsumers: 1, observations: 2 }],
        },
        severities: ['warning'],
      },
      {
        name: 'dead letters that lead nowhere',
        rows: {
          brokerQueues: [{ ...letters, deadLetterTo: 'dead', bindings: ['shop:letter.due'] }],
        },
        severities: ['warning'],
      },
      {
        name: 'a JetStream consumer that is delivered to for ever',
        rows: {
          brokerQueues: [{ system: 'nats', kind: 'consumer', name: 'mail', parent: 'LETTERS', deliveryLimit: -1 }],
        },
        severities: ['warning'],
      },
      {
        name: 'a JetStream consumer that gives up, unheard',
        rows: {
          brokerQueues: [
            { system: 'nats', kind: 'consumer', name: 'mail', parent: 'LETTERS', deliveryLimit: 5, deadLetterTo: '' },
          ],
        },
        severities: ['note'],
      },
      {
        name: 'the queue and the traces are one place, and failures make it worse',
        rows: {
          brokerQueues: [{ ...letters, mostConsumers: 1, observations: 2 }],
          flows: [
            {
              system: 'rabbitmq',
              destination: 'rabbitmq://broker/shop:letter.due',
              subscription: 'letters',
              consumer: 'mail',
              processed: 90,
              errors: 3,
            },
          ],
        },
        severities: ['critical'],
      },
      {
        name: 'three failures of a Kafka consumer that publishes nothing',
        rows: {
          flows: [{ ...mailFlow, errors: 3 }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'a queue with dead letters, and the queue of the dead letters',
        rows: {
          brokerQueues: [
            {
              system: 'rabbitmq',
              kind: 'queue',
              name: 'letters',
              deadLetterTo: 'dead',
              deadLetterQueues: ['letters.dead'],
              bindings: ['shop:letter.due'],
            },
            { ...letters, name: 'letters.dead', deadLetterOf: ['letters'], bindings: ['dead:letters'] },
          ],
        },
      },
      {
        name: 'a JetStream consumer that gives up, of which a stream hears, and one of which nobody told',
        rows: {
          brokerQueues: [
            {
              system: 'nats',
              kind: 'consumer',
              name: 'mail',
              parent: 'LETTERS',
              deliveryLimit: 5,
              deadLetterTo: 'DEAD',
            },
            {
              system: 'nats',
              kind: 'consumer',
              name: 'post',
              parent: 'LETTERS',
              deliveryLimit: 5,
              deadLetterTo: '(not told)',
            },
          ],
        },
      },
      {
        name: 'a queue for replies, which dies with its asker',
        rows: {
          brokerQueues: [
            { system: 'rabbitmq', kind: 'queue', name: 'amq.gen-x', temporary: 1, mostConsumers: 1, observations: 2 },
          ],
        },
      },
      {
        name: 'a queue that nobody reads',
        rows: { brokerQueues: [{ ...letters, consumers: 0, observations: 2 }] },
      },
      {
        name: 'a RabbitMQ consumer that fails, of which traces cannot tell',
        rows: {
          flows: [
            {
              system: 'rabbitmq',
              destination: 'rabbitmq://b/letters',
              subscription: 'mail',
              consumer: 'mail',
              processed: 90,
              errors: 30,
            },
          ],
        },
      },
      {
        name: 'two failures of a Kafka consumer',
        rows: {
          flows: [{ ...mailFlow, errors: 2 }],
        },
      },
      {
        name: 'a Kafka consumer that puts dead letters away',
        rows: {
          flows: [{ ...mailFlow, errors: 30 }],
          published: [
            { destination: 'kafka://k/letters.dlt', producers: ['mail'], messages: 30, caused: 30, afterFailure: 30 },
          ],
        },
      },
    ],
  },
  evidence: (survey) => {
    const { flows, brokerQueues } = survey
    const untold = flows.filter(
      (flow) => deadLettersAreBrokers(flow.system) && flow.temporary === 0 && queueOf(flow, brokerQueues) === undefined,
    )
    return {
      applicable: flows.length > 0 || brokerQueues.length > 0,
      reason: 'Nobody consumes messages.',
      samples: judgedQueues(survey).length + judgedFlows(survey).length,
      least: 1,
      of: 'queues and consumers',
      advice:
        'Give the broker’s definitions (rabbitmqctl export_definitions, or the address of its management API; nats://…): traces do not show where a broker puts dead letters.',
      blind: untold.map(
        (flow) => `${flow.consumer} on ${flow.destination}: only the broker knows where its dead letters go`,
      ),
    }
  },
  audit: (survey, limit) => {
    const { brokerQueues, flows, overview } = survey
    const traces = Math.max(1, overview[0]?.traces ?? 0)
    const fromBroker = judgedQueues(survey).flatMap((queue): FindingDraft[] => {
      const fault = queueFault(queue, brokerQueues)
      if (fault === undefined) return []
      const place = placeOfQueue(queue, flows, brokerQueues)
      const flow = flows.find((each) => queueOf(each, brokerQueues) === queue)
      const failing = flow !== undefined && flow.errors >= limit.failures
      const prescription = deadLetterPrescription(queue)
      return [
        {
          severity: failing ? 'critical' : isUnheard(queue) ? 'note' : 'warning',
          message: `${queueText(queue, place)} ${fault}${failing ? `; ${flow.errors} of ${flow.processed} messages failed` : ''}.`,
          where: place,
          measured: { value: 0, unit: 'count' },
          limit: { value: 1, unit: 'count' },
          ...(flow && { share: Math.min(1, flow.messages / traces) }),
          ...(prescription && { prescription }),
          proof: sampledProof(flow?.traceIds ?? [], flow?.spanIds ?? [], Math.max(1, queue.observations)),
        },
      ]
    })
    const fromTraces = judgedFlows(survey)
      .filter((flow) => flow.errors >= limit.failures && !putsAway(flow, survey.published))
      .map((flow): FindingDraft => ({
        severity: 'warning',
        message: `${flow.consumer} failed at ${flow.errors} of ${flow.processed} messages of ${flow.destination}, and publishes nothing that could be a dead letter.`,
        where: placeOfFlow(flow),
        measured: { value: flow.errors, unit: 'count' },
        limit: { value: limit.failures, unit: 'count' },
        share: Math.min(1, flow.messages / traces),
        proof: sampledProof(flow.traceIds, flow.spanIds, flow.processed),
      }))
    return [...fromBroker, ...fromTraces]
  },
})

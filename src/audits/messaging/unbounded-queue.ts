/**
 * A queue that may grow until the broker falls over.
 *
 *     publishers ──▶ ▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮▮ … no limit of messages, of bytes, of age
 *
 * Only the broker's definitions show limits: arguments, policies, retention. Queues of dead letters are left out, because dropping these
 * is the last thing one wants (unattended-dead-letter looks after them), and so are queues that die with their connection.
 */
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { boundPrescription } from './prescriptions.js'
import { placeOfQueue, queueOf, queueText, workQueues, type Queue } from './queue-places.js'

const limits = {
  bounds: { default: 1, unit: 'count', why: 'One limit is enough: messages, bytes or age.', source: 'RabbitMQ docs' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'brokerQueues' | 'flows' | 'overview'>

/** What keeps messages: queues, streams and topics; consumers and groups keep none. */
const keeps = (queue: Queue): boolean => queue.kind === 'queue' || queue.kind === 'stream' || queue.kind === 'topic'

const bounds = (queue: Queue): number =>
  [queue.maxLength, queue.maxBytes, queue.messageTtlMs].filter((bound) => bound >= 0).length

const open = { system: 'rabbitmq', kind: 'queue', name: 'letters', maxLength: -1, maxBytes: -1, messageTtlMs: -1 }

export const unboundedQueue = defineAudit<Needs, typeof limits>({
  id: 'unbounded-queue',
  family: 'messaging',
  title: 'Queues have a limit',
  failureTitle: 'A queue has no limit',
  definition:
    'A queue, stream or topic declares neither a maximum of messages, nor of bytes, nor an age at which messages go.',
  why: 'When a consumer stops, a queue without a limit takes all memory or disk of the broker, and then every publisher of every queue on it is blocked: one sick consumer stops the shop. With a limit the one publisher is told to wait, or the oldest messages of the one queue are dropped, as was decided beforehand.',
  fix: 'Decide what may be lost and what must wait. Where nothing may be lost, bound the queue and let it reject publishes (and let publishers use confirms and handle the refusal); where only the newest counts, drop the oldest or give messages a time to live. An alarm at half of the limit.',
  verify:
    'Stop the consumer of a test queue and publish past the limit: publishers are refused, or the oldest are gone, and other queues go on.',
  needs: ['brokerQueues', 'flows', 'overview'],
  limits,
  references: [
    { title: 'Queue length limit, RabbitMQ', url: 'https://www.rabbitmq.com/docs/maxlength' },
    { title: 'Streams: limits and discard policy, NATS', url: 'https://docs.nats.io/nats-concepts/jetstream/streams' },
  ],
  examples: {
    fires: [
      { name: 'no limit of any kind', rows: { brokerQueues: [open] }, severities: ['warning'] },
      {
        name: 'a stream that keeps everything',
        rows: { brokerQueues: [{ ...open, system: 'nats', kind: 'stream', name: 'LETTERS' }] },
      },
    ],
    quiet: [
      { name: 'a limit of messages', rows: { brokerQueues: [{ ...open, maxLength: 10_000 }] } },
      { name: 'messages that expire', rows: { brokerQueues: [{ ...open, messageTtlMs: 60_000 }] } },
      {
        name: 'dead letters are kept',
        rows: { brokerQueues: [{ ...open, name: 'letters.dead', deadLetterOf: ['letters'] }] },
      },
      { name: 'a queue for replies, which dies with its asker', rows: { brokerQueues: [{ ...open, temporary: 1 }] } },
    ],
  },
  evidence: ({ brokerQueues, flows }) => ({
    applicable: brokerQueues.length > 0 || flows.length > 0,
    reason: 'Nobody consumes messages.',
    samples: brokerQueues.filter(keeps).length,
    least: 1,
    of: 'queues, streams and topics',
    advice: 'Give the broker’s definitions or its address: limits are in no trace.',
    blind: flows
      .filter((flow) => flow.temporary === 0 && queueOf(flow, brokerQueues) === undefined)
      .map((flow) => `${flow.consumer} on ${flow.destination}: no broker says whether it is bounded`),
  }),
  audit: ({ brokerQueues, flows, overview }, limit) =>
    workQueues(brokerQueues)
      .filter((queue) => keeps(queue) && bounds(queue) < limit.bounds)
      .map((queue): FindingDraft => {
        const where = placeOfQueue(queue, flows, brokerQueues)
        const flow = flows.find((each) => queueOf(each, brokerQueues) === queue)
        const prescription = boundPrescription(queue)
        return {
          severity: 'warning',
          message: `${queueText(queue, where)} has no limit of messages, bytes or age${queue.depth > 0 ? `, and holds ${queue.depth}` : ''}.`,
          where,
          measured: { value: bounds(queue), unit: 'count' },
          limit: { value: limit.bounds, unit: 'count' },
          ...(flow && { share: Math.min(1, flow.messages / Math.max(1, overview[0]?.traces ?? 0)) }),
          ...(prescription && { prescription }),
          proof: sampledProof(flow?.traceIds ?? [], flow?.spanIds ?? [], Math.max(1, queue.observations)),
        }
      }),
})

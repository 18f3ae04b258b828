/**
 * Messages for nobody: published, and no queue, no subscription, no consumer has them.
 *
 *     orders ──▶ order.archived ──▶ ·           the broker drops them, or keeps them until the disk is full
 *
 * A broker knows: no queue is bound, or nobody ever consumed the queue. Traces alone see consumers that give off spans, so there a
 * destination counts only where consumers of the same system are seen; the reader may still be dark (dark-component). A consumer
 * with messages has a producer, seen or not: a queue that is only listened to shows at the broker alone.
 */
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { fitsBinding, nameOf, placeOfQueue, queueOf, workQueues, type Queue } from './queue-places.js'

const limits = {
  messages: { default: 10, unit: 'count', why: 'Fewer may be on their way when the evidence ends.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'brokerQueues' | 'flows' | 'published' | 'overview'>
type Published = Needs['published'][number]

/** Queues that what is sent to a destination arrives in. */
function queuesOf(destination: string, system: string, queues: readonly Queue[]): Queue[] {
  const name = nameOf(destination)
  return queues.filter(
    (queue) =>
      queue.system === system &&
      (queue.name === name ||
        queue.bindings.some((binding) => fitsBinding(binding, name)) ||
        (queue.kind === 'group' && queue.parent === name)),
  )
}

function bindingsKnown(system: string, queues: readonly Queue[]): boolean {
  return queues.some((queue) => queue.system === system && queue.bindings.length > 0)
}

const isRead = (queue: Queue): boolean => queue.observations === 0 || queue.mostConsumers !== 0 || queue.delivered > 0

/** What becomes of messages that no span consumes; undefined where somebody has them. */
function fate(row: Published, { brokerQueues, flows }: Needs): string | undefined {
  const queues = queuesOf(row.destination, row.system, brokerQueues)
  if (queues.some(isRead)) return undefined
  const [queue] = queues
  if (queue) return `they lie in ${queue.name}, which nobody consumes`
  if (bindingsKnown(row.system, brokerQueues)) return 'no queue is bound to it, so the broker drops them'
  return flows.some((flow) => flow.system === row.system) ? 'nobody who gives off spans consumes it' : undefined
}

const archived = {
  destination: 'rabbitmq://b/shop:archived',
  system: 'rabbitmq',
  producers: ['orders'],
  messages: 10,
  undelivered: 10,
}
const mail = {
  destination: 'rabbitmq://b/shop:placed',
  system: 'rabbitmq',
  subscription: 'mail',
  consumer: 'mail',
  processed: 99,
}

export const orphanDestination = defineAudit<Needs, typeof limits>({
  id: 'orphan-destination',
  family: 'messaging',
  title: 'Whatever is published has a reader',
  failureTitle: 'Messages are published for nobody',
  definition:
    'At least ten messages are published to a destination from which nobody consumes: no queue is bound to it, or its queue never had a consumer; from traces alone, no span consumes it although other consumers of the same system are seen. A queue that is consumed, has no binding and never had a message is a note.',
  why: 'Either something should happen and does not (a consumer that was renamed, a binding that was lost), or work is done for nobody. A queue without a reader also grows until the broker blocks its publishers.',
  fix: 'Find out who should read it: restore the binding or the consumer; otherwise stop publishing and delete the queue. With RabbitMQ publish with the mandatory flag, or give the exchange an alternate exchange, so that unroutable messages are heard of.',
  verify: 'Record again: a consumer has the messages, or nobody publishes them.',
  needs: ['brokerQueues', 'flows', 'published', 'overview'],
  limits,
  references: [
    { title: 'Unroutable messages, RabbitMQ', url: 'https://www.rabbitmq.com/docs/publishers#unroutable' },
    { title: 'Alternate exchanges, RabbitMQ', url: 'https://www.rabbitmq.com/docs/ae' },
  ],
  examples: {
    fires: [
      {
        name: 'ten messages that no span consumes, while others are consumed',
        rows: { flows: [mail], published: [archived] },
        severities: ['warning'],
      },
      {
        name: 'no queue is bound',
        rows: {
          published: [archived],
          brokerQueues: [{ system: 'rabbitmq', kind: 'queue', name: 'mail', bindings: ['shop:placed'] }],
        },
      },
      {
        name: 'a queue that fills and was never consumed',
        rows: {
          brokerQueues: [
            {
              system: 'rabbitmq',
              kind: 'queue',
              name: 'archive',
              observations: 3,
              mostConsumers: 0,
              depth: 10,
              published: 10,
            },
          ],
        },
      },
      {
        name: 'a queue that is listened to and cannot get anything',
        rows: {
          brokerQueues: [
            { system: 'rabbitmq', kind: 'queue', name: 'old', observations: 3, mostConsumers: 1 },
            {
              system: 'rabbitmq',
              kind: 'queue',
              name: 'mail',
              observations: 3,
              mostConsumers: 1,
              published: 9,
              bindings: ['shop:placed'],
            },
          ],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      { name: 'nine messages', rows: { flows: [mail], published: [{ ...archived, messages: 9, undelivered: 9 }] } },
      { name: 'no consumer of this system is seen at all', rows: { published: [archived] } },
      {
        name: 'a dark service consumes them, as the broker knows',
        rows: {
          flows: [mail],
          published: [archived],
          brokerQueues: [
            {
              system: 'rabbitmq',
              kind: 'queue',
              name: 'archive',
              observations: 3,
              mostConsumers: 1,
              published: 10,
              delivered: 10,
              bindings: ['shop:archived'],
            },
          ],
        },
      },
      {
        name: 'somebody consumes',
        rows: { flows: [mail], published: [{ ...archived, consumers: ['archive'], undelivered: 0 }] },
      },
      {
        name: 'somebody reads it, and nothing leads from what was read to what was published',
        rows: { flows: [mail, { ...mail, destination: archived.destination }], published: [archived] },
      },
      {
        name: 'dead letters wait for a clerk',
        rows: {
          brokerQueues: [
            {
              system: 'rabbitmq',
              kind: 'queue',
              name: 'mail.dead',
              observations: 3,
              depth: 10,
              published: 10,
              deadLetterOf: ['mail'],
            },
          ],
        },
      },
    ],
  },
  evidence: ({ published, flows, brokerQueues }) => ({
    applicable: published.length > 0 || flows.length > 0 || brokerQueues.length > 0,
    reason: 'Nobody publishes messages.',
    samples:
      published.filter(
        (row) => flows.some((flow) => flow.system === row.system) || bindingsKnown(row.system, brokerQueues),
      ).length + brokerQueues.filter((queue) => queue.observations > 0).length,
    least: 1,
    of: 'destinations whose other side can be seen',
    advice: 'Record producers and consumers, or ask the broker: it knows who is bound to what.',
  }),
  audit: (survey, limit) => {
    const { published, flows, brokerQueues, overview } = survey
    const traces = Math.max(1, overview[0]?.traces ?? 0)
    const unread = published.filter(
      (row) =>
        row.temporary === 0 &&
        row.consumers.length === 0 &&
        // Whoever reads from it has its messages, also where nothing leads from one to the other.
        !flows.some((flow) => flow.destination === row.destination) &&
        row.messages >= limit.messages &&
        row.afterFailure < row.messages * 0.9,
    )
    const fromTraces = unread.flatMap((row): FindingDraft[] => {
      const why = fate(row, survey)
      if (why === undefined) return []
      return [
        {
          severity: 'warning',
          message: `${row.producers.join(', ')} published ${row.messages} messages to ${row.destination}: ${why}.`,
          where: { destination: row.destination },
          measured: { value: row.messages, unit: 'count' },
          limit: { value: limit.messages, unit: 'count' },
          share: Math.min(1, row.messages / traces),
          proof: sampledProof(row.traceIds, row.spanIds, row.messages),
        },
      ]
    })
    const told = new Set(
      unread.flatMap((row) => queuesOf(row.destination, row.system, brokerQueues).map(({ name }) => name)),
    )
    const fromBroker = workQueues(brokerQueues)
      .filter((queue) => queue.kind === 'queue' && queue.observations > 0 && !told.has(queue.name))
      .filter((queue) => !flows.some((flow) => queueOf(flow, brokerQueues) === queue))
      .flatMap((queue): FindingDraft[] => {
        const where = placeOfQueue(queue, flows, brokerQueues)
        const proof = { traceIds: [], spanIds: [], samples: queue.observations }
        const lost = Math.max(queue.depth, queue.published)
        if (queue.mostConsumers === 0 && queue.delivered <= 0 && lost >= limit.messages)
          return [
            {
              severity: 'warning',
              message: `${lost} messages came to the queue ${queue.name}, and nobody ever consumed it.`,
              where,
              measured: { value: lost, unit: 'count' },
              limit: { value: limit.messages, unit: 'count' },
              proof,
            },
          ]
        const silent = queue.mostConsumers > 0 && queue.published === 0 && queue.delivered <= 0 && queue.depth === 0
        return silent && queue.bindings.length === 0 && bindingsKnown(queue.system, brokerQueues)
          ? [
              {
                severity: 'note',
                message: `The queue ${queue.name} is consumed, nothing is bound to it, and no message ever came.`,
                where,
                measured: { value: 0, unit: 'count' },
                limit: { value: 1, unit: 'count' },
                proof,
              },
            ]
          : []
      })
    return [...fromTraces, ...fromBroker]
  },
})

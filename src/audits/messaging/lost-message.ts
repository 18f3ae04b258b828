/**
 * Messages that were published and that nobody processed, although those after them were.
 *
 *     published   1 2 3 4 5 6 7 8 · ·          7 and 8 may still wait; 3 and 5 will not come any more
 *     processed   1 2   4   6
 *
 * Traces: a message counts as lost when one that was published much later was consumed (ten times the 99th percentile of the delay, a
 * second at least). Publishes of one clock are compared with each other, so clocks that differ do not lose anything. Where consumers
 * begin traces of their own a sampler may have dropped them: there a small loss counts and a large one is not evaluable. Brokers: what
 * came, less what was delivered and what waits, where nothing puts it away. Confused with growing-lag (it waits) and orphan-destination.
 */
import { percent } from '../../lib/percent.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { deadLetterPrescription } from './prescriptions.js'
import { fitsBinding, nameOf, placeOfQueue, queueOf, queueText, workQueues, type Queue } from './queue-places.js'

const limits = {
  share: { default: 0.001, unit: 'ratio', why: 'One in a thousand is more than exporters drop.', source: 'house' },
  messages: {
    default: 3,
    unit: 'count',
    why: 'One or two may be spans that were lost, not messages.',
    source: 'house',
  },
  sampledShare: {
    default: 0.1,
    unit: 'ratio',
    why: 'Where consumers begin their own traces, more than this looks like a sampler.',
    source: 'house',
  },
  least: { default: 20, unit: 'count', why: 'A share of fewer messages says nothing.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'brokerQueues' | 'flows' | 'published' | 'overview'>
type Limits = Record<keyof typeof limits, number>
type Published = Needs['published'][number]

/** Why traces cannot tell; blank where they can. */
function blindness(row: Published, limit: Limits): string {
  if (row.leastDelayMs < 0 && -row.leastDelayMs > row.graceMs / 2)
    return `clocks differ by ${Math.round(-row.leastDelayMs)} ms or more, as much as the wait that would tell`
  const own = row.parented < row.matched / 2
  return own && row.overtaken > row.messages * limit.sampledShare
    ? 'consumers begin traces of their own, and so many are missing that a sampler may have dropped them'
    : ''
}

const canTell = (row: Published, limit: Limits): boolean =>
  row.temporary === 0 && row.consumers.length > 0 && row.messages >= limit.least && blindness(row, limit) === ''

/** Messages that left the queue and were never delivered; 0 where they may have been put away, or nobody counts. */
function lostAt(queue: Queue): number {
  if (queue.kind !== 'queue' || queue.published < 0 || queue.delivered < 0 || queue.depth < 0) return 0
  if (queue.deadLetterTo !== '' || queue.mostConsumers <= 0) return 0
  return Math.max(0, queue.published - (queue.delivered - Math.max(0, queue.redelivered)) - queue.depth)
}

const counts = (queue: Queue): boolean => queue.kind === 'queue' && queue.published >= 0 && queue.mostConsumers > 0

const alerts = {
  destination: 'rabbitmq://b/shop:low',
  system: 'rabbitmq',
  producers: ['stock'],
  consumers: ['mail'],
  messages: 1_000,
  matched: 997,
  parented: 997,
  graceMs: 1_000,
}
const queue = {
  system: 'rabbitmq',
  kind: 'queue',
  name: 'low',
  observations: 3,
  mostConsumers: 1,
  published: 1_000,
  delivered: 997,
}

export const lostMessage = defineAudit<Needs, typeof limits>({
  id: 'lost-message',
  family: 'messaging',
  title: 'Every message arrives',
  failureTitle: 'Messages are lost on the way',
  definition:
    'More than 0.1 % of the messages of a destination whose consumers are visible, and three or more, were published and seen at no consumer, although one that was published later by ten times the 99th percentile of the delay (a second at least) was consumed; at a broker: came to a queue, were neither delivered nor wait, and no dead-letter exchange takes them.',
  why: 'Nothing fails: the publisher was told that all is well, the consumer never heard of it. Expired, dropped at a full queue, acknowledged before the work: an order without a parcel, found by the customer.',
  fix: 'Look at what takes messages out of the queue: a time to live shorter than the consumer’s worst pause, a length limit that drops the oldest, auto-acknowledge. Give such a queue a dead-letter exchange so that nothing leaves unseen, publish with confirms and persistent messages, and acknowledge after the work.',
  verify: 'Record again: published less processed is what waits, and nothing else.',
  needs: ['brokerQueues', 'flows', 'published', 'overview'],
  limits,
  references: [
    { title: 'Reliability guide, RabbitMQ', url: 'https://www.rabbitmq.com/docs/reliability' },
    { title: 'Time-to-live and expiration, RabbitMQ', url: 'https://www.rabbitmq.com/docs/ttl' },
  ],
  examples: {
    fires: [
      {
        name: 'three of a thousand',
        rows: { published: [{ ...alerts, undelivered: 3, overtaken: 3 }] },
        severities: ['warning'],
      },
      {
        name: 'three of a thousand, by the counters of the broker',
        rows: { brokerQueues: [queue] },
        severities: ['warning'],
      },
      {
        name: 'both know of it: one finding',
        rows: {
          published: [{ ...alerts, undelivered: 3, overtaken: 3 }],
          flows: [{ ...alerts, subscription: 'low', consumer: 'mail' }],
          brokerQueues: [{ ...queue, bindings: ['shop:low'] }],
        },
        severities: ['warning'],
      },
      {
        name: 'own traces, a twentieth missing',
        rows: { published: [{ ...alerts, parented: 0, undelivered: 50, overtaken: 50 }] },
      },
    ],
    quiet: [
      { name: 'two of a thousand', rows: { published: [{ ...alerts, undelivered: 2, overtaken: 2 }] } },
      {
        name: 'they wait: nothing later was consumed',
        rows: { published: [{ ...alerts, undelivered: 300, overtaken: 0 }] },
      },
      {
        name: 'own traces, half of them missing: a sampler',
        rows: { published: [{ ...alerts, parented: 0, undelivered: 500, overtaken: 500 }] },
      },
      {
        name: 'clocks differ by more than the grace',
        rows: { published: [{ ...alerts, undelivered: 9, overtaken: 9, leastDelayMs: -600 }] },
      },
      { name: 'what waits is not lost', rows: { brokerQueues: [{ ...queue, depth: 3 }] } },
      { name: 'dead letters take them', rows: { brokerQueues: [{ ...queue, deadLetterTo: 'dead' }] } },
    ],
  },
  evidence: ({ published, brokerQueues }, limit) => ({
    applicable: published.length > 0 || brokerQueues.length > 0,
    reason: 'Nobody publishes messages.',
    samples: Math.max(
      0,
      ...published.filter((row) => canTell(row, limit)).map((row) => row.messages),
      ...brokerQueues.filter(counts).map((each) => each.published),
    ),
    least: limit.least,
    of: 'messages of the busiest destination whose consumers are visible',
    advice:
      'Record producers and consumers of one destination with links or parents, or ask the broker for its counters while it runs.',
    blind: published
      .filter(
        (row) =>
          row.temporary === 0 &&
          row.consumers.length > 0 &&
          row.messages >= limit.least &&
          blindness(row, limit) !== '',
      )
      .map((row) => `${row.destination}: ${blindness(row, limit)}`),
  }),
  audit: ({ published, flows, brokerQueues, overview }, limit) => {
    const traces = Math.max(1, overview[0]?.traces ?? 0)
    const losing = workQueues(brokerQueues).filter((each) => {
      const lost = lostAt(each)
      return lost >= limit.messages && lost / Math.max(1, each.published) > limit.share && each.published >= limit.least
    })
    const fromBroker = losing.map((each): FindingDraft => {
      const lost = lostAt(each)
      const share = lost / Math.max(1, each.published)
      const where = placeOfQueue(each, flows, brokerQueues)
      const flow = flows.find((one) => queueOf(one, brokerQueues) === each)
      const row = published.find((one) => one.destination === flow?.destination)
      const prescription = deadLetterPrescription(each)
      const expiry =
        each.messageTtlMs >= 0
          ? `; messages expire after ${each.messageTtlMs} ms`
          : each.maxLength >= 0
            ? `; it holds ${each.maxLength} at the most`
            : ''
      return {
        severity: 'warning',
        message: `${queueText(each, where)} lost ${lost} of ${each.published} messages (${percent(share)}): they were neither delivered nor do they wait, and nothing puts them away${expiry}.`,
        where,
        measured: { value: share, unit: 'ratio' },
        limit: { value: limit.share, unit: 'ratio' },
        cost: { value: lost, unit: 'count' },
        ...(row && { share: Math.min(1, lost / traces) }),
        ...(prescription && { prescription }),
        proof: sampledProof(row?.traceIds ?? [], row?.spanIds ?? [], each.published),
      }
    })
    const fromTraces = published.flatMap((row): FindingDraft[] => {
      const share = row.overtaken / Math.max(1, row.messages)
      if (!canTell(row, limit) || row.overtaken < limit.messages || share <= limit.share) return []
      const name = nameOf(row.destination)
      const known = losing.some(
        (each) =>
          each.system === row.system &&
          (each.name === name || each.bindings.some((binding) => fitsBinding(binding, name))),
      )
      if (known) return []
      return [
        {
          severity: 'warning',
          message: `${row.overtaken} of ${row.messages} messages of ${row.destination} (${percent(share)}) were seen at no consumer, while ${row.consumers.join(', ')} had later ones.`,
          where: {
            destination: row.destination,
            ...(row.consumers.length === 1 && { service: row.consumers[0] ?? '' }),
          },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          cost: { value: row.overtaken, unit: 'count' },
          share: Math.min(1, row.overtaken / traces),
          proof: sampledProof(row.traceIds, row.spanIds, row.messages),
        },
      ]
    })
    return [...fromBroker, ...fromTraces]
  },
})

/**
 * A message that came twice, and a consumer that did the same thing twice.
 *
 *     order-48 ──▶ INSERT letters ── again ──▶ INSERT letters       two letters
 *
 * Seen, not supposed: two successful runs of one message that each did the same insert, POST or publish, with nothing that keeps it from
 * happening twice (ON CONFLICT and the like, or a read of the table before the insert). An update or a delete is the same when done twice.
 * Confused with duplicate-processing, which counts how often messages come twice, harmful or not.
 */
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { idempotencyPrescription } from './prescriptions.js'
import { bySubscription, isBroadcast, type Repeated } from './repeats.js'

const limits = {
  messages: {
    default: 1,
    unit: 'count',
    why: 'What was done twice once is done twice whenever a message is.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'flows' | 'repeatedMessages' | 'brokerQueues' | 'overview'>

const isTwice = (row: Repeated): boolean => row.successes > 1 && row.looked === 1

const twice = {
  destination: 'kafka://k/orders',
  subscription: 'mail',
  consumer: 'mail',
  successes: 2,
  looked: 1,
  repeatedMessages: 1,
}
const flow = {
  destination: 'kafka://k/orders',
  subscription: 'mail',
  consumer: 'mail',
  messages: 100,
  processed: 101,
  identified: 101,
}

export const nonIdempotentConsumer = defineAudit<Needs, typeof limits>({
  id: 'non-idempotent-consumer',
  family: 'messaging',
  title: 'A message that comes twice does no harm',
  failureTitle: 'A consumer does again what it did for the same message before',
  definition:
    'Two successful runs of one message in one subscription performed the same INSERT, POST or publish again, with no ON CONFLICT (or its kin) and no read of the table before it.',
  why: 'Every broker delivers some messages twice, and a restart or a slow acknowledgement is enough. Then a reader gets two letters, stock is counted down twice, a card is charged twice; and the next service in line gets two events, and so on.',
  fix: 'Let the consumer know what it has had: a table of message ids that is written in the same transaction as its effects (the prescription), or a unique key on what one message makes once, with ON CONFLICT DO NOTHING. Give what it publishes an id that follows from the message’s, so that those after it can do the same; send an idempotency key with a POST.',
  verify: 'Publish one message twice under one id: the second run ends without a write.',
  needs: ['flows', 'repeatedMessages', 'brokerQueues', 'overview'],
  limits,
  references: [
    {
      title: 'Idempotent consumer, microservices.io',
      url: 'https://microservices.io/patterns/communication-style/idempotent-consumer.html',
    },
    {
      title: 'INSERT … ON CONFLICT, PostgreSQL',
      url: 'https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT',
    },
  ],
  examples: {
    fires: [
      {
        name: 'the same insert',
        rows: { flows: [flow], repeatedMessages: [{ ...twice, writes: ['INSERT letters'] }] },
        severities: ['critical'],
      },
      {
        name: 'the same publish',
        rows: { flows: [flow], repeatedMessages: [{ ...twice, writes: ['publish letters.sent'] }] },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'an insert that a unique key keeps from happening twice',
        rows: { flows: [flow], repeatedMessages: [{ ...twice, guardedWrites: ['INSERT letters'] }] },
      },
      { name: 'nothing was written', rows: { flows: [flow], repeatedMessages: [twice] } },
      {
        name: 'one of the runs failed',
        rows: {
          flows: [flow],
          repeatedMessages: [{ ...twice, successes: 1, failures: 1, writes: ['INSERT letters'] }],
        },
      },
    ],
  },
  evidence: ({ flows, repeatedMessages, brokerQueues }) => ({
    applicable: flows.length > 0 || brokerQueues.length > 0,
    reason: 'Nobody is seen to consume messages.',
    samples: repeatedMessages.filter(isTwice).length,
    least: 1,
    of: 'messages that were processed twice with success',
    advice:
      'No message was processed twice in this evidence, so nobody can tell. Publish one twice under one id where it does no harm, and record that.',
  }),
  audit: ({ flows, repeatedMessages, overview }, limit) => {
    const traces = Math.max(1, overview[0]?.traces ?? 0)
    return [...bySubscription(repeatedMessages).values()].flatMap((rows): FindingDraft[] => {
      const done = rows.filter((row) => isTwice(row) && row.writes.length > 0)
      const [worst] = done
      const flow = flows.find(
        (each) => each.destination === worst?.destination && each.subscription === worst.subscription,
      )
      if (!worst || done.length < limit.messages || isBroadcast(flow, rows)) return []
      const writes = [...new Set(done.flatMap((row) => row.writes))].sort()
      const inserted = writes.find((write) => write.startsWith('INSERT'))
      return [
        {
          severity: inserted === undefined ? 'warning' : 'critical',
          message: `${worst.consumer} does ${writes.slice(0, 3).join(', ')} again when a message of ${worst.destination} comes twice${worst.messageId === '' ? '' : `, as ${worst.messageId} did`}; ${worst.repeatedMessages} did.`,
          where: { service: worst.consumer, destination: worst.destination },
          measured: { value: done.length, unit: 'count' },
          limit: { value: 0, unit: 'count' },
          cost: { value: worst.repeatedRuns, unit: 'count' },
          share: Math.min(1, worst.repeatedMessages / traces),
          prescription: idempotencyPrescription(worst.subscription, inserted ?? ''),
          proof: sampledProof(worst.traceIds, worst.spanIds, done.length),
        },
      ]
    })
  },
})

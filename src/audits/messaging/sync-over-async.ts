/**
 * A question asked by message, and a request that waits for the answer: a call in disguise.
 *
 *     orders  |========= GET /orders =========|
 *               └─▶ delivery.asked     reply ─▶┘        both services must be up, the broker as well, and nobody sees the call
 *
 * Seen where a SERVER span is open from its publish until the reply reached the same process: caused by the question, and by a temporary
 * destination or under the same conversation id. By one clock, the asker's. Confused with event-cycle: there nobody waits.
 */
import { percent } from '../../lib/percent.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  share: {
    default: 0.05,
    unit: 'ratio',
    why: 'A reply that happens to come before a request ends is rarer.',
    source: 'house',
  },
  requests: { default: 3, unit: 'traces', why: 'One odd request is no pattern.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'conversations' | 'entries' | 'flows' | 'brokerQueues' | 'overview'>

const asked = {
  service: 'orders',
  operation: 'GET /orders',
  destination: 'rabbitmq://b/asked',
  replyTo: 'rabbitmq://b/{id}',
  answerer: 'shipping',
  requests: 5,
  p50WaitMs: 40,
  p95WaitMs: 90,
}
const entry = { service: 'orders', operation: 'GET /orders', role: 'server', entries: 100 }

export const syncOverAsync = defineAudit<Needs, typeof limits>({
  id: 'sync-over-async',
  family: 'messaging',
  title: 'Nobody waits for a message',
  failureTitle: 'A request waits for the reply to a message',
  definition:
    'In at least 5 % of an operation’s requests a SERVER span stays open from a publish until the reply to it (by a temporary destination, or with the same conversation id) reaches the same process.',
  why: 'It has the coupling of a call and the cost of a queue: the reader waits for both services and the broker, a backlog becomes latency, and a lost reply a time-out. No client, balancer or circuit breaker knows that it is a call.',
  fix: 'If the answer is needed now, call (HTTP or gRPC, with a time-out). If not, answer the request at once and let the result come by an event, a webhook or a page that asks again. Best: keep what is asked for in a table of your own, filled from the other’s events.',
  verify: 'Record again: the request ends without waiting for a consumer span of its own service.',
  needs: ['conversations', 'entries', 'flows', 'brokerQueues', 'overview'],
  limits,
  references: [
    {
      title: 'Request-reply, Enterprise Integration Patterns',
      url: 'https://www.enterpriseintegrationpatterns.com/patterns/messaging/RequestReply.html',
    },
    {
      title: 'Asynchronous request-reply, Azure Architecture Center',
      url: 'https://learn.microsoft.com/en-us/azure/architecture/patterns/async-request-reply',
    },
  ],
  examples: {
    fires: [
      {
        name: 'five in a hundred requests',
        rows: { conversations: [asked], entries: [entry] },
        severities: ['warning'],
      },
    ],
    quiet: [
      { name: 'four in a hundred', rows: { conversations: [{ ...asked, requests: 4 }], entries: [entry] } },
      {
        name: 'two requests',
        rows: { conversations: [{ ...asked, requests: 2 }], entries: [{ ...entry, entries: 10 }] },
      },
      {
        name: 'nobody waits',
        rows: {
          flows: [{ destination: 'rabbitmq://b/asked', consumer: 'shipping', deliveries: 99 }],
          entries: [entry],
        },
      },
    ],
  },
  evidence: ({ conversations, entries, flows, brokerQueues }, limit) => ({
    applicable: flows.length > 0 || conversations.length > 0 || brokerQueues.length > 0,
    reason: 'Nobody consumes messages.',
    samples: entries.filter((row) => row.role === 'server').reduce((total, row) => total + row.entries, 0),
    least: limit.requests,
    of: 'requests',
    advice: 'Record the requests that publish, their SERVER spans included, and the consumers of the replies.',
  }),
  audit: ({ conversations, entries, overview }, limit) => {
    const traces = Math.max(1, overview[0]?.traces ?? 0)
    return conversations.flatMap((row): FindingDraft[] => {
      const all =
        entries.find((one) => one.service === row.service && one.operation === row.operation && one.role === 'server')
          ?.entries ?? 0
      const share = row.requests / Math.max(row.requests, all)
      if (row.requests < limit.requests || share < limit.share) return []
      const who = row.answerer === '' ? 'somebody' : row.answerer
      return [
        {
          severity: 'warning',
          message: `${row.service} asks ${who} by ${row.destination} and waits for the reply in ${row.requests} of ${Math.max(row.requests, all)} requests of ${row.operation} (${percent(share)}), ${Math.round(row.p50WaitMs)} ms in the median.`,
          where: { service: row.service, operation: row.operation, destination: row.destination },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.share, unit: 'ratio' },
          cost: { value: row.p50WaitMs, unit: 'ms/request' },
          share: Math.min(1, row.requests / traces),
          proof: { traceIds: row.traceIds, spanIds: row.spanIds, samples: row.requests },
        },
      ]
    })
  },
})

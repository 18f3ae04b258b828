/**
 * Events that go round: a message causes a message that causes a message, and one of them comes back to where it began.
 *
 *     orders ──▶ order.placed ──▶ shipping ──▶ parcel.sent ──▶ orders ──▶ order.changed ──▶ shipping …
 *
 * Judged by cause, not by the map: that two services consume each other's events is no cycle unless the one is sent because of the other.
 * A reply that comes back and ends there is a note; one that comes back and is sent on is the fault. Confused with call-cycle (synchronous)
 * and sync-over-async (somebody waits for the reply).
 */
import { stronglyConnected } from '../../lib/components.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { nameOf } from './queue-places.js'

const limits = {
  flows: { default: 3, unit: 'traces', why: 'One odd message is no pattern.', source: 'house' },
  least: { default: 20, unit: 'count', why: 'In fewer deliveries a rare way back is not seen.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'eventFlows' | 'brokerQueues' | 'overview'>
type EventFlow = Needs['eventFlows'][number]

const servicesOf = (path: readonly string[]): string[] => path.filter((_, index) => index % 2 === 0)
const destinationsOf = (path: readonly string[]): string[] => path.filter((_, index) => index % 2 === 1)
const hasTwice = (names: readonly string[]): boolean => new Set(names).size < names.length

/** `loop`: a destination comes again. `round`: a service comes again and publishes again. `back`: it comes again, and that is all. */
function turn(path: readonly string[]): 'loop' | 'round' | 'back' | undefined {
  const services = servicesOf(path)
  if (hasTwice(destinationsOf(path))) return 'loop'
  if (hasTwice(services.slice(0, -1))) return 'round'
  return hasTwice(services) ? 'back' : undefined
}

const worst = { loop: 0, round: 1, back: 2 } as const

const way = (...path: string[]) => ({ path, hops: (path.length - 1) / 2, flows: 20, traces: 20 })

export const eventCycle = defineAudit<Needs, typeof limits>({
  id: 'event-cycle',
  family: 'messaging',
  title: 'Events flow one way',
  failureTitle: 'Events come back to where they began',
  definition:
    'Services and destinations that messages which cause one another connect in a circle (a strongly connected component), seen in three flows or more. Critical where one flow comes back to a service and is published on from there; a note where it comes back and ends.',
  why: 'Nobody decides when it ends: one condition that is always true, and the loop runs as fast as the brokers can. Until then each service waits for what it has itself begun, none can be deployed or understood alone, and a duplicate goes round as well.',
  fix: 'Let one side own the process: it sends commands and gets replies, and the others do not publish in answer to its events (an orchestrator instead of a choreography). Or carry what the other side would ask for in the first event, so that there is nothing to tell back. Drop events that a service caused itself.',
  verify: 'Record again: no flow comes back to a service that it has passed.',
  needs: ['eventFlows', 'brokerQueues', 'overview'],
  limits,
  references: [
    {
      title: 'Saga: choreography and orchestration, microservices.io',
      url: 'https://microservices.io/patterns/data/saga.html',
    },
    { title: 'Cyclic dependency (Arcan)', url: 'https://www.arcan.tech/' },
  ],
  examples: {
    fires: [
      {
        name: 'it comes back and goes on',
        rows: {
          eventFlows: [way('orders', 'k://b/placed', 'shipping', 'k://b/sent', 'orders', 'k://b/changed', 'shipping')],
        },
        severities: ['critical'],
      },
      {
        name: 'the same event again',
        rows: { eventFlows: [way('orders', 'k://b/placed', 'shipping', 'k://b/placed', 'shipping')] },
        severities: ['critical'],
      },
      {
        name: 'it comes back and ends',
        rows: { eventFlows: [way('orders', 'k://b/placed', 'shipping', 'k://b/sent', 'orders')] },
        severities: ['note'],
      },
    ],
    quiet: [
      { name: 'one way', rows: { eventFlows: [way('orders', 'k://b/placed', 'shipping', 'k://b/sent', 'mail')] } },
      {
        name: 'two services that consume each other’s events, which have nothing to do with one another',
        rows: { eventFlows: [way('orders', 'k://b/placed', 'shipping'), way('shipping', 'k://b/full', 'orders')] },
      },
      {
        name: 'twice',
        rows: {
          eventFlows: [
            { ...way('orders', 'k://b/placed', 'shipping', 'k://b/sent', 'orders'), flows: 2, traces: 2 },
            way('orders', 'k://b/placed', 'shipping'),
          ],
        },
      },
    ],
  },
  evidence: ({ eventFlows, brokerQueues, overview }, limit) => ({
    applicable: eventFlows.length > 0 || brokerQueues.length > 0 || (overview[0]?.messagingSpans ?? 1) > 0,
    reason: 'Nobody sends messages.',
    samples: eventFlows.reduce((total, row) => total + row.flows, 0),
    least: limit.least,
    of: 'deliveries of which both sides were seen',
    advice:
      'Record producers and consumers with links or parents: which message caused which is known to traces alone, not to brokers.',
  }),
  audit: ({ eventFlows, overview }, limit) => {
    const caused = eventFlows.filter((row) => row.hops >= 2 && row.flows >= limit.flows)
    const edges = caused.flatMap(({ path }) => path.slice(1).map((to, index) => ({ from: path[index] ?? '', to })))
    return stronglyConnected(edges).flatMap((component): FindingDraft[] => {
      const rows = caused
        .flatMap((row): (EventFlow & { turn: keyof typeof worst })[] => {
          const inside = row.path.filter((name) => component.includes(name))
          const turned = turn(row.path)
          return turned !== undefined && inside.length > 2 ? [{ ...row, turn: turned }] : []
        })
        .toSorted((a, b) => worst[a.turn] - worst[b.turn] || a.path.length - b.path.length || b.flows - a.flows)
      const [row] = rows
      if (!row) return []
      const text = row.path.map((name, index) => (index % 2 === 0 ? name : nameOf(name))).join(' → ')
      const ending = {
        loop: 'the same event comes again',
        round: 'it comes back and is published on',
        back: 'it comes back and ends there',
      }
      return [
        {
          severity: row.turn === 'back' ? 'note' : 'critical',
          message: `Events go round: ${text}; ${ending[row.turn]}, in ${row.flows} flows.`,
          where: { path: component },
          measured: { value: row.flows, unit: 'count' },
          limit: { value: limit.flows, unit: 'count' },
          share: Math.min(1, row.traces / Math.max(1, overview[0]?.traces ?? 0)),
          proof: sampledProof(row.traceIds, row.spanIds, row.flows),
        },
      ]
    })
  },
})

/**
 * A consumer that falls behind, and further behind, as long as anybody looks.
 *
 *     waiting   ▁▂▃▃▄▅▅▆▇█      steady: ▁▃▁▂▁▁▃▁▂▁      a burst being worked off: ▁█▇▅▄▂▁▁▁▁
 *
 * Judged over time, as Burrow does, not by a number of messages: a long queue that is worked off is no fault, a short one that never
 * gets shorter is. From brokers: the depth at each look. From traces: the messages published so far less those taken, and the time they
 * waited, which must not fall either; lost messages let the first grow and not the second. A clock that is off by a constant changes
 * neither. Confused with lost-message, and with poison-message (retries make a queue slow).
 */
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft, Place } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { placeOfFlow, placeOfQueue, queueOf, queueText, workQueues, type Flow, type Queue } from './queue-places.js'
import { trendOf, type Look, type Trend } from './trend.js'

const limits = {
  growth: {
    default: 10,
    unit: 'count',
    why: 'Fewer messages are the unrest of a consumer that keeps up.',
    source: 'house',
  },
  looks: {
    default: 5,
    unit: 'count',
    why: 'Fewer looks that each see more than the last may be chance.',
    source: 'house',
  },
  delayMs: {
    default: 1_000,
    unit: 'ms',
    why: 'In traces the wait must have grown by so much as well.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'brokerQueues' | 'flows' | 'lags' | 'overview'>
type Limits = Record<keyof typeof limits, number>
type Lag = Needs['lags'][number]

const steps = 24

/** Depth by the counts of the broker; where it does not count what came, what was taken and what waits make it up. */
function brokerLooks(queue: Queue): Look[] {
  return queue.atMs.map((_, index) => {
    const depth = queue.depths[index] ?? 0
    const taken = Math.max(0, queue.deliveredAt[index] ?? 0)
    const published = queue.publishedAt[index] ?? -1
    return { depth, taken, came: published >= 0 ? published : taken + depth }
  })
}

function flowSteps(flow: Flow, lags: readonly Lag[]): { own: Lag[]; looks: Look[] } {
  const own = lags.filter((lag) => lag.destination === flow.destination && lag.subscription === flow.subscription)
  const nobodys = lags.filter((lag) => lag.destination === flow.destination && lag.subscription === '')
  let [came, taken] = [0, 0]
  const looks = Array.from({ length: steps }, (_, step) => {
    for (const lag of [...own, ...nobodys]) {
      if (lag.step !== step) continue
      came += lag.published
      taken += lag.consumed
    }
    return { came, taken, depth: Math.max(0, came - taken) }
  })
  return { own: own.filter((lag) => lag.consumed > 0).toSorted((a, b) => a.step - b.step), looks }
}

/** How much longer the wait is at the end; 0 when it ever falls by more than a tenth. */
function delayGrowth(own: readonly Lag[]): number {
  const falls = own.some((lag, index) => index > 0 && lag.p50DelayMs < (own[index - 1]?.p50DelayMs ?? 0) * 0.9)
  return falls ? 0 : (own.at(-1)?.p50DelayMs ?? 0) - (own[0]?.p50DelayMs ?? 0)
}

interface Judged {
  place: Place
  trend: Trend
  who: string
  flow?: Flow
  /** How much longer the last ones waited than the first, ms; 0 where nobody knows. */
  grewMs: number
  seconds: number
}

/** Clocks that differ, or drift, by as much as the wait grew: nobody can tell then. */
function isBlind(flow: Flow, { lags }: Needs): boolean {
  const { own } = flowSteps(flow, lags)
  const least = own.map((lag) => lag.leastDelayMs)
  const drift = Math.max(0, ...least) - Math.min(0, ...least)
  return flow.leastDelayMs < -5 && delayGrowth(own) > 0 && delayGrowth(own) < 2 * Math.max(-flow.leastDelayMs, drift)
}

const lookedAt = (queue: Queue | undefined, limit: Limits): boolean =>
  queue !== undefined && queue.observations >= limit.looks

function judged(survey: Needs, limit: Limits): Judged[] {
  const { brokerQueues, flows, lags } = survey
  const queues = workQueues(brokerQueues)
    .filter(
      (queue) =>
        lookedAt(queue, limit) && (queue.kind !== 'stream' || queue.system !== 'nats') && queue.kind !== 'topic',
    )
    .map((queue): Judged => {
      const place = placeOfQueue(queue, flows, brokerQueues)
      const flow = flows.find((each) => queueOf(each, brokerQueues) === queue)
      const seconds = ((queue.atMs.at(-1) ?? 0) - (queue.atMs[0] ?? 0)) / 1000
      return {
        place,
        who: queueText(queue, place),
        trend: trendOf(brokerLooks(queue), limit.growth, limit.looks),
        ...(flow && { flow }),
        grewMs: 0,
        seconds,
      }
    })
  const seen = flows
    .filter(
      (flow) =>
        flow.temporary === 0 &&
        flow.matched > 0 &&
        !lookedAt(queueOf(flow, brokerQueues), limit) &&
        !isBlind(flow, survey),
    )
    .map((flow): Judged => {
      const { own, looks } = flowSteps(flow, lags)
      const trend = trendOf(looks, limit.growth, limit.looks)
      const grewMs = delayGrowth(own)
      const grows = trend.kind !== 'growing' || grewMs >= limit.delayMs
      const seconds = (steps * (own[0]?.stepMs ?? 0)) / 1000
      return {
        place: placeOfFlow(flow),
        who: `${flow.consumer} on ${flow.destination}`,
        trend: grows ? trend : { kind: 'steady' },
        flow,
        grewMs,
        seconds,
      }
    })
  return [...queues, ...seen]
}

const grow = (depths: number[]) => ({
  system: 'rabbitmq',
  kind: 'queue',
  name: 'views',
  observations: depths.length,
  mostConsumers: 1,
  atMs: depths.map((_, index) => index * 5_000),
  depths,
  publishedAt: depths.map((depth, index) => depth + index * 5),
  deliveredAt: depths.map((_, index) => index * 5),
})
const views = {
  system: 'kafka',
  destination: 'kafka://k/views',
  subscription: 'reviews',
  consumer: 'reviews',
  messages: 100,
  matched: 100,
}
const lag = (step: number, published: number, consumed: number, p50DelayMs: number) => ({
  destination: 'kafka://k/views',
  subscription: 'reviews',
  step,
  stepMs: 5_000,
  published,
  consumed,
  p50DelayMs,
})

export const growingLag = defineAudit<Needs, typeof limits>({
  id: 'growing-lag',
  family: 'messaging',
  title: 'Consumers keep up',
  failureTitle: 'A backlog grows and never falls',
  definition:
    'While messages come, the backlog of a queue never falls by more than a tenth from one look to the next, is not empty in the second half, and ends higher by ten messages or more; in traces the median wait must have grown by a second or more without falling, too. Stalled: messages wait and none is taken in the second half.',
  why: 'A queue hides the difference between arrival and service until it is full: minutes later, everything that the events were for is stale, and when the limit or the disk is reached publishers fail. It does not heal by itself, because the load that made it is the usual one.',
  fix: 'Find what a message costs (the slowest part of the consumer’s span), make that cheaper or do it for many at once; add consumers (with Kafka up to the number of partitions); let the consumer take several messages at once where order allows. If the peak passes, bound the queue so that it can say no.',
  verify: 'Look at the queue twice, ten minutes apart, under the same load: it has been empty in between.',
  needs: ['brokerQueues', 'flows', 'lags', 'overview'],
  limits,
  references: [
    {
      title: 'Consumer lag evaluation rules, Burrow',
      url: 'https://github.com/linkedin/Burrow/wiki/Consumer-Lag-Evaluation-Rules',
    },
    { title: 'Little’s law', url: 'https://en.wikipedia.org/wiki/Little%27s_law' },
  ],
  examples: {
    fires: [
      {
        name: 'ten more at the fifth look than at the first',
        rows: { brokerQueues: [grow([0, 2, 5, 7, 10])] },
        severities: ['warning'],
      },
      {
        name: 'nothing is taken any more',
        rows: {
          brokerQueues: [
            { ...grow([0, 20, 40, 60, 80]), publishedAt: [1, 21, 41, 61, 81], deliveredAt: [1, 1, 1, 1, 1] },
          ],
        },
        severities: ['critical'],
      },
      {
        name: 'traces: more published than taken, and the wait grows by a second',
        rows: {
          flows: [views],
          lags: [lag(0, 8, 5, 100), lag(1, 8, 5, 400), lag(2, 8, 5, 700), lag(3, 8, 5, 900), lag(4, 8, 5, 1_100)],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      { name: 'nine more', rows: { brokerQueues: [grow([0, 2, 5, 7, 9])] } },
      { name: 'four looks', rows: { brokerQueues: [grow([0, 20, 40, 60])] } },
      { name: 'it was empty in between', rows: { brokerQueues: [grow([0, 20, 40, 0, 60])] } },
      { name: 'a burst that is worked off', rows: { brokerQueues: [grow([0, 90, 70, 50, 30])] } },
      {
        name: 'traces: messages are lost, and those that come do not wait',
        rows: {
          flows: [views],
          lags: [lag(0, 8, 5, 20), lag(1, 8, 5, 21), lag(2, 8, 5, 20), lag(3, 8, 5, 22), lag(4, 8, 5, 23)],
        },
      },
      {
        name: 'traces: clocks that drift by more than the wait grew',
        rows: {
          flows: [{ ...views, leastDelayMs: -900 }],
          lags: [0, 1, 2, 3, 4].map((step) => ({
            ...lag(step, 8, 5, -900 + step * 300),
            leastDelayMs: -900 + step * 300,
          })),
        },
      },
    ],
  },
  evidence: (survey, limit) => ({
    applicable: survey.flows.length > 0 || survey.brokerQueues.length > 0,
    reason: 'Nobody consumes messages.',
    samples: judged(survey, limit).filter(({ trend }) => trend.kind !== 'thin').length,
    least: 1,
    of: 'queues looked at while messages came',
    advice: `Record traces of producers and consumers over several minutes, or look at the broker for a while (--for 30s): a trend takes ${limit.looks} looks at which messages came.`,
    blind: survey.flows
      .filter((flow) => isBlind(flow, survey) && !lookedAt(queueOf(flow, survey.brokerQueues), limit))
      .map(
        (flow) =>
          `${flow.consumer} on ${flow.destination}: clocks differ by ${Math.round(-flow.leastDelayMs)} ms or more, as much as the wait changes`,
      ),
  }),
  audit: (survey, limit) =>
    judged(survey, limit).flatMap(({ place, trend, who, flow, grewMs, seconds }): FindingDraft[] => {
      if (trend.kind !== 'growing' && trend.kind !== 'stalled') return []
      const waits = grewMs > 0 ? `, and the wait by ${(grewMs / 1000).toFixed(1)} s` : ''
      return [
        {
          severity: trend.kind === 'stalled' ? 'critical' : 'warning',
          message:
            trend.kind === 'stalled'
              ? `${who} takes nothing any more: ${trend.to} messages wait, ${trend.to - trend.from} more than ${trend.looks} looks ago.`
              : `${who} falls behind: the backlog grew from ${trend.from} to ${trend.to} messages in ${Math.round(seconds)} s and never fell${waits}.`,
          where: place,
          measured: { value: trend.to, unit: 'count' },
          limit: { value: limit.growth, unit: 'count' },
          ...(seconds > 0 && { cost: { value: (trend.to - trend.from) / seconds, unit: 'calls/s' as const } }),
          ...(flow && { share: Math.min(1, flow.messages / Math.max(1, survey.overview[0]?.traces ?? 0)) }),
          proof: sampledProof(flow?.traceIds ?? [], flow?.spanIds ?? [], flow?.deliveries ?? trend.looks),
        },
      ]
    }),
})

/** What the report tells of messages, from relations that were surveyed anyway. Everything is in the order of its relation, which is total. */
import type {
  MessageFlow,
  MessageRun,
  MessageTimeline,
  MessageWay,
  MessagingReport,
} from '../model/messaging-report.js'
import type { AuditReport } from '../model/report.js'
import type { Place } from '../model/finding.js'
import type { SurveyRows } from '../survey/rows.js'

export const messagingNeeds = ['flows', 'lags', 'eventFlows', 'repeatedMessages', 'orderings'] as const
type Rows = Pick<SurveyRows, (typeof messagingNeeds)[number]>

const mostFlows = 200
const mostWays = 50
const mostRuns = 30
/** Audits whose findings are about single messages. */
const aboutOne = ['poison-message', 'duplicate-processing', 'non-idempotent-consumer'] as const

/** Undefined where no message was seen. */
export function messagingReport(rows: Rows, audits: readonly AuditReport[]): MessagingReport | undefined {
  const flows = rows.flows.filter((flow) => flow.temporary === 0)
  if (flows.length === 0) return undefined
  return {
    flows: flows
      .toSorted((a, b) => b.deliveries - a.deliveries)
      .slice(0, mostFlows)
      .map((flow) => messageFlow(flow, rows)),
    ways: wholeWays(rows),
    timelines: timelines(rows, audits),
  }
}

function messageFlow(flow: Rows['flows'][number], { lags }: Rows): MessageFlow {
  const { destination, subscription, consumer, producers, deliveries, messages, errors, redelivered } = flow
  const { p50DelayMs, p95DelayMs, p99DelayMs, p50Ms, p95Ms, batchP95 } = flow
  const own = lags.filter(
    (lag) => lag.destination === destination && (lag.subscription === subscription || lag.subscription === ''),
  )
  let waiting = 0
  const lag = Array.from({ length: 24 }, (_, step) => own.filter((each) => each.step === step)).flatMap((step) => {
    const [first] = step
    if (first === undefined) return []
    for (const each of step) waiting += each.published - each.consumed
    const taken = step.find((each) => each.consumed > 0)
    return taken === undefined
      ? []
      : [{ atMs: first.startMs, delayMs: taken.p50DelayMs, waiting: Math.max(0, waiting) }]
  })
  return {
    destination,
    subscription,
    consumer,
    producers,
    deliveries,
    messages,
    errors,
    redelivered,
    p50DelayMs,
    p95DelayMs,
    p99DelayMs,
    clocksApartMs: Math.max(0, -flow.leastDelayMs),
    p50Ms,
    p95Ms,
    batchP95,
    lag: flow.matched > 0 ? lag : [],
  }
}

/** Ways that are no beginning of another: the whole way, from end to end. */
function wholeWays({ eventFlows }: Rows): MessageWay[] {
  const begun = new Set(eventFlows.flatMap(({ path }) => (path.length > 3 ? [JSON.stringify(path.slice(0, -2))] : [])))
  return eventFlows
    .filter(({ path }) => !begun.has(JSON.stringify(path)))
    .slice(0, mostWays)
    .map(({ path, flows, failed, p50Ms, p95Ms, p99Ms, traceIds }) => ({
      path,
      flows,
      failed,
      p50Ms,
      p95Ms,
      p99Ms,
      traceIds,
    }))
}

const isAt = (where: Place, row: { destination: string; consumer: string }): boolean =>
  where.destination === row.destination && where.service === row.consumer

function timelines(rows: Rows, audits: readonly AuditReport[]): MessageTimeline[] {
  return audits.flatMap(({ id, findings }) =>
    findings.flatMap(({ fingerprint, where }): MessageTimeline[] => {
      if (aboutOne.some((audit) => audit === id)) {
        const here = rows.repeatedMessages.filter((row) => isAt(where, row))
        const row =
          id === 'poison-message'
            ? here.find((each) => each.failures > 1)
            : here.find((each) => each.successes > 1 && (id !== 'non-idempotent-consumer' || each.writes.length > 0))
        return row ? [{ finding: fingerprint, publishedMs: row.publishedMs > 0 ? [0] : [], runs: runsOf(row) }] : []
      }
      const pair =
        id === 'broken-ordering'
          ? rows.orderings.find((row) => isAt(where, row) && row.sampleMs.length === 5)
          : undefined
      return pair ? [overtaking(fingerprint, pair)] : []
    }),
  )
}

function runsOf(row: Rows['repeatedMessages'][number]): MessageRun[] {
  return row.startsMs.slice(0, mostRuns).map((startMs, index) => ({
    messageId: row.messageId,
    startMs,
    durationMs: row.durationsMs[index] ?? 0,
    failed: row.failed[index] === 1,
    instance: row.instances[index] ?? '',
    traceId: row.traceIds[index] ?? '',
    spanId: row.spanIds[index] ?? '',
  }))
}

function overtaking(finding: string, row: Rows['orderings'][number]): MessageTimeline {
  const [start = 0, done = 0, published = 0, laterStart = 0, laterDone = 0] = row.sampleMs
  const run = (index: number, startMs: number, doneMs: number): MessageRun => ({
    messageId: row.sampleMessageIds[index] ?? '',
    startMs,
    durationMs: doneMs - startMs,
    failed: false,
    instance: '',
    traceId: row.sampleTraceIds[index] ?? '',
    spanId: row.sampleSpanIds[index] ?? '',
  })
  return { finding, publishedMs: [0, published], runs: [run(0, start, done), run(1, laterStart, laterDone)] }
}

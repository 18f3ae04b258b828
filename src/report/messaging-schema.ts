/** The part of the report about messages as a zod schema; the types of model/messaging-report.ts are the source. */
import { z } from 'zod'
import type {
  MessageFlow,
  MessageRun,
  MessageTimeline,
  MessageWay,
  MessagingReport,
} from '../model/messaging-report.js'

const text = z.string()
const count = z.number().int().nonnegative()
const milliseconds = z.number()

const flow = z
  .strictObject({
    destination: text,
    subscription: text.describe('Group, subscription or queue; the consumer where nobody says.'),
    consumer: text,
    producers: z.array(text),
    deliveries: count,
    messages: count,
    errors: count,
    redelivered: count,
    p50DelayMs: milliseconds.describe('From publish to consumer, each by its own clock.'),
    p95DelayMs: milliseconds,
    p99DelayMs: milliseconds,
    clocksApartMs: milliseconds.describe('The clocks of the two sides differ by at least so much.'),
    p50Ms: milliseconds,
    p95Ms: milliseconds,
    batchP95: z.number(),
    lag: z.array(z.strictObject({ atMs: milliseconds, delayMs: milliseconds, waiting: z.number() })),
  })
  .meta({ id: 'MessageFlow' }) satisfies z.ZodType<MessageFlow>

const way = z
  .strictObject({
    path: z.array(text).describe('Service, destination, service … from the first producer to the last consumer.'),
    flows: count,
    failed: count,
    p50Ms: milliseconds.describe('From the first publish to the end of the last processing.'),
    p95Ms: milliseconds,
    p99Ms: milliseconds,
    traceIds: z.array(text),
  })
  .meta({ id: 'MessageWay' }) satisfies z.ZodType<MessageWay>

const run = z
  .strictObject({
    messageId: text,
    startMs: milliseconds.describe('From the first publish; from the first run where that was not seen.'),
    durationMs: milliseconds,
    failed: z.boolean(),
    instance: text,
    traceId: text,
    spanId: text,
  })
  .meta({ id: 'MessageRun' }) satisfies z.ZodType<MessageRun>

const timeline = z
  .strictObject({
    finding: text.describe('Fingerprint of the finding that it shows.'),
    publishedMs: z.array(milliseconds),
    runs: z.array(run),
  })
  .meta({ id: 'MessageTimeline' }) satisfies z.ZodType<MessageTimeline>

export const messagingSchema = z
  .strictObject({ flows: z.array(flow), ways: z.array(way), timelines: z.array(timeline) })
  .meta({ id: 'Messaging' }) satisfies z.ZodType<MessagingReport>

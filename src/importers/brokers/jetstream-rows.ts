/**
 * Streams and consumers of NATS JetStream as rows, from what the server says of them (`STREAM.INFO`, `CONSUMER.INFO`, `/jsz`).
 * What is easily got wrong: the server does not count redeliveries, only messages that wait after one. But every delivery has a number of its
 * own, so what was delivered beyond the messages passed is at least how often something came again.
 */
import {
  countOf,
  declaredText,
  flagOf,
  momentOf,
  objectOf,
  textOf,
  textsOf,
  type JsonObject,
} from '../common/json-values.js'
import { notTold, queueRow, type BindingRow, type Origin, type QueueRow } from './queue-row.js'

export interface Moment {
  atMs: number
  /** Account or domain; empty for the only one. */
  virtualHost: string
}

/** A limit of JetStream: none when it is -1, or 0 for a number of bytes or messages. */
const limitOf = (value: unknown): number | undefined => {
  const limit = countOf(value)
  return limit === 0 ? undefined : limit
}

const millisecondsOf = (nanoseconds: unknown): number | undefined => {
  const limit = limitOf(nanoseconds)
  return limit === undefined ? undefined : Math.max(1, Math.round(limit / 1e6))
}

export function streamRow(origin: Origin, info: JsonObject, { atMs, virtualHost }: Moment): QueueRow {
  const config = objectOf(info['config'])
  const state = objectOf(info['state'])
  const messages = countOf(state['messages'])
  const first = momentOf(state['first_ts'])
  return queueRow(origin, {
    System: 'nats',
    VirtualHost: virtualHost,
    Kind: 'stream',
    Name: streamName(info),
    AtMs: atMs,
    Durable: config['storage'] === 'memory' ? 0 : config['storage'] === 'file' ? 1 : -1,
    Consumers: countOf(state['consumer_count']),
    Messages: messages,
    Bytes: countOf(state['bytes']),
    Published: countOf(state['last_seq']),
    OldestAgeMs:
      messages !== undefined && messages > 0 && first > 0 && atMs > 0 ? Math.max(0, atMs - first) : undefined,
    MaxLength: limitOf(config['max_msgs']),
    MaxBytes: limitOf(config['max_bytes']),
    MessageTtlMs: millisecondsOf(config['max_age']),
    Overflow: textOf(config['discard']),
    Arguments: declaredText(config),
  })
}

/** The subjects that a stream captures, as bindings of subjects to it. */
export const subjectRows = ({ source, broker }: Origin, info: JsonObject, virtualHost: string): BindingRow[] =>
  subjectsOf(info).map((subject) => ({
    Source: source,
    Broker: broker,
    VirtualHost: virtualHost,
    Exchange: '',
    ExchangeKind: 'subject',
    RoutingKey: subject,
    Queue: streamName(info),
    Kind: 'queue',
  }))

export const streamName = (info: JsonObject): string => textOf(objectOf(info['config'])['name']) || textOf(info['name'])

const subjectsOf = (info: JsonObject): readonly string[] => textsOf(objectOf(info['config'])['subjects'])

/** Where the server says that it gave a message up. */
const advisory = (stream: string, consumer: string): string =>
  `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${stream}.${consumer}`

/** Streams that hear of it when a consumer gives a message up. A subscriber without a stream cannot be seen. */
export const givenUpTo = (streams: readonly JsonObject[], stream: string, consumer: string): string[] =>
  streams
    .filter((info) => subjectsOf(info).some((pattern) => matchesSubject(pattern, advisory(stream, consumer))))
    .map(streamName)
    .toSorted()

/** Whether a subject matches a pattern: `*` is one word, `>` all that are left. */
export function matchesSubject(pattern: string, subject: string): boolean {
  const patterns = pattern.split('.')
  const words = subject.split('.')
  for (const [at, word] of patterns.entries()) {
    if (word === '>') return words.length > at
    if (words[at] === undefined || (word !== '*' && word !== words[at])) return false
  }
  return patterns.length === words.length
}

/** How often messages came again, counted over the looks at one server. */
export class Redeliveries {
  private readonly before = new Map<string, { deliveries: number; passed: number; redelivered: number }>()

  /** At least so many since counters began. */
  of(key: string, info: JsonObject): number | undefined {
    const delivered = objectOf(info['delivered'])
    const deliveries = countOf(delivered['consumer_seq'])
    const passed = countOf(delivered['stream_seq'])
    if (deliveries === undefined || passed === undefined) return undefined
    const before = this.before.get(key) ?? { deliveries: 0, passed: 0, redelivered: 0 }
    // A consumer made anew counts from the start.
    const again = deliveries < before.deliveries ? 0 : deliveries - before.deliveries - (passed - before.passed)
    const waiting = countOf(info['num_redelivered']) ?? 0
    const redelivered = Math.max(before.redelivered + Math.max(0, again), waiting)
    this.before.set(key, { deliveries, passed, redelivered })
    return redelivered
  }
}

/** Streams of an account, and whether they are all. */
export interface KnownStreams {
  known: readonly JsonObject[]
  all: boolean
}

export function consumerRow(
  origin: Origin,
  info: JsonObject,
  { atMs, virtualHost }: Moment,
  streams: KnownStreams,
  redeliveries: Redeliveries,
): QueueRow {
  const config = objectOf(info['config'])
  const stream = textOf(info['stream_name'])
  const name = textOf(info['name'])
  const ready = countOf(info['num_pending'])
  const unacknowledged = countOf(info['num_ack_pending'])
  const limit = limitOf(config['max_deliver'])
  // Without a limit nothing is ever given up, so there is nothing to hear of.
  const listeners = limit === undefined ? [] : givenUpTo(streams.known, stream, name)
  const unheard = limit === undefined || streams.all ? '' : notTold
  return queueRow(origin, {
    System: 'nats',
    VirtualHost: virtualHost,
    Kind: 'consumer',
    Name: name,
    Parent: stream,
    AtMs: atMs,
    Durable: textOf(config['durable_name']) === '' ? 0 : 1,
    Consumers: listening(info, config),
    Messages: ready === undefined || unacknowledged === undefined ? undefined : ready + unacknowledged,
    Ready: ready,
    Unacknowledged: unacknowledged,
    Delivered: countOf(objectOf(info['delivered'])['consumer_seq']),
    Acknowledged: countOf(objectOf(info['ack_floor'])['consumer_seq']),
    Redelivered: redeliveries.of(`${virtualHost}\n${stream}\n${name}`, info),
    DeadLetterTo: listeners[0] ?? unheard,
    DeadLetterQueues: listeners,
    DeliveryLimit: limit,
    Lag: ready,
    Arguments: declaredText(config),
  })
}

/** A pull consumer between two requests looks like one that nobody asks; only a push consumer knows whether somebody listens. */
function listening(info: JsonObject, config: JsonObject): number | undefined {
  if (textOf(config['deliver_subject']) !== '') {
    const bound = flagOf(info['push_bound'])
    // The server leaves out what is false.
    return bound === 1 ? 1 : 0
  }
  const waiting = countOf(info['num_waiting']) ?? 0
  return waiting > 0 ? waiting : undefined
}

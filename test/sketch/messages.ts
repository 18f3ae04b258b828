/** Publishing and consuming: the two ends of a message, joined by a link, by parenthood, or by nothing. */
import { contents, nothing, type Work } from './calls.js'
import { messaging, messagingName, parseAddress, scopeOf } from './conventions.js'
import type { ConsumeOptions, PublishOptions } from './options.js'
import { nanoseconds, type Opening, type Recorder } from './recorder.js'

/** A message on its way. */
export interface Sent {
  url: string
  traceId: string
  spanId: string
  traceNumber: number
  sentNs: number
  options: PublishOptions
}

export function publishMessage(system: Recorder, opening: Opening, url: string, options: PublishOptions): Sent {
  const { system: broker, host, port, path: destination } = parseAddress(url)
  const convention = system.conventionOf(opening.service)
  const span = system.open(
    opening,
    'producer',
    messagingName(destination, 'send', convention),
    scopeOf(broker),
    options,
  )
  const endNs = contents(opening, span.spanId, options, nothing)
  const { messageId, conversationId, key, partition, offset } = options
  const step = { system: broker, host, port, destination, messageId, conversationId, key, partition, offset }
  const pairs = messaging({ ...step, operation: 'send', group: undefined }, convention)
  const failed = options.error !== undefined && options.error !== false
  if (failed) pairs.push(['error.type', options.error === true ? 'PublishError' : String(options.error)])
  system.finish(span, endNs - opening.startNs, pairs, failed, options)
  return { url, traceId: span.traceId, spanId: span.spanId, traceNumber: opening.traceNumber, sentNs: endNs, options }
}

/** `traceId` is that of a consumer which starts a trace of its own; new when not given. */
export function consumeMessages(
  system: Recorder,
  messages: readonly Sent[],
  service: string,
  options: ConsumeOptions,
  work: Work,
  traceId?: string,
): number {
  const first = messages[0]
  if (!first) throw new Error('a consumer needs at least one message')
  if (system.isDark(service)) return first.sentNs
  const by = options.by ?? 'link'
  const operation = options.operation ?? 'process'
  const { system: broker, host, port, path: destination } = parseAddress(first.url)
  const child = by === 'parent' || by === 'both'
  const sentNs = Math.max(...messages.map((message) => message.sentNs))
  const opening: Opening = {
    traceId: child ? first.traceId : (traceId ?? system.newTraceId()),
    traceNumber: first.traceNumber,
    parentSpanId: child ? first.spanId : '',
    service,
    startNs: sentNs + nanoseconds(options.delayMs ?? 5),
  }
  const linked = by === 'link' || by === 'both' ? messages.map(({ traceId, spanId }) => ({ traceId, spanId })) : []
  const convention = system.conventionOf(service)
  const withLinks = { ...options, links: [...linked, ...(options.links ?? [])] }
  const span = system.open(
    opening,
    'consumer',
    messagingName(destination, operation, convention),
    scopeOf(broker),
    withLinks,
  )
  const endNs = contents(opening, span.spanId, options, work)
  const step = {
    system: broker,
    host,
    port,
    destination,
    operation,
    messageId: options.messageId ?? (messages.length === 1 ? first.options.messageId : undefined),
    conversationId: first.options.conversationId,
    key: first.options.key,
    partition: options.partition ?? first.options.partition,
    offset: options.offset ?? first.options.offset,
    group: options.group,
  }
  const pairs = messaging(step, convention)
  const failed = options.error !== undefined && options.error !== false
  if (failed) pairs.push(['error.type', options.error === true ? 'Error' : String(options.error)])
  system.finish(span, endNs - opening.startNs, pairs, failed, options)
  return endNs
}

/**
 * Every knob of a sketch, with its default. Times are milliseconds, rounded to whole microseconds.
 * What is easy to get wrong: `ms` of a call is the time of the callee; the caller waits `networkMs` longer.
 */
import type { AttributeValue } from './span.js'

export interface SystemOptions {
  /** `mixed` alternates by service in order of first use; `both` writes old and new names on one span. Default `stable`. */
  conventions?: 'stable' | 'old' | 'mixed' | 'both'
  /** Time a call spends between client and server, both ways together. Default 0.4. */
  networkMs?: number
  /** From the start of one trace to the next. Default 1000. */
  spacingMs?: number
  /** Instances a service (`service.instance.id`), taken in turn by trace. Default 2; 0 leaves the attribute out. */
  instances?: number
  /** Start of the first trace. Default 2026-03-02T09:00:00Z. */
  startAt?: string
  seed?: number
}

export interface ServiceOptions {
  conventions?: 'stable' | 'old' | 'both'
  /** Added to every timestamp that this service writes: positive is a clock that runs ahead. */
  skewMs?: number
  /** Address at which it is called. Default: its name, port 8080. */
  host?: string
  port?: number
  instances?: number
  /** No `service.name` at all. For a default name sketch a service called `unknown_service:node`. */
  unnamed?: boolean
  /** Called, but gives off no SERVER or CONSUMER spans; nothing below it is written. */
  dark?: boolean
  resource?: Record<string, AttributeValue>
}

/** What every kind of span understands. */
export interface SpanOptions {
  /** At least this long; longer when what it waits for takes longer. Default: its children and 1 ms of its own. */
  ms?: number
  /** True: error of the usual sort for the protocol (HTTP 500, gRPC 2). A number is a status code. A string is `error.type`. */
  error?: boolean | number | string
  attributes?: Record<string, AttributeValue>
  /** Attribute keys to leave out, by exact key or by prefix ending in `*`: `['db.*', 'server.address']`. */
  without?: readonly string[]
  /** Span name instead of the usual one. */
  name?: string
  /** Not written: its children keep pointing at it and are orphans. */
  dropped?: boolean
  /** Its parent id points at a span that does not exist. */
  orphan?: boolean
  instance?: string
  events?: readonly { name: string; atMs?: number; attributes?: Record<string, AttributeValue> }[]
  links?: readonly { traceId: string; spanId: string; attributes?: Record<string, AttributeValue> }[]
}

export interface ServerOptions extends SpanOptions {
  /** False: no `http.route`, and the bare method as span name. Default true. */
  route?: boolean
  /** Concrete path; default fills each `{…}` of the template with the number of the trace. */
  path?: string
}

export interface CallOptions extends ServerOptions {
  networkMs?: number
  /** Default: by the form of the operation: `GET /books/{id}` is http, `shop.Stock/Reserve` is grpc. */
  protocol?: 'http' | 'grpc'
  host?: string
  port?: number
  /** `service.peer.name` (old: `peer.service`): true for the callee's name, or a name. */
  peerService?: boolean | string
  /** The caller gives up after this long, with `error.type: timeout`; the callee works on. */
  timeoutMs?: number
  /** `http.request.resend_count`. */
  resendCount?: number
  /** The callee's span is the root of a trace of its own: the context was not passed on. */
  lost?: boolean
  /** No CLIENT span: the callee's span hangs on the caller's span. */
  uninstrumentedClient?: boolean
  /** The caller does not wait for it. */
  unawaited?: boolean
  /** Changes on the callee's span alone; the options above are of the caller's. */
  server?: SpanOptions
}

export interface RetryOptions extends CallOptions {
  attempts: number
  backoffMs?: number
  /** The last attempt gets an answer. Default false. */
  lastSucceeds?: boolean
  /** Count the attempts in `http.request.resend_count`. Default false: only repeated siblings show it. */
  counted?: boolean
}

export interface QueryOptions extends SpanOptions {
  /** `db.collection.name`; left out unless given, as most instrumentations do. */
  collection?: string
  /** `db.operation.name` instead of the first word of the statement. */
  operation?: string
  unawaited?: boolean
}

export interface PublishOptions extends SpanOptions {
  messageId?: string
  conversationId?: string
  /** Kafka message key, RabbitMQ routing key. */
  key?: string
  partition?: string
  offset?: number
}

export interface ConsumeOptions extends SpanOptions {
  /** How the consumer's span knows the producer's. `link` and `none` start a trace of their own. Default `link`. */
  by?: 'parent' | 'link' | 'both' | 'none'
  /** From the end of the publish to the start of the work. Default 5. */
  delayMs?: number
  group?: string
  /** Default `process`. */
  operation?: 'receive' | 'process'
  /** Instead of the id under which it was published. */
  messageId?: string
  partition?: string
  offset?: number
}

/**
 * What a service does inside one span, one thing after another: the cursor of time moves past each thing that is waited for.
 * In `parallel` everything starts at once and the cursor moves to the last end.
 */
import { callService, runInternal, runStatement, type Work } from './calls.js'
import { consumeMessages, publishMessage, type Sent } from './messages.js'
import type { CallOptions, ConsumeOptions, PublishOptions, QueryOptions, RetryOptions, SpanOptions } from './options.js'
import { nanoseconds, type Opening, type Recorder } from './recorder.js'

/** What a span contains, as the author of a sketch writes it. */
export type Body = (scope: Scope) => void

/** Makes a body into work that knows when it ends. */
export function inside(system: Recorder, body: Body | undefined): Work {
  return (opening) => {
    const scope = new Scope(system, opening, 'sequence')
    body?.(scope)
    return scope.endNs
  }
}

/** A published message; `consume` may be called many times (competing groups, redeliveries). */
export class Message implements Sent {
  readonly url: string
  readonly traceId: string
  readonly spanId: string
  readonly traceNumber: number
  readonly sentNs: number
  readonly options: PublishOptions

  constructor(
    private readonly system: Recorder,
    sent: Sent,
  ) {
    this.url = sent.url
    this.traceId = sent.traceId
    this.spanId = sent.spanId
    this.traceNumber = sent.traceNumber
    this.sentNs = sent.sentNs
    this.options = sent.options
  }

  consume(service: string, options: ConsumeOptions = {}, body?: Body): this {
    consumeMessages(this.system, [this], service, options, inside(this.system, body))
    return this
  }
}

export class Scope {
  private cursorNs: number
  /** End of the last thing waited for, from the start of the system. */
  endNs: number

  constructor(
    readonly system: Recorder,
    readonly opening: Opening,
    private readonly mode: 'sequence' | 'parallel',
  ) {
    this.cursorNs = opening.startNs
    this.endNs = opening.startNs
  }

  /** The service whose span this is. */
  get service(): string {
    return this.opening.service
  }

  /** A synchronous call to another service: CLIENT span here, SERVER span there. */
  call(service: string, operation: string, options: CallOptions = {}, body?: Body): this {
    const endNs = callService(this.system, this.here(), service, operation, options, inside(this.system, body))
    if (!options.unawaited) this.advance(endNs)
    return this
  }

  /** The same call again and again after errors: each attempt but perhaps the last fails. */
  retry(service: string, operation: string, options: RetryOptions, body?: Body): this {
    const { attempts, backoffMs = 0, lastSucceeds = false, counted = false, ...call } = options
    return this.sequence((scope) => {
      for (let attempt = 0; attempt < attempts; attempt++) {
        if (attempt > 0) scope.work(backoffMs)
        const succeeds = lastSucceeds && attempt === attempts - 1
        const failure = call.timeoutMs === undefined ? { error: call.error ?? true } : {}
        const outcome = succeeds ? { error: false, timeoutMs: undefined } : failure
        const resend = counted && attempt > 0 ? { resendCount: attempt } : {}
        scope.call(service, operation, { ...call, ...outcome, ...resend }, body)
      }
    })
  }

  /** A statement to a database: `postgresql://pg-main:5432/shop`. */
  query(url: string, statement: string, options: QueryOptions = {}): this {
    const endNs = runStatement(this.system, this.here(), url, statement, options)
    if (!options.unawaited) this.advance(endNs)
    return this
  }

  /** A command to a cache: `redis://cache:6379/0`, `GET product:7`. */
  redis(url: string, command: string, options: QueryOptions = {}): this {
    return this.query(url, command, options)
  }

  /** Publishes to `rabbitmq://broker:5672/orders.placed` or `kafka://…/topic`; the message may then be consumed. */
  publish(url: string, options: PublishOptions = {}): Message {
    const message = new Message(this.system, publishMessage(this.system, this.here(), url, options))
    this.advance(message.sentNs)
    return message
  }

  internal(name: string, options: SpanOptions = {}, body?: Body): this {
    this.advance(runInternal(this.system, this.here(), name, options, inside(this.system, body)))
    return this
  }

  /** Time of its own, without a span. */
  work(ms: number): this {
    this.advance(this.cursorNs + nanoseconds(ms))
    return this
  }

  /** Things in here start at once. */
  parallel(body: Body): this {
    return this.nest('parallel', body)
  }

  /** Things in here follow each other; for a branch within `parallel`. */
  sequence(body: Body): this {
    return this.nest('sequence', body)
  }

  repeat(count: number, body: (scope: Scope, index: number) => void): this {
    for (let index = 0; index < count; index++) body(this, index)
    return this
  }

  private nest(mode: 'sequence' | 'parallel', body: Body): this {
    const inner = new Scope(this.system, this.here(), mode)
    body(inner)
    this.advance(inner.endNs)
    return this
  }

  private here(): Opening {
    return { ...this.opening, startNs: this.cursorNs }
  }

  private advance(endNs: number): void {
    this.endNs = Math.max(this.endNs, endNs)
    if (this.mode === 'sequence') this.cursorNs = Math.max(this.cursorNs, endNs)
  }
}

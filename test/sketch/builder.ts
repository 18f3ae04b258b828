/** Where a sketch begins: systems and their traces; `scope.ts` says what can happen inside a span. */
import { serve } from './calls.js'
import { consumeMessages, type Sent } from './messages.js'
import type { ConsumeOptions, ServerOptions, SystemOptions } from './options.js'
import { nanoseconds, Recorder } from './recorder.js'
import { inside, Scope, type Body } from './scope.js'

export class Trace {
  private cursorNs: number
  readonly traceId: string

  constructor(
    readonly system: System,
    readonly number: number,
    readonly startNs: number,
  ) {
    this.cursorNs = startNs
    this.traceId = system.newTraceId()
  }

  /** A SERVER span without a caller. */
  server(service: string, operation: string, options: ServerOptions = {}, body?: Body): this {
    const opening = {
      traceId: this.traceId,
      traceNumber: this.number,
      parentSpanId: '',
      service,
      startNs: this.cursorNs,
    }
    this.cursorNs = serve(this.system, opening, operation, options, inside(this.system, body))
    return this
  }

  /** What `service` does outside any span of its own: calls, statements and publishes in here are roots. */
  as(service: string, body: (scope: Scope) => void): this {
    const opening = {
      traceId: this.traceId,
      traceNumber: this.number,
      parentSpanId: '',
      service,
      startNs: this.cursorNs,
    }
    const scope = new Scope(this.system, opening, 'sequence')
    body(scope)
    this.cursorNs = scope.endNs
    return this
  }

  /** A consumer of an address that nobody in the sketch published to. */
  consumer(service: string, url: string, options: ConsumeOptions = {}, body?: Body): this {
    const { system, traceId, number: traceNumber } = this
    const message: Sent = { url, traceId, spanId: system.newSpanId(), traceNumber, sentNs: this.cursorNs, options: {} }
    const alone: ConsumeOptions = { delayMs: 0, by: 'none', ...options }
    this.cursorNs = consumeMessages(system, [message], service, alone, inside(system, body), traceId)
    return this
  }

  gap(ms: number): this {
    this.cursorNs += nanoseconds(ms)
    return this
  }
}

export class System extends Recorder {
  private traces = 0
  private nextStartNs = 0

  /** One trace; it starts `spacingMs` after the one before, or at `atMs` from the start of the system. */
  trace(body: (trace: Trace, number: number) => void, options: { atMs?: number } = {}): this {
    if (options.atMs !== undefined) this.nextStartNs = nanoseconds(options.atMs)
    const number = this.traces++
    const startNs = this.nextStartNs
    this.nextStartNs += nanoseconds(this.spacingMs)
    body(new Trace(this, number, startNs), number)
    return this
  }

  /** `count` traces; the body gets the index within this repetition. */
  repeat(count: number, body: (trace: Trace, index: number) => void): this {
    for (let index = 0; index < count; index++) this.trace((trace) => body(trace, index))
    return this
  }

  /** One consumer of several messages: a link to each (`by: 'link'`), or a child of the first. */
  consume(messages: readonly Sent[], service: string, options: ConsumeOptions = {}, body?: Body): this {
    consumeMessages(this, messages, service, options, inside(this, body))
    return this
  }
}

/** Starts a sketch; equal names, options and calls give equal spans. */
export function sketch(name: string, options: SystemOptions = {}): System {
  return new System(name, options)
}

/**
 * What goes wrong between a span and its backend in real systems: a filter that saves money by dropping spans, a clock that is off,
 * a sampler that looks at paths. They act on the SDK's own spans, before export.
 */
import { type Attributes, type Context, type Link, type SpanKind } from '@opentelemetry/api'
import {
  AlwaysOnSampler,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  type Span,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node'

type Time = ReadableSpan['startTime']

function shifted([seconds, nanoseconds]: Time, byMs: number): Time {
  const total = nanoseconds + byMs * 1_000_000
  return [seconds + Math.floor(total / 1e9), ((total % 1e9) + 1e9) % 1e9]
}

/** Hands on spans with another clock's times. */
export class OffClock implements SpanProcessor {
  constructor(
    private readonly next: SpanProcessor,
    private readonly byMs: number,
  ) {}

  onStart(span: Span, context: Context): void {
    this.next.onStart(span, context)
  }

  onEnd(span: ReadableSpan): void {
    const startTime = shifted(span.startTime, this.byMs)
    const endTime = shifted(span.endTime, this.byMs)
    const events = span.events.map((event) => ({ ...event, time: shifted(event.time, this.byMs) }))
    this.next.onEnd(
      Object.create(span, {
        startTime: { value: startTime },
        endTime: { value: endTime },
        events: { value: events },
      }) as ReadableSpan,
    )
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush()
  }

  shutdown(): Promise<void> {
    return this.next.shutdown()
  }
}

/** Drops the SERVER spans of one trace in `oneIn`; what they did stays, without its parent. */
export class CostFilter implements SpanProcessor {
  constructor(
    private readonly next: SpanProcessor,
    private readonly serverKind: SpanKind,
    private readonly oneIn: number,
  ) {}

  onStart(span: Span, context: Context): void {
    this.next.onStart(span, context)
  }

  onEnd(span: ReadableSpan): void {
    const unlucky = Number.parseInt(span.spanContext().traceId.slice(-6), 16) % this.oneIn === 0
    if (!(span.kind === this.serverKind && unlucky)) this.next.onEnd(span)
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush()
  }

  shutdown(): Promise<void> {
    return this.next.shutdown()
  }
}

/** Keeps one trace in `oneIn` of those that begin with `path`, and all others. */
export class PathSampler implements Sampler {
  private readonly always = new AlwaysOnSampler()

  constructor(
    private readonly path: string,
    private readonly oneIn: number,
  ) {}

  shouldSample(
    _context: Context,
    traceId: string,
    _name: string,
    _kind: SpanKind,
    attributes: Attributes,
    _links: Link[],
  ): SamplingResult {
    const path = attributes['http.target'] ?? attributes['url.path']
    if (path === this.path && Number.parseInt(traceId.slice(0, 6), 16) % this.oneIn !== 0)
      return { decision: SamplingDecision.NOT_RECORD }
    return this.always.shouldSample()
  }

  toString(): string {
    return `PathSampler{${this.path}}`
  }
}

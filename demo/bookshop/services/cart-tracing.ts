/** Spans of Redis made by hand: they say that something was asked of a Redis, but not which one, nor what. */
import { SpanKind, trace } from '@opentelemetry/api'

export function byHand<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  return trace
    .getTracer('cart')
    .startActiveSpan(name, { kind: SpanKind.CLIENT, attributes: { 'db.system': 'redis' } }, (span) =>
      work().finally(() => span.end()),
    )
}

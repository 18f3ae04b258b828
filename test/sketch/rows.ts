/**
 * Sketched spans as rows of `otel_traces` in JSONEachRow: what the Collector's ClickHouse exporter would have stored.
 * Times are Unix seconds with nine decimals, so that the engine's time zone cannot move them.
 */
import { attributeText, type Resource, type SketchSpan } from './span.js'

function textMap(attributes: Resource): Record<string, string> {
  return Object.fromEntries([...attributes].map(([key, value]) => [key, attributeText(value)]))
}

function unixSeconds(ns: bigint): string {
  return `${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, '0')}`
}

export function toRows(spans: readonly SketchSpan[]): string {
  return spans
    .map((span) => {
      const row = {
        Timestamp: unixSeconds(span.startNs),
        TraceId: span.traceId,
        SpanId: span.spanId,
        ParentSpanId: span.parentSpanId,
        TraceState: '',
        SpanName: span.name,
        SpanKind: span.kind.charAt(0).toUpperCase() + span.kind.slice(1),
        ServiceName: span.service,
        ResourceAttributes: textMap(span.resource),
        ScopeName: span.scope.name,
        ScopeVersion: span.scope.version,
        SpanAttributes: textMap(span.attributes),
        Duration: String(span.durationNs),
        StatusCode: span.status.code,
        StatusMessage: span.status.message,
        'Events.Timestamp': span.events.map((event) => unixSeconds(event.atNs)),
        'Events.Name': span.events.map((event) => event.name),
        'Events.Attributes': span.events.map((event) => textMap(event.attributes)),
        'Links.TraceId': span.links.map((link) => link.traceId),
        'Links.SpanId': span.links.map((link) => link.spanId),
        'Links.TraceState': span.links.map(() => ''),
        'Links.Attributes': span.links.map((link) => textMap(link.attributes)),
      }
      return `${JSON.stringify(row)}\n`
    })
    .join('')
}

/**
 * Sketched spans as Jaeger's query API returns them, translated as Jaeger translates OTLP.
 * Jaeger holds microseconds, and has no kinds or statuses of its own: they are the tags `span.kind` and `otel.status_code`.
 */
import { attributeText, groupByTrace, resourceKey, type Attributes, type SketchSpan } from './span.js'

function tags(attributes: Attributes): object[] {
  return [...attributes].map(([key, value]) => {
    if (typeof value === 'string') return { key, type: 'string', value }
    if (typeof value === 'boolean') return { key, type: 'bool', value }
    if (typeof value === 'number') return { key, type: Number.isInteger(value) ? 'int64' : 'float64', value }
    return { key, type: 'string', value: attributeText(value) }
  })
}

function microseconds(ns: bigint): number {
  return Number(ns / 1000n)
}

/** One trace of Jaeger's answer; all spans must be of it. */
export function jaegerTrace(spans: readonly SketchSpan[]): object {
  const processIds = new Map<string, string>()
  const processes: Record<string, object> = {}
  const written = spans.map((span) => {
    const key = resourceKey(span.resource)
    let processID = processIds.get(key)
    if (processID === undefined) {
      processID = `p${processIds.size + 1}`
      processIds.set(key, processID)
      const others = new Map([...span.resource].filter(([name]) => name !== 'service.name'))
      processes[processID] = { serviceName: span.service || 'OTLPResourceNoServiceName', tags: tags(others) }
    }
    const own: Attributes = new Map(span.attributes)
    if (span.kind !== 'unspecified') own.set('span.kind', span.kind)
    if (span.status.code !== 'Unset') own.set('otel.status_code', span.status.code.toUpperCase())
    if (span.status.code === 'Error') own.set('error', true)
    if (span.status.message !== '') own.set('otel.status_description', span.status.message)
    own.set('otel.scope.name', span.scope.name).set('otel.scope.version', span.scope.version)
    const parent =
      span.parentSpanId === '' ? [] : [{ refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parentSpanId }]
    const links = span.links.map((link) => ({ refType: 'FOLLOWS_FROM', traceID: link.traceId, spanID: link.spanId }))
    return {
      traceID: span.traceId,
      spanID: span.spanId,
      operationName: span.name,
      references: [...parent, ...links],
      startTime: microseconds(span.startNs),
      duration: microseconds(span.durationNs),
      tags: tags(own),
      logs: span.events.map((event) => ({
        timestamp: microseconds(event.atNs),
        fields: tags(new Map([['event', event.name], ...event.attributes])),
      })),
      processID,
      warnings: null,
    }
  })
  return { traceID: spans[0]?.traceId ?? '', spans: written, processes, warnings: null }
}

/** `document` is `{"data": […]}`, `array` the bare list, `trace` the first trace alone. */
export function toJaegerJson(spans: readonly SketchSpan[], form: 'document' | 'array' | 'trace' = 'document'): string {
  const traces = groupByTrace(spans).map(jaegerTrace)
  if (form === 'trace') return JSON.stringify(traces[0] ?? {})
  return JSON.stringify(form === 'array' ? traces : { data: traces, total: 0, limit: 0, offset: 0, errors: null })
}

/**
 * Sketched spans as Zipkin v2 JSON, translated as the Collector's Zipkin exporter does (links as `otlp.link.N` tags).
 * With `shared`, a server's span takes the id of its client's span, as Brave and older tracers report them.
 */
import { attributeText, groupByTrace, type SketchSpan } from './span.js'

export interface ZipkinOptions {
  shared?: boolean
  /** An array of arrays, one a trace, as the query API returns; default one flat array. */
  nested?: boolean
}

function tagsOf(span: SketchSpan): Record<string, string> {
  const tags = new Map<string, string>()
  for (const [key, value] of span.resource) if (key !== 'service.name') tags.set(key, attributeText(value))
  for (const [key, value] of span.attributes) tags.set(key, attributeText(value))
  tags.set('otel.library.name', span.scope.name).set('otel.library.version', span.scope.version)
  if (span.status.code !== 'Unset') tags.set('otel.status_code', span.status.code.toUpperCase())
  if (span.status.code === 'Error') tags.set('error', span.status.message || 'true')
  for (const [index, link] of span.links.entries()) {
    const attributes = Object.fromEntries([...link.attributes].map(([key, value]) => [key, attributeText(value)]))
    tags.set(`otlp.link.${index}`, `${link.traceId}|${link.spanId}||${JSON.stringify(attributes)}|0`)
  }
  // Object.fromEntries makes own properties even of `__proto__`.
  return Object.fromEntries(tags)
}

function text(span: SketchSpan, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = span.attributes.get(key)
    if (value !== undefined) return attributeText(value)
  }
  return undefined
}

export function toZipkinJson(spans: readonly SketchSpan[], options: ZipkinOptions = {}): string {
  const byId = new Map(spans.map((span) => [`${span.traceId}:${span.spanId}`, span]))
  const clientOf = (span: SketchSpan) => {
    const parent = byId.get(`${span.traceId}:${span.parentSpanId}`)
    return options.shared && span.kind === 'server' && parent?.kind === 'client' ? parent : undefined
  }
  const idOf = (span: SketchSpan) => clientOf(span)?.spanId ?? span.spanId
  const zipkinSpan = (span: SketchSpan) => {
    const client = clientOf(span)
    const parentId = client ? client.parentSpanId : span.parentSpanId
    const peer = text(span, 'service.peer.name', 'peer.service')
    const port = Number(text(span, 'server.port', 'net.peer.port') ?? 0)
    const outgoing = span.kind === 'client' || span.kind === 'producer'
    return {
      traceId: span.traceId,
      id: idOf(span),
      ...(parentId === '' ? {} : { parentId: resolve(parentId, span) }),
      ...(span.kind === 'internal' || span.kind === 'unspecified' ? {} : { kind: span.kind.toUpperCase() }),
      name: span.name,
      timestamp: Number(span.startNs / 1000n),
      duration: Number(span.durationNs / 1000n),
      localEndpoint: { serviceName: span.service },
      ...(outgoing && peer ? { remoteEndpoint: { serviceName: peer, ...(port ? { port } : {}) } } : {}),
      ...(span.events.length
        ? { annotations: span.events.map((event) => ({ timestamp: Number(event.atNs / 1000n), value: event.name })) }
        : {}),
      tags: tagsOf(span),
      ...(client ? { shared: true } : {}),
    }
  }
  const resolve = (parentId: string, span: SketchSpan) => {
    const parent = byId.get(`${span.traceId}:${parentId}`)
    return parent ? idOf(parent) : parentId
  }
  if (options.nested) return JSON.stringify(groupByTrace(spans).map((trace) => trace.map(zipkinSpan)))
  return JSON.stringify(spans.map(zipkinSpan))
}

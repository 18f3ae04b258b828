/**
 * One span of a sketched system, in no format yet: the encoders beside this file write it as OTLP, Jaeger, Zipkin or table rows.
 * Times are whole microseconds held in nanoseconds, so that Jaeger and Zipkin lose nothing of them.
 * Attributes are a Map, not an object: hostile keys such as `__proto__` must survive.
 */
export type AttributeValue = string | number | boolean | readonly (string | number | boolean)[]
export type Attributes = Map<string, AttributeValue>
/** Shared by all spans of one instance of a service: to change one span's, give it a new map. */
export type Resource = ReadonlyMap<string, AttributeValue>
export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export interface SketchEvent {
  name: string
  atNs: bigint
  attributes: Attributes
}

export interface SketchLink {
  traceId: string
  spanId: string
  attributes: Attributes
}

export interface SketchSpan {
  /** 32 hex digits. */
  traceId: string
  /** 16 hex digits. */
  spanId: string
  /** Empty for a root. */
  parentSpanId: string
  name: string
  kind: SpanKind
  /** Empty when the service has no name; otherwise equal to `resource.get('service.name')`. */
  service: string
  resource: Resource
  scope: { name: string; version: string }
  /** Nanoseconds since 1970, skew of the service's clock included. */
  startNs: bigint
  durationNs: bigint
  attributes: Attributes
  status: { code: 'Unset' | 'Ok' | 'Error'; message: string }
  events: SketchEvent[]
  links: SketchLink[]
}

/** How tables and Zipkin tags hold a value: text, nested values as JSON. */
export function attributeText(value: AttributeValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Many spans share one resource: its text is made once. */
const resourceKeys = new WeakMap<Resource, string>()

export function resourceKey(resource: Resource): string {
  const known = resourceKeys.get(resource)
  if (known !== undefined) return known
  const key = JSON.stringify([...resource])
  resourceKeys.set(resource, key)
  return key
}

/** Spans with an equal resource, in order of first appearance. */
export function groupByResource(spans: readonly SketchSpan[]): SketchSpan[][] {
  const groups = new Map<string, SketchSpan[]>()
  for (const span of spans) {
    const key = resourceKey(span.resource)
    const group = groups.get(key)
    if (group) group.push(span)
    else groups.set(key, [span])
  }
  return [...groups.values()]
}

export function groupByTrace(spans: readonly SketchSpan[]): SketchSpan[][] {
  const groups = new Map<string, SketchSpan[]>()
  for (const span of spans) {
    const group = groups.get(span.traceId)
    if (group) group.push(span)
    else groups.set(span.traceId, [span])
  }
  return [...groups.values()]
}

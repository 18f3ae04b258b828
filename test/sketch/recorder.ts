/**
 * Keeps the services, the ids and the spans of one sketched system. Ids come from a hash of the system's name and a counter,
 * so equal sketches are equal byte for byte; skew moves what a service writes, never the true time by which others act.
 */
import { createHash } from 'node:crypto'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import type { Convention, Pairs } from './conventions.js'
import type { ServiceOptions, SpanOptions, SystemOptions } from './options.js'
import type { AttributeValue, SketchSpan, SpanKind } from './span.js'

/** Whole microseconds, in nanoseconds. */
export function nanoseconds(ms: number): number {
  return Math.round(ms * 1000) * 1000
}

/** Where in time and trace a span opens. Offsets count from the start of the system. */
export interface Opening {
  traceId: string
  traceNumber: number
  parentSpanId: string
  service: string
  startNs: number
}

export class Recorder {
  readonly spans: SketchSpan[] = []
  private readonly options: Required<SystemOptions>
  private readonly services = new Map<string, ServiceOptions>()
  private readonly order: string[] = []
  /** One resource a service and instance, shared by its spans: large systems would otherwise be slow to build. */
  private readonly resources = new Map<string, Map<string, AttributeValue>>()
  /** A multiple of every count of instances in use, so that a trace's number tells its instance. */
  private cycle = 1
  private readonly generator
  private ids = 0

  constructor(
    readonly name: string,
    options: SystemOptions = {},
  ) {
    this.options = {
      conventions: 'stable',
      networkMs: 0.4,
      spacingMs: 1000,
      instances: 2,
      startAt: '2026-03-02T09:00:00Z',
      seed: 1,
      ...options,
    }
    this.useInstances(this.options.instances)
    this.generator = xoroshiro128plus(this.options.seed)
  }

  /** Says how a service differs from the default; call it before the service's first span. */
  service(name: string, options: ServiceOptions): this {
    this.services.set(name, { ...this.services.get(name), ...options })
    this.useInstances(options.instances ?? 1)
    return this
  }

  /** 0 ≤ x < 1, seeded. */
  random(): number {
    return uniformFloat64(this.generator)
  }

  /** A duration around `ms`, skewed to the right as latencies are; at most `ms × (1 + 2 × spread)`. */
  vary(ms: number, spread = 0.5): number {
    const x = this.random()
    return ms * (1 - spread / 2 + spread * 2.5 * x * x * x)
  }

  get spacingMs(): number {
    return this.options.spacingMs
  }

  get networkMs(): number {
    return this.options.networkMs
  }

  newTraceId(): string {
    return this.digest('trace').slice(0, 32)
  }

  newSpanId(): string {
    return this.digest('span').slice(0, 16)
  }

  isDark(service: string): boolean {
    return this.services.get(service)?.dark === true
  }

  addressOf(service: string): { host: string; port: number } {
    const known = this.services.get(service)
    return { host: known?.host ?? service, port: known?.port ?? 8080 }
  }

  conventionOf(service: string): Convention {
    const own = this.services.get(service)?.conventions ?? this.options.conventions
    if (own !== 'mixed') return own
    if (!this.order.includes(service)) this.order.push(service)
    return this.order.indexOf(service) % 2 === 0 ? 'old' : 'stable'
  }

  /** Opens and records a span; `finish` gives it its length and attributes. */
  open(opening: Opening, kind: SpanKind, name: string, scope: SketchSpan['scope'], options: SpanOptions): SketchSpan {
    const own = this.services.get(opening.service) ?? {}
    const startNs = this.epochNs(opening.startNs, own.skewMs)
    const span: SketchSpan = {
      traceId: opening.traceId,
      spanId: this.newSpanId(),
      parentSpanId: options.orphan ? this.newSpanId() : opening.parentSpanId,
      name: options.name ?? name,
      kind,
      service: own.unnamed ? '' : opening.service,
      resource: this.resourceOf(opening.service, opening.traceNumber, options.instance),
      scope,
      startNs,
      durationNs: 0n,
      attributes: new Map(),
      status: { code: 'Unset', message: '' },
      events: (options.events ?? []).map((event) => ({
        name: event.name,
        atNs: startNs + BigInt(nanoseconds(event.atMs ?? 0)),
        attributes: new Map(Object.entries(event.attributes ?? {})),
      })),
      links: (options.links ?? []).map((link) => ({
        ...link,
        attributes: new Map(Object.entries(link.attributes ?? {})),
      })),
    }
    if (!options.dropped) this.spans.push(span)
    return span
  }

  finish(span: SketchSpan, lengthNs: number, pairs: Pairs, failed: boolean, options: SpanOptions): void {
    span.durationNs = BigInt(Math.max(0, lengthNs))
    const without = options.without ?? []
    const left = (key: string) =>
      without.some((mask) => (mask.endsWith('*') ? key.startsWith(mask.slice(0, -1)) : key === mask))
    const all: [string, AttributeValue | undefined][] = [...pairs, ...Object.entries(options.attributes ?? {})]
    for (const [key, value] of all) if (value !== undefined && !left(key)) span.attributes.set(key, value)
    if (failed) span.status = { code: 'Error', message: typeof options.error === 'string' ? options.error : '' }
  }

  private epochNs(offsetNs: number, skewMs = 0): bigint {
    return BigInt(Date.parse(this.options.startAt)) * 1_000_000n + BigInt(offsetNs + nanoseconds(skewMs))
  }

  private resourceOf(service: string, traceNumber: number, instance: string | undefined): Map<string, AttributeValue> {
    const key = `${service}\0${traceNumber % this.cycle}\0${instance ?? ''}`
    const known = this.resources.get(key)
    if (known) return known
    const own = this.services.get(service) ?? {}
    const instances = own.instances ?? this.options.instances
    const resource = new Map<string, AttributeValue>()
    if (!own.unnamed) resource.set('service.name', service)
    const id = instance ?? (instances > 0 ? `${service}-${(traceNumber % instances) + 1}` : undefined)
    if (id !== undefined) resource.set('service.instance.id', id)
    resource.set('service.version', '1.4.0')
    resource.set('telemetry.sdk.language', 'nodejs')
    resource.set('telemetry.sdk.name', 'opentelemetry')
    for (const [name, value] of Object.entries(own.resource ?? {})) resource.set(name, value)
    this.resources.set(key, resource)
    return resource
  }

  private useInstances(count: number): void {
    if (count > 1 && this.cycle % count !== 0) this.cycle *= count
    this.resources.clear()
  }

  private digest(what: string): string {
    return createHash('sha256').update(`${this.name}\0${what}\0${this.ids++}`).digest('hex')
  }
}

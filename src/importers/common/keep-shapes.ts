/**
 * What each JSON format names, and where its unknown fields go.
 * What is easily got wrong: known is what the specification names, also where no attribute is made of it.
 */
import type { Kept, KeepShape } from './json-keep.js'

type Json = Record<string, unknown>
type Add = (owner: Json, kept: readonly Kept[]) => void

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Adds to a list of pairs behind what it holds: of a key given twice the first counts. */
const toPairs =
  (member: string, pair: (kept: Kept) => Json): Add =>
  (owner, kept) => {
    const list: unknown = owner[member]
    const own = Array.isArray(list) ? (list as unknown[]) : []
    for (const each of kept) own.push(pair(each))
    owner[member] = own
  }
const jaegerTags = (member: string): Add => toPairs(member, ([key, value]) => ({ key, value }))
const otlpAttributes = toPairs('attributes', ([key, stringValue]) => ({ key, value: { stringValue } }))

const jaegerPairs: KeepShape = { prefix: 'jaeger.tag.', known: words('key type value') }
const process: KeepShape = {
  prefix: 'jaeger.process.',
  known: words('serviceName tags'),
  add: jaegerTags('tags'),
  inside: { tags: jaegerPairs },
}
const jaegerSpan: KeepShape = {
  prefix: 'jaeger.',
  known: words(
    'traceID spanID parentSpanID operationName references startTime duration tags logs processID process flags warnings',
  ),
  add: jaegerTags('tags'),
  inside: {
    references: { prefix: 'jaeger.reference.', known: words('refType traceID spanID span') },
    tags: jaegerPairs,
    logs: {
      prefix: 'jaeger.log.',
      known: words('timestamp fields'),
      add: jaegerTags('fields'),
      inside: { fields: jaegerPairs },
    },
    process,
  },
}

/** Adds to every one of the spans that an object without attributes of its own owns. */
const toEach =
  (members: readonly string[], add: Add): Add =>
  (owner, kept) => {
    for (const member of members) {
      const list: unknown = owner[member]
      if (!Array.isArray(list)) continue
      for (const each of list as unknown[])
        if (typeof each === 'object' && each !== null && !Array.isArray(each)) add(each as Json, kept)
    }
  }

export const jaegerShape: KeepShape = {
  prefix: 'jaeger.trace.',
  known: words('traceID spans processes warnings faultlineFile'),
  add: toEach(['spans'], jaegerTags('tags')),
  inside: { spans: jaegerSpan },
  named: { processes: process },
}

const endpoint = (name: string): KeepShape => ({
  prefix: `zipkin.${name}.`,
  known: words('serviceName ipv4 ipv6 port'),
})

export const zipkinShape: KeepShape = {
  prefix: 'zipkin.',
  known: words(
    'traceId id parentId kind name timestamp duration shared debug localEndpoint remoteEndpoint annotations tags faultlineFile',
  ),
  add: (span, kept) => {
    const tags = span['tags']
    const own = typeof tags === 'object' && tags !== null ? (tags as Json) : {}
    for (const [key, text] of kept) if (!Object.hasOwn(own, key)) own[key] = text
    span['tags'] = own
  },
  inside: {
    localEndpoint: endpoint('local_endpoint'),
    remoteEndpoint: endpoint('remote_endpoint'),
    annotations: { prefix: 'zipkin.annotation.', known: words('timestamp value') },
  },
}

/** An arm of AnyValue that is unknown is the text of its attribute, where no arm is known. */
const anyValue: KeepShape = {
  prefix: '',
  known: words('stringValue intValue doubleValue boolValue bytesValue arrayValue kvlistValue stringValueStrindex'),
  add: (value, [first]) => {
    if (first && !Object.entries(value).some(([arm, set]) => set !== null && anyValue.known.has(arm)))
      value['stringValue'] = first[1]
  },
}
const withPairs = (member: string): Readonly<Record<string, KeepShape>> => ({
  [member]: { prefix: 'otlp.attribute.', known: words('key value keyStrindex'), inside: { value: anyValue } },
})

const otlpSpan: KeepShape = {
  prefix: 'otlp.',
  known: words(
    'traceId spanId parentSpanId traceState name kind startTimeUnixNano endTimeUnixNano attributes events links status flags droppedAttributesCount droppedEventsCount droppedLinksCount',
  ),
  add: otlpAttributes,
  inside: {
    ...withPairs('attributes'),
    events: {
      prefix: 'otlp.event.',
      known: words('timeUnixNano name attributes droppedAttributesCount'),
      add: otlpAttributes,
      inside: withPairs('attributes'),
    },
    links: {
      prefix: 'otlp.link.',
      known: words('traceId spanId traceState attributes droppedAttributesCount flags'),
      add: otlpAttributes,
      inside: withPairs('attributes'),
    },
    status: { prefix: 'otlp.status.', known: words('code message') },
  },
}
const scope: KeepShape = {
  prefix: 'otlp.',
  known: words('name version attributes droppedAttributesCount'),
  add: otlpAttributes,
  inside: withPairs('attributes'),
}
const scopeSpans: KeepShape = {
  prefix: 'otlp.scope_spans.',
  known: words('scope instrumentationLibrary spans schemaUrl'),
  add: toEach(['spans'], otlpAttributes),
  inside: { spans: otlpSpan, scope, instrumentationLibrary: scope },
}

export const otlpShape: KeepShape = {
  prefix: 'otlp.resource_spans.',
  known: words('resource schemaUrl scopeSpans instrumentationLibrarySpans faultlineFile'),
  add: (owner, kept) => {
    const resource = owner['resource']
    const own = typeof resource === 'object' && resource !== null ? (resource as Json) : {}
    otlpAttributes(own, kept)
    owner['resource'] = own
  },
  inside: {
    resource: {
      prefix: 'otlp.resource.',
      known: words('attributes droppedAttributesCount entityRefs'),
      add: otlpAttributes,
      inside: {
        ...withPairs('attributes'),
        entityRefs: { prefix: 'otlp.entity_ref.', known: words('schemaUrl type idKeys descriptionKeys') },
      },
    },
    scopeSpans,
    instrumentationLibrarySpans: scopeSpans,
  },
}

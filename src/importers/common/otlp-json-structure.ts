/**
 * OTLP/JSON as columns. Which members a structure names decides what reading costs: the engine plans, parses and copies them all, there or not.
 * So a file is first read as what exporters write today with plain values, and the engine refuses what that does not name.
 */
import { entityRefs } from './otlp-select.js'

export interface OtlpJsonStructure {
  /** Members of one ResourceSpans. */
  members: string
  /** Members of one request. */
  requests: string
  /** Whether attributes may hold arrays and maps. */
  nested: boolean
  /** Whether there may be instrumentationLibrarySpans, and requests as Tempo answers them. */
  older: boolean
}

/** What Tempo's answer says of the question stands beside the trace. It belongs to no span, and is read only so that it is not taken for unknown fields. */
export const answer = ['metrics', 'status', 'message']

function structureOf({ nested, older }: { nested: boolean; older: boolean }): OtlpJsonStructure {
  const values = ['stringValue', 'intValue', 'doubleValue', 'boolValue', 'bytesValue']
  if (nested) values.push('arrayValue', 'kvlistValue')
  const pairs = `Array(Tuple(key String, value Tuple(${values.map((name) => `${name} String`).join(', ')})))`
  const scope = `Tuple(name String, version String, attributes ${pairs}, droppedAttributesCount String)`
  const span = `Tuple(traceId String, spanId String, parentSpanId String, traceState String, name String, kind String,
  startTimeUnixNano String, endTimeUnixNano String, attributes ${pairs},
  events Array(Tuple(timeUnixNano String, name String, attributes ${pairs}, droppedAttributesCount String)),
  links Array(Tuple(traceId String, spanId String, traceState String, attributes ${pairs}, droppedAttributesCount String, flags String)),
  status Tuple(code String, message String),
  flags String, droppedAttributesCount String, droppedEventsCount String, droppedLinksCount String)`
  const library = older ? `instrumentationLibrary ${scope}, ` : ''
  const scopeSpans = `Array(Tuple(scope ${scope}, ${library}schemaUrl String, spans Array(${span})))`
  const members = [
    `resource Tuple(attributes ${pairs}, droppedAttributesCount String, entityRefs ${entityRefs}), schemaUrl String, scopeSpans ${scopeSpans}`,
    ...(older ? [`instrumentationLibrarySpans ${scopeSpans}`] : []),
  ].join(', ')
  const resourceSpans = `Array(Tuple(${members}))`
  const others = [
    `batches ${resourceSpans}`,
    `trace Tuple(resourceSpans ${resourceSpans}, batches ${resourceSpans})`,
    ...answer.map((member) => `${member} String`),
  ]
  const requests = [`resourceSpans ${resourceSpans}`, ...(older ? others : [])].join(', ')
  return { members, requests, nested, older }
}

/** Everything that can be read. */
export const wholeStructure = structureOf({ nested: true, older: true })

/** The least that may do for a file which begins like this. */
export function likelyStructure(head: Uint8Array): OtlpJsonStructure {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
  return structureOf({
    nested: /"(?:arrayValue|kvlistValue)"/.test(text),
    older: /"(?:batches|trace|instrumentationLibrary|instrumentationLibrarySpans)"\s*:/.test(text),
  })
}

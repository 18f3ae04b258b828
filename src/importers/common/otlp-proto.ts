/**
 * OTLP's protobuf messages as a schema for the engine, with fields numbered as in opentelemetry-proto and named as in OTLP/JSON.
 * What is easily got wrong: field numbers alone are the contract, so names are free, and fields left out are skipped in reading.
 * AnyValue is recursive, which the engine cannot read, so it is unrolled: `AnyValue0` is the innermost that is read.
 */
import { entityRefs } from './otlp-select.js'

/** How deep values may be nested: a value, and what lies in it, and what lies in that. */
export const levels = 2

/** A field of our own in requests that were written one after another from many files: the number of the file. */
export const fileField = 100_000

const valueMessages = Array.from({ length: levels + 1 }, (_, depth) => {
  const nested =
    depth === 0
      ? 'bytes arrayValue = 5; bytes kvlistValue = 6;'
      : `ArrayValue${depth - 1} arrayValue = 5; KeyValueList${depth - 1} kvlistValue = 6;`
  return `
message AnyValue${depth} { oneof value { string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4; ${nested} bytes bytesValue = 7; } }
message KeyValue${depth} { string key = 1; AnyValue${depth} value = 2; }
message ArrayValue${depth} { repeated AnyValue${depth} values = 1; }
message KeyValueList${depth} { repeated KeyValue${depth} values = 1; }`
}).join('')

export const otlpProto = `syntax = "proto3";
${valueMessages}
message EntityRef { string schemaUrl = 1; string type = 2; repeated string idKeys = 3; repeated string descriptionKeys = 4; }
message Resource { repeated KeyValue${levels} attributes = 1; uint32 droppedAttributesCount = 2; repeated EntityRef entityRefs = 3; }
message Scope { string name = 1; string version = 2; repeated KeyValue${levels} attributes = 3; uint32 droppedAttributesCount = 4; }
message Status { string message = 2; int32 code = 3; }
message Event { fixed64 timeUnixNano = 1; string name = 2; repeated KeyValue${levels} attributes = 3; uint32 droppedAttributesCount = 4; }
message Link { bytes traceId = 1; bytes spanId = 2; string traceState = 3; repeated KeyValue${levels} attributes = 4; uint32 droppedAttributesCount = 5; fixed32 flags = 6; }
message Span { bytes traceId = 1; bytes spanId = 2; string traceState = 3; bytes parentSpanId = 4; string name = 5; int32 kind = 6;
  fixed64 startTimeUnixNano = 7; fixed64 endTimeUnixNano = 8; repeated KeyValue${levels} attributes = 9; uint32 droppedAttributesCount = 10;
  repeated Event events = 11; uint32 droppedEventsCount = 12; repeated Link links = 13; uint32 droppedLinksCount = 14; Status status = 15; fixed32 flags = 16; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schemaUrl = 3; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; string schemaUrl = 3; }
message Request { repeated ResourceSpans resourceSpans = 1; uint32 faultlineFile = ${fileField}; }
`

const scalars = (text: string): string =>
  `stringValue ${text}, boolValue Nullable(Bool), intValue Nullable(Int64), doubleValue Nullable(Float64), bytesValue ${text}`

/** Column type of an AnyValue; of the innermost, nested arms stay bytes. */
function valueType(depth: number): string {
  // An absent text must be told from an empty one only inside nested values, where it is written out as JSON.
  const leaf = scalars(depth === levels ? 'String' : 'Nullable(String)')
  if (depth === 0) return `Tuple(${leaf}, arrayValue Nullable(String), kvlistValue Nullable(String))`
  const inner = valueType(depth - 1)
  return `Tuple(${leaf}, arrayValue Tuple(values Array(${inner})), kvlistValue Tuple(values Array(Tuple(key String, value ${inner}))))`
}

const pairs = `Array(Tuple(key String, value ${valueType(levels)}))`
const span = `Tuple(traceId String, spanId String, traceState String, parentSpanId String, name String, kind Int32,
  startTimeUnixNano UInt64, endTimeUnixNano UInt64, attributes ${pairs}, droppedAttributesCount UInt32,
  events Array(Tuple(timeUnixNano UInt64, name String, attributes ${pairs}, droppedAttributesCount UInt32)), droppedEventsCount UInt32,
  links Array(Tuple(traceId String, spanId String, traceState String, attributes ${pairs}, droppedAttributesCount UInt32, flags UInt32)), droppedLinksCount UInt32,
  status Tuple(message String, code Int32), flags UInt32)`
const scopeSpans = `Array(Tuple(scope Tuple(name String, version String, attributes ${pairs}, droppedAttributesCount UInt32), spans Array(${span}), schemaUrl String))`

/** Columns of one ResourceSpans message. */
export const resourceSpansColumns = `resource Tuple(attributes ${pairs}, droppedAttributesCount UInt32, entityRefs ${entityRefs}), scopeSpans ${scopeSpans}, schemaUrl String`
/** Columns of one Request message (ExportTraceServiceRequest, or TracesData, which is the same). */
export const requestColumns = `resourceSpans Array(Tuple(${resourceSpansColumns}))`

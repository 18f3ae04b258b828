/**
 * OTLP/JSON: one document, JSON lines (the Collector's file exporter), arrays of requests, and Tempo's `batches` and `{"trace": {…}}`.
 * The engine parses; nothing is decoded here. What is easily got wrong: a bad line or a cut end makes the engine refuse the whole
 * file, so the file is then taken apart into whole elements, and only those are handed to the engine again.
 */
import type { Importer, Sink, Source } from '../model/importer.js'
import { nestedText } from './common/any-value.js'
import { keysOfHead } from './common/json-head.js'
import { otlpInsert, type OtlpDialect } from './common/otlp-select.js'

const value = `Tuple(stringValue Nullable(String), intValue Nullable(String), doubleValue Nullable(String), boolValue Nullable(String),
  bytesValue Nullable(String), arrayValue Nullable(String), kvlistValue Nullable(String))`
const pairs = `Array(Tuple(key String, value ${value}))`
const scope = 'Tuple(name String, version String)'
const span = `Tuple(traceId String, spanId String, parentSpanId String, traceState String, name String, kind String,
  startTimeUnixNano String, endTimeUnixNano String, attributes ${pairs},
  events Array(Tuple(timeUnixNano String, name String, attributes ${pairs})),
  links Array(Tuple(traceId String, spanId String, traceState String, attributes ${pairs})),
  status Tuple(code String, message String),
  droppedAttributesCount String, droppedEventsCount String, droppedLinksCount String)`
const scopeSpans = `Array(Tuple(scope ${scope}, instrumentationLibrary ${scope}, spans Array(${span})))`
const resourceSpans = `Array(Tuple(resource Tuple(attributes ${pairs}), scopeSpans ${scopeSpans}, instrumentationLibrarySpans ${scopeSpans}))`
const structure = `resourceSpans ${resourceSpans}, batches ${resourceSpans}, trace Tuple(resourceSpans ${resourceSpans}, batches ${resourceSpans})`

const settings = {
  input_format_skip_unknown_fields: 1,
  input_format_json_read_numbers_as_strings: 1,
  input_format_json_read_bools_as_strings: 1,
  input_format_json_read_arrays_as_strings: 1,
  input_format_json_read_objects_as_strings: 1,
  output_format_json_escape_forward_slashes: 0,
  // Mapped files would count as memory of the process, and small chunks and blocks keep it flat however long the file is.
  storage_file_read_method: 'pread',
  min_chunk_bytes_for_parallel_parsing: 4 * 1024 * 1024,
  max_block_size: 8192,
  max_insert_block_size: 65_536,
  min_insert_block_size_rows: 65_536,
  min_insert_block_size_bytes: 64 * 1024 * 1024,
}

/** The dialect of a file of OTLP/JSON requests. */
function dialectOf(path: string): OtlpDialect {
  return {
    from: `file({path:String}, 'JSONEachRow', {structure:String})`,
    params: { path, structure },
    settings,
    resourceSpans: 'arrayConcat(resourceSpans, batches, trace.resourceSpans, trace.batches)',
    id: (field) => {
      const decoded = `tryBase64Decode(concat(replaceAll(replaceAll(${field}, '-', '+'), '_', '/'), repeat('=', (4 - length(${field}) % 4) % 4)))`
      return `multiIf(length(${field}) IN (0, 16, 32), lower(${field}), length(${decoded}) IN (8, 16), lower(hex(${decoded})), ${field})`
    },
    nanoseconds: (field) => `toUInt64OrZero(${field})`,
    counter: (field) => `toUInt64OrZero(${field})`,
    number: (field, names) => {
      const index = `indexOf([${names.map((name) => `'${name}'`).join(', ')}], ${field})`
      return `multiIf(${field} = '', 0, ${index} > 0, ${index} - 1, toUInt64OrZero(${field}))`
    },
    text: (field) => `coalesce(${field}.stringValue, ${field}.intValue, ${field}.doubleValue, ${field}.boolValue, ${field}.bytesValue,
      multiIf(${field}.arrayValue IS NOT NULL, ${nestedText('arrayValue', `assumeNotNull(${field}.arrayValue)`)},
        ${field}.kvlistValue IS NOT NULL, ${nestedText('kvlistValue', `assumeNotNull(${field}.kvlistValue)`)}, ''))`,
    scope: (scopeSpans, field) => `if(${scopeSpans}.scope.${field} = '', ${scopeSpans}.instrumentationLibrary.${field}, ${scopeSpans}.scope.${field})`,
  }
}

export const otlpJson: Importer = {
  id: 'otlp-json',
  title: 'OTLP/JSON',
  spec: 'https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding',
  gives: ['spans'],
  sniff(head) {
    const keys = keysOfHead(head)
    if (keys.has('resourceSpans') || keys.has('trace.resourceSpans') || keys.has('trace.batches')) return 1
    return keys.has('batches') ? 0.8 : 0
  },
  async read(source: Source, sink: Sink) {
    const rows = await otlpInsert(dialectOf(source.path), sink)
    sink.progress({ rows, bytes: source.sizeBytes })
    if (source.truncated) sink.lose('truncated', 1)
  },
}

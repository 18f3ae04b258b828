/**
 * Jaeger's JSON: `{"data": […]}` of the query API and the UI's download, one trace, arrays and lines of traces.
 * What is easily got wrong: a reference is not always a parent. The first CHILD_OF in the same trace is; a FOLLOWS_FROM is only where there
 * is none, and stays a link as well, so that an asynchronous edge is known as one.
 */
import type { Importer, OpenSource, Sink, Source } from '../model/importer.js'
import { flaggedInsert, type FlaggedSelect } from './common/flagged-insert.js'
import { isBlankId, oddIds, parentId, spanId, traceId, withoutIds } from './common/hex-id.js'
import { keysOfHead } from './common/json-head.js'
import { fileMember, jointInsert } from './common/joint-spool.js'
import { jaegerShape } from './common/keep-shapes.js'
import { jaegerPlan } from './common/json-plans.js'
import { jsonRowSettings } from './common/json-rows.js'
import { earliestMicroseconds, microseconds, timeOf } from './common/microseconds.js'
import {
  columnTags,
  derivedPairs,
  openTracingAttributes,
  openTracingColumns,
  quoted,
  statusOf,
} from './common/opentracing.js'
import { spoolInsert } from './common/spool-insert.js'

const tags = 'Array(Tuple(key String, value String, type String))'
const span = `Tuple(traceID String, spanID String, parentSpanID String, operationName String, references Array(Tuple(refType String, traceID String, spanID String, span String)),
  startTime String, duration String, tags ${tags}, logs Array(Tuple(timestamp String, fields ${tags})), processID String, process Tuple(serviceName String, tags ${tags}), flags String, warnings String)`
const structure = `traceID String, warnings String, spans Array(${span}), processes Map(String, Tuple(serviceName String, tags ${tags}))`

const mapOf = (pairs: string): string => `CAST(${pairs} AS Map(String, String))`
/** The type of a tag, and of a reference the span (a copy by Jaeger's UI of one in the same file), are read only so that they are not taken for unknown fields. */
const plain = (pairs: string): string => `arrayMap(pair -> (pair.key, pair.value), ${pairs})`
const tag = (name: string): string => `tag_values[indexOf(tag_names, '${name}')]`
const either = (...names: string[]): string =>
  `coalesce(${names.map((name) => `nullIf(${tag(name)}, '')`).join(', ')}, '')`

/** The Collector's name for spans whose resource had none. */
const nameless = 'OTLPResourceNoServiceName'
const resource = (process: string): string =>
  `if(${process}.serviceName IN ('', '${nameless}'), ${mapOf(plain(`${process}.tags`))},
    ${mapOf(`arrayConcat([('service.name', ${process}.serviceName)], arrayFilter(pair -> pair.1 != 'service.name', ${plain(`${process}.tags`)}))`)})`

const derived = openTracingAttributes(tag)
const kind = `transform(lower(${tag('span.kind')}), ['server', 'client', 'producer', 'consumer', 'internal'], ['Server', 'Client', 'Producer', 'Consumer', 'Internal'], 'Unspecified')`
const failed = `lower(${tag('error')}) NOT IN ('', 'false', '0')`
const message = `if(${tag('otel.status_description')} != '', ${tag('otel.status_description')}, if(lower(${tag('error')}) IN ('', 'true', 'false', '0', '1'), '', ${tag('error')}))`

// Sampled (1) says what the trace itself says.
const silent = `span.flags IN ('', '0', '1') AND span.warnings IN ('', 'null', '[]') AND trace_warnings IN ('', 'null', '[]')`
const told = `arrayFilter(pair -> pair.2 NOT IN ('', '0', '1', 'null', '[]'),
    [('jaeger.flags', span.flags), ('jaeger.warnings', span.warnings), ('jaeger.trace.warnings', trace_warnings)])`
const derivedAndTold = `if(${silent}, ${derivedPairs(derived, 'tag_names')} AS derived, arrayConcat(derived, ${told}))`

const columns = `${timeOf('started')}, trace_id, span_id, parent_id, ${tag('w3c.tracestate')}, span.operationName, ${kind},
  resource_map['service.name'], resource_map, ${either('otel.scope.name', 'otel.library.name')}, ${either('otel.scope.version', 'otel.library.version')},
  ${mapOf(`arrayConcat(arrayFilter(pair -> NOT has(${quoted(columnTags)}, pair.1), ${plain('span.tags')}), ${derivedAndTold})`)},
  duration * 1000, ${statusOf(tag('otel.status_code'), failed)}, ${message},
  arrayMap(log -> ${timeOf(microseconds('log.timestamp'))}, span.logs),
  arrayMap(log -> if(has(tupleElement(log.fields, 'key'), 'event'), tupleElement(log.fields, 'value')[indexOf(tupleElement(log.fields, 'key'), 'event')], 'log'), span.logs),
  arrayMap(log -> ${mapOf(`arrayFilter(pair -> pair.1 != 'event', ${plain('log.fields')})`)}, span.logs),
  arrayMap(link -> link.2, links), arrayMap(link -> link.3, links), arrayMap(link -> '', links),
  arrayMap(link -> CAST(([], []), 'Map(String, String)'), links)`

/** One row a trace, or a part of one: the resources of its processes are made once, not once a span. */
const traces = (
  file: string,
): string => `SELECT ${file} AS file, traceID, warnings, spans, mapKeys(processes) AS process_ids, arrayMap(process -> ${resource('process')}, mapValues(processes)) AS resources
  FROM file({path:String}, 'JSONEachRow', {structure:String})`
/** Each step names what the next ones use more than once: repeated text would cost the engine more to plan than small files to read. */
const identified = (
  file: string,
): string => `SELECT file, span, resources, trace_warnings, indexOf(process_ids, span.processID) AS process_index,
    tupleElement(span.tags, 'key') AS tag_names, tupleElement(span.tags, 'value') AS tag_values,
    ${traceId('source_trace')} AS trace_id, ${spanId('span.spanID')} AS span_id, ${microseconds('span.startTime')} AS started
  FROM (SELECT file, span, resources, process_ids, trace_warnings, if(span.traceID = '', owner_id, span.traceID) AS source_trace
    FROM (SELECT file, traceID AS owner_id, warnings AS trace_warnings, process_ids, resources, arrayJoin(spans) AS span FROM (${traces(file)})))`
const referring = (file: string): string => `SELECT *, ${openTracingColumns(tag)},
    arrayMap(reference -> (reference.refType, if(reference.traceID = '', trace_id, ${traceId('reference.traceID')}), ${spanId('reference.spanID')}),
      arrayFilter(reference -> NOT ${isBlankId('reference.spanID')}, span.references)) AS parents
  FROM (${identified(file)})`
const first = (type: string): string =>
  `arrayFirstIndex(parent -> parent.1 = '${type}' AND parent.2 = trace_id AND parent.3 != span_id, parents)`
const parented = (
  file: string,
): string => `SELECT *, multiIf(child_of > 0, parents[child_of].3, NOT ${isBlankId('span.parentSpanID')}, ${parentId('span.parentSpanID')},
    follows_from > 0, parents[follows_from].3, '') AS parent_id
  FROM (SELECT *, ${first('CHILD_OF')} AS child_of, ${first('FOLLOWS_FROM')} AS follows_from FROM (${referring(file)}))`
const spans = (file: string): string => `SELECT *,
    if(process_index > 0, resources[process_index], ${resource('span.process')}) AS resource_map,
    arrayFilter((parent, index) -> index != child_of AND NOT (parent.1 = 'CHILD_OF' AND parent.2 = trace_id AND parent.3 = parent_id),
      parents, arrayEnumerate(parents)) AS links,
    ${microseconds('span.duration')} AS duration,
    ${withoutIds('trace_id', 'span_id')} AS without_ids,
    ${oddIds('trace_id', 'span_id', 'parent_id')} AS odd_id,
    startsWith(span.duration, '-') AS ends_early,
    started < ${earliestMicroseconds} AS out_of_time,
    process_index = 0 AND span.process.serviceName = '' AS without_process
  FROM (${parented(file)})`

const select = (file: string, structure: string, path: string): FlaggedSelect => ({
  columns,
  from: spans(file),
  file: 'file',
  params: { path, structure },
  settings: jsonRowSettings,
  flaws: {
    without_ids: 'missing-ids',
    odd_id: 'invalid-id',
    ends_early: 'negative-duration',
    out_of_time: 'invalid-time',
    without_process: 'missing-process',
  },
})

export const jaeger: Importer = {
  id: 'jaeger',
  title: 'Jaeger JSON',
  spec: 'https://www.jaegertracing.io/docs/latest/architecture/apis/#query-json-over-http',
  gives: ['spans'],
  sniff(head) {
    const keys = keysOfHead(head)
    const isTrace = (at: string): boolean =>
      keys.has(`${at}spans`) &&
      (keys.has(`${at}traceID`) || keys.has(`${at}spans.traceID`) || keys.has(`${at}processes`))
    if (isTrace('') || isTrace('data.')) return 1
    // An empty answer of the query API.
    return keys.has('data') && keys.has('errors') && keys.has('total') ? 0.6 : 0
  },
  async read(source: Source, sink: Sink) {
    await spoolInsert(
      source,
      sink,
      jaegerPlan,
      (path, settings) =>
        flaggedInsert({ ...select('0', structure, path), settings: { ...jsonRowSettings, ...settings } }, sink),
      { spoolBytes: 128 << 20, expected: 'Jaeger JSON', shape: jaegerShape },
    )
  },
  readTogether: (sources: readonly OpenSource[]) =>
    jointInsert(sources, jaegerPlan, jaegerShape, (path, sinks, settings) => {
      const joint = select(fileMember, `${structure}, ${fileMember} UInt32`, path)
      return flaggedInsert({ ...joint, settings: { ...jsonRowSettings, ...settings } }, ...sinks)
    }),
}

/**
 * Zipkin v2 JSON: an array of spans, an array of traces, or one span.
 * What is easily got wrong: client and server may report one span under one id. They become parent and child: the client keeps the id, the
 * server gets one derived from it, and what the server's service did under that id moves to the server.
 */
import type { Importer, OpenSource, Sink, Source } from '../model/importer.js'
import { isParseError } from './common/engine-error.js'
import { flaggedInsert } from './common/flagged-insert.js'
import { oddIds, parentId, spanId, traceId, withoutIds } from './common/hex-id.js'
import { keysOfHead } from './common/json-head.js'
import { fileMember, jointInsert } from './common/joint-spool.js'
import { strictSettings } from './common/json-keep.js'
import { zipkinShape } from './common/keep-shapes.js'
import { zipkinPlan } from './common/json-plans.js'
import { jsonRowSettings } from './common/json-rows.js'
import { earliestMicroseconds, microseconds, timeOf } from './common/microseconds.js'
import { columnTags, derivedPairs, quoted, statusOf } from './common/opentracing.js'
import { spoolInsert } from './common/spool-insert.js'
import { halvesStructure, identity, writeHalves } from './common/zipkin-halves.js'
import { linkTags, resourceTags, zipkinAttributes } from './common/zipkin-tags.js'

const endpoint = 'Tuple(serviceName String, ipv4 String, ipv6 String, port String)'
const structure = `traceId String, id String, parentId String, kind String, name String, timestamp String, duration String, shared String, debug String,
  localEndpoint ${endpoint}, remoteEndpoint ${endpoint}, annotations Array(Tuple(timestamp String, value String)), tags Map(String, String)`

const tag = (name: string): string => `tags['${name}']`
const either = (one: string, other: string): string => `if(${tag(one)} != '', ${tag(one)}, ${tag(other)})`

const kind = `transform(upper(kind), ['CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER'], ['Client', 'Server', 'Producer', 'Consumer'], 'Internal')`
const isColumn = `(has(${quoted(columnTags)}, key) OR match(key, '${linkTags}'))`
const resource = `mapConcat(mapFilter((key, value) -> match(key, '${resourceTags}'), tags),
  if(localEndpoint.serviceName = '', map(), map('service.name', localEndpoint.serviceName)))`
const told = `arrayFilter(pair -> pair.2 = 'true', [('zipkin.debug', lower(debug)), ('zipkin.shared', lower(shared))])`
const derived = derivedPairs(zipkinAttributes(tag, 'remoteEndpoint'), 'mapKeys(tags)')
const attributes = `mapConcat(mapFilter((key, value) -> NOT (${isColumn} OR match(key, '${resourceTags}')), tags),
  CAST(if(debug = '' AND shared = '', ${derived} AS derived, arrayConcat(derived, ${told})) AS Map(String, String)))`
const message = `multiIf(${tag('otel.status_description')} != '', ${tag('otel.status_description')}, lower(${tag('error')}) IN ('true', 'false'), '', ${tag('error')})`
const links = `arrayMap(value -> splitByChar('|', value), mapValues(mapFilter((key, value) -> match(key, '${linkTags}'), tags)))`
const linkAttributes = `JSONExtract(arrayStringConcat(arraySlice(link, 4, length(link) - 4), '|'), 'Map(String, String)')`

const columns = `${timeOf('started')}, trace_id, own_id, parent_id, ${tag('w3c.tracestate')}, name, ${kind}, localEndpoint.serviceName, ${resource},
  ${either('otel.scope.name', 'otel.library.name')}, ${either('otel.scope.version', 'otel.library.version')}, ${attributes},
  ${microseconds('duration')} * 1000, ${statusOf(tag('otel.status_code'), `mapContains(tags, 'error')`)}, ${message},
  arrayMap(annotation -> ${timeOf(microseconds('annotation.timestamp'))}, annotations), arrayMap(annotation -> annotation.value, annotations),
  arrayMap(annotation -> CAST(([], []), 'Map(String, String)'), annotations),
  arrayMap(link -> ${traceId('link[1]')}, ${links} AS links), arrayMap(link -> ${spanId('link[2]')}, links), arrayMap(link -> link[3], links),
  arrayMap(link -> ${linkAttributes}, links)`

const table = `file({path:String}, 'JSONEachRow', {structure:String})`
const fields = 'file, kind, name, timestamp, duration, shared, debug, localEndpoint, remoteEndpoint, annotations, tags'
const identified = (file: string): string =>
  `SELECT ${file} AS ${fields}, ${traceId('traceId')} AS trace_id, ${spanId('id')} AS span_id, ${parentId('parentId')} AS source_parent FROM ${table}`

const hashes = (name: string): string =>
  `SELECT half AS ${name}, client, server FROM file({halves:String}, 'TSV', '${halvesStructure}')`
const serverId = (span: string): string => `lower(leftPad(hex(sipHash64(trace_id, ${span}, 'server')), 16, '0'))`
const service = 'cityHash64(localEndpoint.serviceName)'

/** Spans with the ids that they get; without halves, those of the source. */
const ownIds = (halves: boolean, bucket: string, file: string): string =>
  halves
    ? `SELECT ${fields}, trace_id, own.server != 0 AS is_shared, is_shared AND kind = 'SERVER' AS is_server_half,
        if(is_server_half, ${serverId('span_id')}, span_id) AS own_id,
        multiIf(is_server_half, span_id,
          source_parent = span_id, '', parent.server = 0 OR (${service} = parent.client AND parent.client != parent.server), source_parent,
          ${serverId('source_parent')}) AS parent_id
      FROM (SELECT *, ${identity('file', 'trace_id', 'span_id')} AS self_hash, ${identity('file', 'trace_id', 'source_parent')} AS parent_hash FROM (${identified(file)}${bucket})) AS span
      LEFT ANY JOIN (${hashes('own_half')}) AS own ON span.self_hash = own.own_half
      LEFT ANY JOIN (${hashes('parent_half')}) AS parent ON span.parent_hash = parent.parent_half`
    : `SELECT ${fields}, trace_id, 0 AS is_shared, span_id AS own_id, if(source_parent = span_id, '', source_parent) AS parent_id FROM (${identified(file)}${bucket})`

const spans = (halves: boolean, bucket: string, file: string): string => `SELECT ${fields}, trace_id, own_id, parent_id,
    ${microseconds('timestamp')} AS timed, if(timed = 0 AND notEmpty(annotations), ${microseconds('annotations[1].timestamp')}, timed) AS started,
    ${withoutIds('trace_id', 'own_id')} AS without_ids,
    is_shared AND kind = '' AND started = 0 AS partial,
    ${oddIds('trace_id', 'own_id', 'parent_id')} AS odd_id,
    startsWith(duration, '-') AS ends_early,
    duration = '' AS without_duration,
    started < ${earliestMicroseconds} AS out_of_time
  FROM (${ownIds(halves, bucket, file)})`

const flaws = {
  without_ids: 'missing-ids',
  partial: 'partial-span',
  odd_id: 'invalid-id',
  ends_early: 'negative-duration',
  without_duration: 'missing-duration',
  out_of_time: 'invalid-time',
}

/** A bucket of traces at a time keeps the join small: about a gigabyte of JSON each. */
const bucketBytes = 1 << 30

async function insertFile(
  path: string,
  sizeBytes: number,
  sinks: [Sink, ...Sink[]],
  extra: Record<string, string | number>,
  file = '0',
): Promise<{ inserted: number; leftOut: number }> {
  const buckets = Math.ceil(sizeBytes / bucketBytes)
  const total = { inserted: 0, leftOut: 0 }
  const settings = { ...jsonRowSettings, ...extra }
  const numbered = file === '0' ? structure : `${structure}, ${file} UInt32`
  for (let bucket = 0; bucket < buckets; bucket++) {
    const slice = (id: string): string => (buckets === 1 ? '' : `cityHash64(${id}) % ${buckets} = ${bucket}`)
    const where = (keyword: string): string => (buckets === 1 ? '' : ` ${keyword} ${slice(traceId('traceId'))}`)
    const halves = await writeHalves(path, where('AND'), sinks[0], jsonRowSettings, file)
    const done = await flaggedInsert(
      {
        columns,
        from: spans(halves !== undefined, where('WHERE'), file),
        file: 'file',
        flaws,
        leaveOut: ['without_ids', 'partial'],
        params: { path, structure: numbered, ...(halves === undefined ? {} : { halves }) },
        settings,
      },
      ...sinks,
    )
    total.inserted += done.inserted
    total.leftOut += done.leftOut
  }
  return total
}

/** The engine reads the elements of an array as rows, but neither arrays in it nor what stands behind a cut or a bad byte. */
function isFlatArray(head: Uint8Array): boolean {
  return /^\s*\[\s*\{/.test(Buffer.from(head.subarray(0, 1000)).toString('latin1'))
}

export const zipkin: Importer = {
  id: 'zipkin',
  title: 'Zipkin v2 JSON',
  spec: 'https://zipkin.io/zipkin-api/#/default/post_spans',
  gives: ['spans'],
  sniff(head) {
    const keys = keysOfHead(head)
    if (!keys.has('traceId') || !keys.has('id')) return 0
    return ['localEndpoint', 'remoteEndpoint', 'annotations', 'tags', 'timestamp', 'duration', 'kind'].some((key) =>
      keys.has(key),
    )
      ? 1
      : 0.5
  },
  async read(source: Source, sink: Sink) {
    if (!source.truncated && isFlatArray(source.head)) {
      try {
        const { inserted } = await insertFile(source.path, source.sizeBytes, [sink], strictSettings)
        return sink.progress({ rows: inserted, bytes: source.sizeBytes })
      } catch (error) {
        if (!isParseError(error)) throw error
      }
    }
    await spoolInsert(
      source,
      sink,
      zipkinPlan,
      (path, settings, sizeBytes) => insertFile(path, sizeBytes, [sink], settings),
      {
        spoolBytes: Number.MAX_SAFE_INTEGER,
        expected: 'Zipkin v2 JSON',
        shape: zipkinShape,
      },
    )
  },
  readTogether: (sources: readonly OpenSource[]) =>
    jointInsert(sources, zipkinPlan, zipkinShape, (path, sinks, settings, sizeBytes) =>
      insertFile(path, sizeBytes, sinks, settings, fileMember),
    ),
}

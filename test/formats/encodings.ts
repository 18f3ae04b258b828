/**
 * Every way in which one sketched system can be written, as files. The tables are written by the engine itself, from the rows
 * that the Collector's exporter would have stored, so the store of this process must be closed before anything else opens one.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { closeStore, emptyStore } from '../audit-rows.js'
import {
  toJaegerJson,
  toOtlpJson,
  toOtlpJsonLines,
  toOtlpProtobuf,
  toRows,
  toZipkinJson,
  type SketchSpan,
} from '../sketch.js'

export interface Encoding {
  /** Also the name of the file. */
  file: string
  importer: string
  write: (spans: readonly SketchSpan[]) => string | Uint8Array
}

export const encodings: readonly Encoding[] = [
  { file: 'document.json', importer: 'otlp-json', write: (spans) => toOtlpJson(spans) },
  { file: 'lines.jsonl', importer: 'otlp-json', write: (spans) => toOtlpJsonLines(spans) },
  { file: 'lines.jsonl.gz', importer: 'otlp-json', write: (spans) => gzipSync(toOtlpJsonLines(spans)) },
  { file: 'single.pb', importer: 'otlp-protobuf', write: (spans) => toOtlpProtobuf(spans, 'single') },
  { file: 'delimited.pb', importer: 'otlp-protobuf', write: (spans) => toOtlpProtobuf(spans, 'delimited') },
  { file: 'framed.pb', importer: 'otlp-protobuf', write: (spans) => toOtlpProtobuf(spans, 'framed') },
  { file: 'jaeger.json', importer: 'jaeger', write: (spans) => toJaegerJson(spans) },
  { file: 'jaeger-array.json', importer: 'jaeger', write: (spans) => toJaegerJson(spans, 'array') },
  { file: 'zipkin.json', importer: 'zipkin', write: (spans) => toZipkinJson(spans) },
  { file: 'zipkin-nested.json', importer: 'zipkin', write: (spans) => toZipkinJson(spans, { nested: true }) },
  { file: 'zipkin-shared.json', importer: 'zipkin', write: (spans) => toZipkinJson(spans, { shared: true }) },
]

/** Formats that the engine writes from its own table; `zst` is a compressed copy of another file. */
export const tableFiles: Readonly<Record<string, string>> = {
  'traces.parquet': 'Parquet',
  'traces.tsv': 'TSVWithNames',
  'traces.native': 'Native',
  'traces.arrow': 'Arrow',
}
export const zstandardFile = 'jaeger.json.zst'

/** Writes the files that the sketches can write themselves. */
export function writeEncodings(folder: string, spans: readonly SketchSpan[]): void {
  for (const { file, write } of encodings) writeFileSync(join(folder, file), write(spans))
}

/** Writes the tables and the zstd archive beside what `writeEncodings` wrote, and closes the store. */
export async function writeTables(folder: string, spans: readonly SketchSpan[]): Promise<void> {
  const store = await emptyStore()
  const rows = toRows(spans).trimEnd().split('\n')
  await store.insert(
    'otel_traces',
    rows.map((row) => JSON.parse(row) as object),
  )
  for (const [file, format] of Object.entries(tableFiles)) {
    await store.command(
      `INSERT INTO FUNCTION file({path:String}, '${format}')
       SELECT * REPLACE (CAST(ResourceAttributes AS Map(String, String)) AS ResourceAttributes) FROM otel_traces ORDER BY Timestamp, SpanId`,
      { path: join(folder, file) },
    )
  }
  await store.command(
    `INSERT INTO FUNCTION file({to:String}, 'RawBLOB', 'content String', 'zstd')
     SELECT content FROM file({from:String}, 'RawBLOB', 'content String')`,
    { to: join(folder, zstandardFile), from: join(folder, 'jaeger.json') },
  )
  await closeStore()
}

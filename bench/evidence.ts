/**
 * Files of traffic under bench/.cache, made once for each size: the same spans as OTLP/JSON lines, OTLP protobuf, Jaeger and Zipkin.
 * They are written side by side in one pass, so that a comparison of formats compares formats alone.
 * As a program: `tsx bench/evidence.ts 1000000 60` prints the paths.
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { groupByTrace } from '../test/sketch/span.js'
import { jaegerTrace } from '../test/sketch/jaeger.js'
import { toOtlpJsonLines, toOtlpProtobuf, toZipkinJson, type SketchSpan } from '../test/sketch.js'
import { traffic } from './traffic.js'

const folder = fileURLToPath(new URL('.cache/', import.meta.url))

interface Format {
  id: FormatId
  file: string
  open: string
  close: string
  between: string
  write(spans: readonly SketchSpan[]): string | Buffer
}

export type FormatId = 'otlp-json' | 'otlp-protobuf' | 'jaeger' | 'zipkin'

const formats: readonly Format[] = [
  {
    id: 'otlp-json',
    file: 'otlp.jsonl',
    open: '',
    close: '',
    between: '',
    write: (spans) => toOtlpJsonLines(spans, 500),
  },
  {
    id: 'otlp-protobuf',
    file: 'otlp.pb',
    open: '',
    close: '',
    between: '',
    write: (spans) => toOtlpProtobuf(spans, 'delimited', 500),
  },
  {
    id: 'jaeger',
    file: 'jaeger.json',
    open: '{"data":[',
    close: ']}',
    between: ',',
    write: (spans) =>
      groupByTrace(spans)
        .map((trace) => JSON.stringify(jaegerTrace(trace)))
        .join(','),
  },
  {
    id: 'zipkin',
    file: 'zipkin.json',
    open: '[',
    close: ']',
    between: ',',
    write: (spans) => toZipkinJson(spans).slice(1, -1),
  },
]

export type Evidence = Record<FormatId, string>

export function evidence(spans: number, services: number): Evidence {
  const targets = formats.map((format) => ({ format, path: `${folder}${spans}-${services}.${format.file}` }))
  const paths = Object.fromEntries(targets.map(({ format, path }) => [format.id, path])) as Evidence
  const missing = targets.filter(({ path }) => !existsSync(path))
  if (missing.length === 0) return paths
  mkdirSync(folder, { recursive: true })
  const open = missing.map((target) => ({ ...target, descriptor: openSync(`${target.path}.part`, 'w'), empty: true }))
  for (const target of open) writeSync(target.descriptor, target.format.open)
  const flush = (batch: readonly SketchSpan[]): void => {
    for (const target of open) {
      if (!target.empty) writeSync(target.descriptor, target.format.between)
      const bytes = target.format.write(batch)
      writeSync(target.descriptor, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
      target.empty = false
    }
  }
  let batch: SketchSpan[] = []
  for (const trace of traffic({ spans, services })) {
    for (const span of trace) batch.push(span)
    if (batch.length < 2000) continue
    flush(batch)
    batch = []
  }
  if (batch.length > 0) flush(batch)
  for (const target of open) {
    writeSync(target.descriptor, target.format.close)
    closeSync(target.descriptor)
    // Only whole files carry the final name: a stopped run leaves none that looks made.
    renameSync(`${target.path}.part`, target.path)
  }
  return paths
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const paths = evidence(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 60))
  for (const path of Object.values(paths)) process.stdout.write(`${path}\n`)
}

/**
 * Says what a file looks like, in words for an error message, when it is in no format that can be read.
 * What is easily got wrong: the words end up on a terminal, so nothing of the file's content but plain short key names is repeated.
 */
import { keysOfHead } from './json-head.js'

const signatures: readonly [bytes: readonly number[], looks: string, offset?: number][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive; unpack it first'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive; unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz archive; unpack it first'],
  [[0x04, 0x22, 0x4d, 0x18], 'an lz4 archive; unpack it first'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7-zip archive; unpack it first'],
  [[0x75, 0x73, 0x74, 0x61, 0x72], 'a tar archive; unpack it first', 257],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG image'],
  [[0xff, 0xd8, 0xff], 'a JPEG image'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'an SQLite database'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [[0x4f, 0x62, 0x6a, 0x01], 'an Avro file'],
  [[0x4f, 0x52, 0x43], 'an ORC file'],
  [[0xff, 0xfe], 'UTF-16 text; convert it to UTF-8'],
  [[0xfe, 0xff], 'UTF-16 text; convert it to UTF-8'],
]

/** Shapes of JSON that people hand over in good faith. Keys that must all be there. */
const jsonShapes: readonly [keys: readonly string[], looks: string][] = [
  [['resourceLogs'], 'OTLP logs, not traces'],
  [['resourceMetrics'], 'OTLP metrics, not traces'],
  [['resourceProfiles'], 'OTLP profiles, not traces'],
  [['data.services', 'data.spans'], 'a state of the Jaeger UI, not an export; download the trace as JSON instead'],
  [['data.spans', 'data.processes'], 'a state of the Jaeger UI, not an export; download the trace as JSON instead'],
  [['traces.rootServiceName'], 'a Tempo search result, which has no spans; fetch the traces themselves'],
  [['traceEvents'], 'a browser performance profile'],
  [['openapi'], 'an OpenAPI contract'],
  [['asyncapi'], 'an AsyncAPI contract'],
  [['errors'], 'an error answer of an API'],
]

/** What `head` looks like: "HTML", "JSON with the keys a, b and c", "binary data". */
export function appearanceOf(head: Uint8Array): string {
  if (head.length === 0) return 'empty'
  for (const [bytes, looks, offset = 0] of signatures)
    if (bytes.every((byte, at) => head[offset + at] === byte)) return looks
  const text = new TextDecoder().decode(head).replace(/^\uFEFF/, '')
  if (isBinary(head)) return 'binary data'
  const start = text.trimStart()
  if (/^<(!doctype html|html|head|body)/i.test(start)) return 'HTML'
  if (start.startsWith('<')) return 'XML'
  if (start.startsWith('{') || start.startsWith('[')) return jsonAppearance(head)
  return textAppearance(text)
}

function jsonAppearance(head: Uint8Array): string {
  const keys = keysOfHead(head)
  for (const [needed, looks] of jsonShapes) if (needed.every((key) => keys.has(key))) return looks
  const plain = [...keys].filter((key) => /^[\w-]{1,40}$/.test(key)).slice(0, 5)
  return plain.length === 0 ? 'JSON without a known key' : `JSON with the keys ${plain.join(', ')}`
}

function textAppearance(text: string): string {
  const lines = text.split(/\r?\n/).slice(0, -1).slice(0, 20)
  const first = lines[0] ?? text
  for (const [separator, looks] of [
    ['\t', 'a table separated by tabs'],
    [',', 'CSV'],
    [';', 'CSV'],
  ] as const) {
    const fields = first.split(separator).length
    if (fields > 1 && lines.length > 1 && lines.every((line) => line.split(separator).length >= fields)) return looks
  }
  if (/^(---\s*$|apiVersion:|[\w.-]+:(\s|$))/m.test(first) && !/^\d/.test(first)) return 'YAML'
  return 'plain text'
}

/** Zero bytes, or more than a few bytes that are neither text nor UTF-8. */
function isBinary(head: Uint8Array): boolean {
  if (head.includes(0)) return true
  let odd = 0
  for (const byte of head)
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b && byte !== 0x1e) odd++
  return odd > head.length / 100
}

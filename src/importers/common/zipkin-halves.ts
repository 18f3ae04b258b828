/**
 * Zipkin's shared spans: client and server report under one id. This finds those ids, so that the server's half can get one of its own.
 * It is a pass over the file of its own, with a small file of hashes as its result: the second pass joins against that
 * instead of holding spans in memory.
 */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { Sink } from '../../model/importer.js'
import { spanId, traceId } from './hex-id.js'

/** Columns of the file: the hash of trace and span id, and the hashes of the services on both sides. */
export const halvesStructure = 'half UInt64, client UInt64, server UInt64'

/** SQL of the hash of a span's identity; client and server are halves of one span only within one file. */
export function identity(file: string, trace: string, span: string): string {
  return `cityHash64(toUInt32(${file}), ${trace}, ${span})`
}

const structure = 'traceId String, id String, kind String, localEndpoint Tuple(serviceName String)'

/** Identities are written in this many portions, so that no answer of the engine is large. */
const portions = 256

const halves = (
  portion: string,
  file: string,
): string => `SELECT ${identity(file, traceId('traceId'), spanId('id'))} AS half,
    maxIf(cityHash64(localEndpoint.serviceName), kind = 'CLIENT') AS client, maxIf(cityHash64(localEndpoint.serviceName), kind = 'SERVER') AS server
  FROM file({path:String}, 'JSONEachRow', {structure:String}) WHERE kind IN ('CLIENT', 'SERVER')${portion}
  GROUP BY half HAVING countIf(kind = 'CLIENT') > 0 AND countIf(kind = 'SERVER') > 0`

/** Writes the ids that have both halves to a spool; undefined when there are none. `bucket` limits memory on large files. */
export async function writeHalves(
  path: string,
  bucket: string,
  sink: Sink,
  settings: Record<string, string | number>,
  file: string,
): Promise<string | undefined> {
  const rows = await sink.query<{ text: string }>(
    `SELECT arrayStringConcat(arraySort(groupArray(concat(toString(half), '\\t', toString(client), '\\t', toString(server)))), '\\n') AS text
      FROM (${halves(bucket, file)}) GROUP BY half % ${portions} ORDER BY half % ${portions}`,
    { path, structure: file === '0' ? structure : `${structure}, ${file} UInt32` },
    { ...settings, max_bytes_before_external_group_by: 400 << 20, max_threads: 2 },
  )
  if (rows.length === 0) return undefined
  const spool = sink.spoolPath('tsv')
  const stream = createWriteStream(spool)
  for (const { text } of rows) if (!stream.write(`${text}\n`)) await once(stream, 'drain')
  stream.end()
  await finished(stream)
  return spool
}

/**
 * Writes many small protobuf sources into one spool of requests, so that the engine plans one query for all of them.
 * What is easily got wrong: fields of a message may stand in any order and the last of one kind counts, so the number of the file is
 * added at the end, where nothing that the file says can stand behind it.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { OpenSource } from '../../model/importer.js'
import { fileField } from './otlp-proto.js'
import { FrameReader, varint, walkFrames, type Framing } from './protobuf-frames.js'

/** Writes the sources that are whole to `path`; the others are `left`. */
export function writeJointMessages(
  sources: readonly OpenSource[],
  framingOf: (head: Uint8Array) => Framing | undefined,
  path: string,
): { taken: OpenSource[]; left: OpenSource[] } {
  const joint = { taken: [] as OpenSource[], left: [] as OpenSource[] }
  const file = openSync(path, 'w')
  try {
    for (const each of sources) {
      const framing = each.source.truncated ? undefined : framingOf(each.source.head)
      const requests = framing && numberedRequests(each.source.path, framing, joint.taken.length)
      if (!requests) {
        joint.left.push(each)
        continue
      }
      for (let written = 0; written < requests.length;) written += writeSync(file, requests, written)
      joint.taken.push(each)
    }
  } finally {
    closeSync(file)
  }
  return joint
}

/** The requests of one file, each after its length; undefined when the file does not end with a whole one. */
function numberedRequests(path: string, framing: Framing, number: number): Buffer | undefined {
  const mark = Buffer.concat([varint(fileField * 8), varint(number)])
  // A lone request is its own payload.
  if (framing === 'request') {
    if (walkFrames(path, framing) !== 'whole') return undefined
    const request = readFileSync(path)
    return Buffer.concat([varint(request.length + mark.length), request, mark])
  }
  const pieces: Uint8Array[] = []
  const reader = new FrameReader(path, framing)
  try {
    for (const { offset, length } of reader.frames())
      pieces.push(varint(length + mark.length), Uint8Array.from(reader.bytes(offset, length)), mark)
    return reader.state === 'whole' ? Buffer.concat(pieces) : undefined
  } finally {
    reader.close()
  }
}

/**
 * libCacheSim's oracleGeneral: records of 24 bytes, little endian: u32 seconds, u64 object, u32 bytes, i64 place of the next request for the object (or -1).
 * What is easily got wrong: nothing at its beginning names the format; it is known by times that never fall and by next requests that lie ahead.
 */
import type { Importer } from '../model/importer.js'
import { readRecordTrace } from './common/access-trace.js'

const recordBytes = 24
const never = [-1n, 0x7fffffffffffffffn]

export const oracleGeneral: Importer = {
  id: 'oracle-general',
  title: 'cache traces of libCacheSim (oracleGeneral)',
  spec: 'https://github.com/1a1a11a/libCacheSim/blob/develop/libCacheSim/traceReader/customizedReader/oracle/oracleGeneralBin.h',
  gives: ['commands'],
  sniff(head) {
    const view = new DataView(head.buffer, head.byteOffset, head.length)
    const records = Math.floor(head.length / recordBytes)
    if (records < 8) return 0
    let before = 0
    let ahead = 0
    for (let i = 0; i < records; i++) {
      const at = i * recordBytes
      const seconds = view.getUint32(at, true)
      const next = view.getBigInt64(at + 16, true)
      const isNever = never.includes(next)
      if (seconds < before || (!isNever && (next <= BigInt(i) || next > 1n << 40n))) return 0
      before = seconds
      // Converters disagree on whether the first request has the number 0 or 1.
      const place = isNever ? -1 : Number(next)
      const same = [place, place - 1].some((other) => {
        return (
          other > i &&
          other < records &&
          view.getBigUint64(other * recordBytes + 4, true) === view.getBigUint64(at + 4, true)
        )
      })
      if (!isNever && place < records && !same) return 0
      if (same || isNever) ahead++
    }
    return ahead > 0 ? 0.9 : 0.4
  },
  read: (source, sink) =>
    readRecordTrace(
      {
        bytes: recordBytes,
        structure: 'seconds UInt32, id UInt64, size UInt32, next Int64',
        columns: { AtNs: 'toInt64(seconds) * 1000000000', Key: 'toString(id)', ValueBytes: 'size' },
      },
      source,
      sink,
    ),
}

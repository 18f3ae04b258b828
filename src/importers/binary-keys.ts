/**
 * The web traces of cache2k: keys of 4 bytes, big endian, numbered in the order in which they first appear.
 * What is easily got wrong: any file is a row of numbers. This one is known by its numbering: no number is larger than all before it by more than one.
 */
import type { Importer } from '../model/importer.js'
import { readRecordTrace } from './common/access-trace.js'

const fewestKeys = 64

export const binaryKeys: Importer = {
  id: 'binary-keys',
  title: 'traces of 4-byte keys (cache2k)',
  spec: 'https://github.com/cache2k/cache2k-benchmark',
  gives: ['commands'],
  sniff(head) {
    const view = new DataView(head.buffer, head.byteOffset, head.length)
    const keys = head.length >> 2
    let fresh = -1
    for (let i = 0; i < keys; i++) {
      const key = view.getUint32(4 * i)
      if (key > fresh + 1) return 0
      fresh = Math.max(fresh, key)
    }
    // Zeros alone satisfy the rule too.
    return keys >= fewestKeys && fresh >= 8 ? 0.9 : 0
  },
  read: (source, sink) =>
    readRecordTrace(
      // byteSwap: RowBinary is little endian.
      { bytes: 4, structure: 'key UInt32', columns: { Key: 'toString(byteSwap(key))' } },
      source,
      sink,
    ),
}

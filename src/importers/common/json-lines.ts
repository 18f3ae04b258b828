/**
 * The lines of a spool, one after another, in the memory of one line.
 * What is easily got wrong: a letter of several bytes may lie across two reads, so lines are cut as bytes and decoded whole.
 */
import { closeSync, openSync, readSync } from 'node:fs'

export function* readLines(path: string): Generator<string> {
  const file = openSync(path, 'r')
  try {
    let waiting: Buffer[] = []
    for (;;) {
      const chunk = Buffer.allocUnsafe(1 << 20)
      const length = readSync(file, chunk, 0, chunk.length, null)
      if (length === 0) break
      let start = 0
      for (let end = chunk.indexOf(0x0a); end >= 0 && end < length; end = chunk.indexOf(0x0a, start)) {
        if (waiting.length === 0) yield chunk.toString('utf8', start, end)
        else yield Buffer.concat([...waiting, chunk.subarray(start, end)]).toString('utf8')
        waiting = []
        start = end + 1
      }
      if (start < length) waiting.push(chunk.subarray(start, length))
    }
    if (waiting.length > 0) yield Buffer.concat(waiting).toString('utf8')
  } finally {
    closeSync(file)
  }
}

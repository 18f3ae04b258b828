/**
 * CSV traces of libCacheSim: a header that names at least an object, and mostly a time and a size: `time, object, size, next_access_vtime`.
 * What is easily got wrong: the header may begin with `#`, and a time is in seconds.
 */
import type { Importer } from '../model/importer.js'
import { linesOfHead, readLineTrace } from './common/access-trace.js'

const names = {
  key: /^(obj(ect)?([ _-]?id)?|key|id)$/i,
  time: /^((real|clock)[ _-]?time|time|timestamp|clock)$/i,
  size: /^((obj(ect)?|value|req(uest)?)[ _-]?)?size$/i,
  next: /^next[ _-]?access([ _-]?[vr]?time)?$/i,
}

interface Places {
  key: number
  time: number
  size: number
}

/** Where the header says that things are, from 1; 0 for what is not there. Undefined when it is no such header. */
function placesOf(line: string): Places | undefined {
  const fields = line
    .replace(/^#\s*/, '')
    .split(',')
    .map((field) => field.trim())
  const place = (name: RegExp): number => fields.findIndex((field) => name.test(field)) + 1
  const [key, time, size] = [place(names.key), place(names.time), place(names.size)]
  return key > 0 && (size > 0 || place(names.next) > 0) && time > 0 ? { key, time, size } : undefined
}

export const cacheTraceCsv: Importer = {
  id: 'cache-trace-csv',
  title: 'cache traces of libCacheSim (CSV)',
  spec: 'https://github.com/1a1a11a/libCacheSim/blob/develop/doc/quickstart_cachesim.md',
  gives: ['commands'],
  sniff(head) {
    const [header = '', ...rows] = linesOfHead(head).slice(0, 200)
    const places = placesOf(header)
    if (places === undefined || rows.length === 0) return 0
    const isRow = (row: string): boolean => /^[\d.]+$/.test((row.split(',')[places.time - 1] ?? '').trim())
    return rows.every(isRow) ? 0.9 : 0
  },
  read(source, sink) {
    const places = placesOf(linesOfHead(source.head)[0] ?? '') ?? { key: 1, time: 0, size: 0 }
    const field = (place: number): string => `trimBoth(splitByChar(',', line)[${place}])`
    return readLineTrace(
      {
        headLines: 1,
        columns: {
          Key: field(places.key),
          Command: `'GET'`,
          AtNs: places.time === 0 ? '0' : `toInt64(toFloat64OrZero(${field(places.time)}) * 1000000000)`,
          ValueBytes: places.size === 0 ? '0' : `toUInt32(least(toUInt64OrZero(${field(places.size)}), 4294967295))`,
        },
        isRequest: `${field(places.key)} != '' AND match(${field(Math.max(1, places.time))}, '^[0-9.]{1,20}$')`,
        isSilent: `line = ''`,
      },
      source,
      sink,
    )
  },
}

/**
 * Access logs of Twitter's caches: `timestamp, key, key size, value size, client, operation, TTL`, without a header, seconds since the log began.
 * What is easily got wrong: a key may hold commas, so that fields are counted from both ends.
 */
import type { Importer } from '../model/importer.js'
import { linesOfHead, readLineTrace } from './common/access-trace.js'

const operations = ['get', 'gets', 'set', 'add', 'replace', 'cas', 'append', 'prepend', 'delete', 'incr', 'decr']
const shape = `^([0-9]{1,10}), ?(.+), ?([0-9]{1,9}), ?([0-9]{1,10}), ?([0-9]+), ?(${operations.join('|')}), ?([0-9]{1,10})$`
const pattern = new RegExp(shape)
const field = (number: number): string => `extractGroups(line, '${shape}')[${number}]`
const writes = `${field(6)} IN ('set', 'add', 'replace', 'cas')`

export const twitterCacheTrace: Importer = {
  id: 'twitter-cache-trace',
  title: 'Twitter’s cache traces (CSV)',
  spec: 'https://github.com/twitter/cache-trace',
  gives: ['commands'],
  sniff(head) {
    const lines = linesOfHead(head).slice(0, 200)
    return lines.length > 0 && lines.every((line) => pattern.test(line)) ? 0.95 : 0
  },
  read: (source, sink) =>
    readLineTrace(
      {
        headLines: 0,
        columns: {
          AtNs: `toInt64OrZero(${field(1)}) * 1000000000`,
          Key: field(2),
          ValueBytes: `toUInt32(least(toUInt64OrZero(${field(4)}), 4294967295))`,
          Client: field(5),
          Command: `upper(${field(6)})`,
          TtlMs: `if(${writes}, if(toInt64OrZero(${field(7)}) = 0, -1, toInt64OrZero(${field(7)}) * 1000), 0)`,
        },
        isRequest: `match(line, '${shape}')`,
        isSilent: `line = ''`,
      },
      source,
      sink,
    ),
}

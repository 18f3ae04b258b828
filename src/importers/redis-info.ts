/**
 * Output of `redis-cli INFO` that was saved to a file, of Redis, Valkey and their kin: once, or again and again one after the other.
 * What is easily got wrong: it does not say which host it is of, so the cache has no name here.
 */
import { readFileSync } from 'node:fs'
import { UnreadableEvidence, type Importer } from '../model/importer.js'
import { parseInfo, serverRows } from './common/redis-info-text.js'

const mostBytes = 64 << 20

export const redisInfo: Importer = {
  id: 'redis-info',
  title: 'INFO of Redis and Valkey',
  spec: 'https://redis.io/docs/latest/commands/info/',
  gives: ['servers'],
  sniff(head) {
    const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 16_384)).toString('latin1')
    if (/^(\ufeff|ï»¿|\$\d+\r?\n)?\s*# Server\r?\n/.test(text) && /^(redis|valkey)_version:/m.test(text)) return 1
    // A part of it, as `INFO stats` gives.
    return /^# (Memory|Stats|Clients|Keyspace)\r?$/m.test(text) && /^(keyspace_hits|used_memory|db\d+):/m.test(text)
      ? 0.8
      : 0
  },
  async read(source, sink) {
    if (source.sizeBytes > mostBytes) {
      throw new UnreadableEvidence(
        source.name,
        'is too large for output of INFO',
        'Give some observations of it, not a log.',
      )
    }
    const text = readFileSync(source.path, 'utf8')
    // Each observation begins with its own heading.
    const parts = text.split(/^(?=# Server\r?$)/m).map(parseInfo)
    const rows = parts
      .filter((info) => info.has('redis_version') || info.has('keyspace_hits') || info.has('used_memory'))
      .flatMap((info) => serverRows(info, { source: source.name, cache: '' }))
    if (rows.length === 0) {
      throw new UnreadableEvidence(
        source.name,
        'holds no field of INFO that says anything',
        'Save redis-cli INFO whole.',
      )
    }
    await sink.insertRows('cache_servers', rows)
    sink.gain(rows.length, 'servers')
    if (source.truncated) sink.lose('truncated', 1)
    sink.progress({ bytes: source.sizeBytes })
  },
}

/**
 * Output of memcached's `stats` (and `stats settings`) that was saved to a file, or that of `memcached-tool host stats`.
 * What is easily got wrong: several answers in one file are one observation until a name comes again that was there before.
 */
import { readFileSync } from 'node:fs'
import { UnreadableEvidence, type Importer } from '../model/importer.js'
import { parseStats, statsRow } from './common/memcached-stats-text.js'

const mostBytes = 64 << 20

export const memcachedStats: Importer = {
  id: 'memcached-stats',
  title: 'stats of memcached',
  spec: 'https://github.com/memcached/memcached/blob/master/doc/protocol.txt',
  gives: ['servers'],
  sniff(head) {
    const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 16_384)).toString('latin1')
    return /^(STAT |\s{2,})(get_hits|curr_items)\s+\d+\s*$/m.test(text) ? 0.95 : 0
  },
  async read(source, sink) {
    if (source.sizeBytes > mostBytes) {
      throw new UnreadableEvidence(
        source.name,
        'is too large for output of stats',
        'Give some observations of it, not a log.',
      )
    }
    // `stats` begins with the process; `memcached-tool` sorts by name and puts a heading before.
    const rows = readFileSync(source.path, 'utf8')
      .split(/^(?=STAT pid |#.*Field\s+Value)/m)
      .map(parseStats)
      .filter((stats) => stats.has('get_hits') || stats.has('curr_items'))
      .map((stats) => statsRow(stats, stats, { source: source.name, cache: '' }))
    if (rows.length === 0) {
      throw new UnreadableEvidence(source.name, 'holds no statistics of memcached', 'Save the answer to `stats` whole.')
    }
    await sink.insertRows('cache_servers', rows)
    sink.gain(rows.length, 'servers')
    if (source.truncated) sink.lose('truncated', 1)
    sink.progress({ bytes: source.sizeBytes })
  },
}

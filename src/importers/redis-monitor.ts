/**
 * Captures of `redis-cli MONITOR`: every command with its time, client and key.
 * What is easily got wrong: it holds values, which are measured and never kept; and a capture does not say which server it is of.
 */
import { UnreadableEvidence, type Importer } from '../model/importer.js'
import { linesOfHead } from './common/access-trace.js'
import { isParseError } from './common/engine-error.js'
import { readMonitorLines } from './common/monitor-lines.js'

const line = /^\d{1,12}\.\d{6} \[\d+ [^"]{0,380}\] "/

export const redisMonitor: Importer = {
  id: 'redis-monitor',
  title: 'Captures of redis-cli MONITOR',
  spec: 'https://redis.io/docs/latest/commands/monitor/',
  gives: ['commands'],
  sniff(head) {
    const seen = linesOfHead(head).filter((text) => text !== 'OK')
    const [first = Buffer.from(head).toString('latin1')] = seen
    const fitting = seen.filter((text) => line.test(text)).length
    return line.test(first) && fitting * 2 >= seen.length ? 0.97 : 0
  },
  async read(source, sink) {
    const file = { path: source.path, source: source.name, cache: '' }
    const { rows, bad } = await readMonitorLines(file, sink).catch((error: unknown) => {
      if (!isParseError(error)) throw error
      throw new UnreadableEvidence(
        source.name,
        'begins like a capture of MONITOR, but cannot be read as one',
        'Check that it was copied whole.',
      )
    })
    if (rows === 0)
      throw new UnreadableEvidence(
        source.name,
        'holds no command that names a key',
        'Capture for longer, while the system is used: redis-cli MONITOR > monitor.txt',
      )
    sink.gain(rows, 'commands')
    // The last line of a capture that was stopped is often cut.
    if (bad > 0) sink.lose(source.truncated || bad > 1 ? 'bad-row' : 'truncated', bad)
    if (source.truncated) sink.lose('truncated', 1)
    sink.progress({ bytes: source.sizeBytes })
  },
}

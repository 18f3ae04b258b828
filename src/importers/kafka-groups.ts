/**
 * What `kafka-consumer-groups.sh --describe` prints, once or again and again into one file.
 * What is easily got wrong: the columns differ between versions and their widths with the names, so they go by their heads; and the tool does not
 * tell the time, which must stand on a line before each table (`date -Is`).
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { UnreadableEvidence, type Importer, type Sink, type Source } from '../model/importer.js'
import { groupRow, type GroupSeen, type Progress } from './brokers/kafka-rows.js'
import { countOf, momentOf } from './common/json-values.js'

const heads = ['TOPIC', 'PARTITION', 'CURRENT-OFFSET', 'LOG-END-OFFSET', 'LAG']
/** A line that tells the time of the tables after it: ISO, or seconds or milliseconds since 1970. */
const time =
  /^#?\s*(?:at:?\s*)?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^\s]*(?:\s*(?:Z|UTC|[+-]\d\d:?\d\d))?|\d{10}(?:\d{3})?)\s*$/i
const longestLine = 10_000

export const kafkaGroups: Importer = {
  id: 'kafka-groups',
  title: 'Kafka consumer groups (kafka-consumer-groups --describe)',
  spec: 'https://kafka.apache.org/documentation/#basic_ops_consumer_lag',
  gives: ['queues'],
  sniff: (head) => (new TextDecoder().decode(head).split('\n').some(isHead) ? 0.9 : 0),
  async read(source: Source, sink: Sink) {
    const tables = new Tables()
    const lines = createInterface({ input: createReadStream(source.path), crlfDelay: Infinity })
    for await (const line of lines) tables.take(line.slice(0, longestLine))
    const rows = tables.groups().map((seen) => groupRow({ source: source.name, broker: '' }, seen))
    if (rows.length === 0)
      throw new UnreadableEvidence(
        source.name,
        'has the head of a table of consumer groups, and no row',
        'Describe groups that have committed offsets: kafka-consumer-groups.sh --describe --all-groups.',
      )
    await sink.insertRows('broker_queues', rows)
    sink.gain(rows.length, 'queues')
    if (tables.bad > 0) sink.lose('bad-row', tables.bad)
    if (tables.untimed > 0) sink.lose('untimed-observation', tables.untimed)
    if (source.truncated) sink.lose('truncated', 1)
    sink.progress({ bytes: source.sizeBytes })
  },
}

const wordsOf = (line: string): string[] => line.trim().split(/\s+/)
const isHead = (line: string): boolean => {
  const words = wordsOf(line.slice(0, longestLine))
  return heads.every((head) => words.includes(head))
}

interface GroupNow extends GroupSeen {
  progress: Progress[]
  consumers: Set<string>
}

/** Gathers tables line by line. */
class Tables {
  bad = 0
  /** Tables that repeat one, with no time before either. */
  untimed = 0
  private readonly seen = new Map<string, GroupNow>()
  private columns: string[] = []
  private atMs = 0
  private idle = new Set<string>()
  /** Whether the present table repeats one without a time, and was counted. */
  private repeats = false

  take(line: string): void {
    const [, moment] = time.exec(line) ?? []
    if (moment !== undefined) {
      this.atMs = momentOf(moment.includes('T') ? moment : moment.replace(/^(\d{4}-\d\d-\d\d) /, '$1T'))
      this.columns = []
    } else if (isHead(line)) {
      // The tool prints one table a group, under one time.
      this.repeats = false
      this.columns = wordsOf(line)
    } else if (/has no active members/.test(line)) {
      const [, group] = /'([^']*)'/.exec(line) ?? []
      if (group !== undefined) this.idle.add(`${this.atMs}\n${group}`)
    } else if (line.trim() !== '' && this.columns.length > 0) this.row(wordsOf(line))
  }

  groups(): GroupSeen[] {
    return [...this.seen.values()].map(({ consumers, ...seen }) => {
      const idle = this.idle.has(`${seen.atMs}\n${seen.group}`)
      return { ...seen, members: idle ? 0 : consumers.size, state: idle ? 'Empty' : '' }
    })
  }

  private row(words: string[]): void {
    const column = (head: string): string => words[this.columns.indexOf(head)] ?? ''
    const topic = column('TOPIC')
    const partition = countOf(column('PARTITION'))
    // The tool writes a row of dashes for a member that has nothing to read.
    if (topic === '-' || column('PARTITION') === '-') return
    if (topic === '' || partition === undefined || words.length < heads.length) {
      this.bad++
      return
    }
    const group = this.columns.includes('GROUP') ? column('GROUP') : ''
    const key = [this.atMs, group, topic].join('\n')
    let now = this.seen.get(key)
    if (!now) {
      now = { group, topic, atMs: this.atMs, progress: [], state: '', consumers: new Set() }
      this.seen.set(key, now)
    }
    if (now.progress.some((each) => each.partition === partition)) {
      if (this.atMs === 0 && !this.repeats) this.untimed++
      this.repeats = true
      return
    }
    const consumer = column('CONSUMER-ID')
    if (consumer !== '' && consumer !== '-') now.consumers.add(consumer)
    const committed = countOf(column('CURRENT-OFFSET'))
    const end = countOf(column('LOG-END-OFFSET'))
    now.progress.push({ partition, ...(committed !== undefined && { committed }), ...(end !== undefined && { end }) })
  }
}

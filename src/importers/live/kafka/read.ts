/**
 * Asks Kafka for its topics and how far its groups are, again and again.
 * What is easily got wrong: ends of partitions must be asked after commits, or a group that is quick seems to be ahead of the end.
 */
import { AuthenticationError, TimeoutError, UnsupportedApiError } from '@platformatic/kafka'
import { redactUrl } from '../../../lib/redact-url.js'
import { UnreadableEvidence, type LiveOptions, type Sink } from '../../../model/importer.js'
import { groupRow, topicRow } from '../../brokers/kafka-rows.js'
import type { Origin, QueueRow } from '../../brokers/queue-row.js'
import { looks } from '../looks.js'
import { Refusal, unreachable, unreadableServer } from '../refusal.js'
import { apiIds, isDenied, nested, openKafka, type Connection, type Kafka } from './requests.js'

const patienceMs = 10_000

export async function readKafka(address: string, sink: Sink, options: LiveOptions): Promise<void> {
  const place = placeOf(address)
  const shown = redactUrl(address)
  const origin: Origin = { source: shown, broker: `kafka://${place.hosts[0]?.host ?? ''}` }
  let look = 0
  const kafka = openKafka(place, patienceMs, (questions) => {
    // A question that is refused in every look is one question.
    if (look === 0) sink.lose('refused-question', questions)
  })
  const leave = (): void => void kafka.close().catch(() => undefined)
  options.signal.addEventListener('abort', leave, { once: true })
  /** Only what the server is asked may fail as a server does: a fault of the engine is none of its own. */
  const asked = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work()
    } catch (error) {
      options.signal.throwIfAborted()
      throw refusalOf(error)
    }
  }
  let learnt = 0
  try {
    for await (const number of looks(options, shown)) {
      look = number
      const rows = await asked(() => observe(kafka, origin))
      await sink.insertRows('broker_queues', rows)
      sink.gain(rows.length, 'queues')
      learnt += rows.length
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (learnt === 0) throw unreadableServer(address, error)
    options.report(`${shown} ${error.message}; what it said before is kept`)
    sink.lose('partial-server', 1)
  } finally {
    options.signal.removeEventListener('abort', leave)
    await kafka.close().catch(() => undefined)
  }
}

const mechanisms = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const
const isMechanism = (name: string): name is keyof typeof mechanisms => name in mechanisms

function placeOf(address: string): Connection {
  const [, scheme = '', account, hosts = '', query = ''] =
    /^(kafka(?:\+tls)?):\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/?(?:\?([^#]*))?$/i.exec(address) ?? []
  const mechanism = (new URLSearchParams(query).get('sasl') ?? 'plain').toLowerCase()
  try {
    const [username = '', ...password] = (account ?? '').split(':').map(decodeURIComponent)
    const parsed = hosts.split(',').map((each) => {
      const url = new URL(`kafka://${each}`)
      return { host: url.hostname.replace(/^\[|\]$/g, '').toLowerCase(), port: Number(url.port || 9092) }
    })
    if (scheme === '' || parsed.some(({ host }) => host === '') || !isMechanism(mechanism)) throw new Error()
    return {
      hosts: parsed,
      tls: scheme.toLowerCase() === 'kafka+tls',
      ...(username !== '' && { sasl: { mechanism: mechanisms[mechanism], username, password: password.join(':') } }),
    }
  } catch {
    throw new UnreadableEvidence(
      redactUrl(address),
      'is no address of Kafka',
      'Write it as kafka://host:9092,host:9092 or kafka+tls://user:password@host:9093?sasl=scram-sha-512 (plain, scram-sha-256 or scram-sha-512); / and @ within a password are %2F and %40.',
    )
  }
}

async function observe(kafka: Kafka, origin: Origin): Promise<QueueRow[]> {
  const topics = await kafka.topics()
  const groups = await kafka.groups()
  const committed = await kafka.committed([...groups.keys()])
  const ends = await kafka.offsets(topics, 'end')
  const atMs = Date.now()
  const starts = await kafka.offsets(topics, 'start')
  const configurations = await kafka.configurations([...topics.keys()])
  const rows: QueueRow[] = []
  for (const [topic, { partitions, partitionsCount }] of topics) {
    const end = ends.get(topic)
    const start = starts.get(topic)
    const held = [...(end ?? [])].flatMap(([partition, at]) => {
      const first = start?.get(partition)
      return first === undefined ? [] : [{ first, end: at }]
    })
    const replicas = Math.max(0, ...partitions.map((each) => each.replicas.length))
    // Without its limits a topic would seem to have none.
    const configuration = configurations.get(topic)
    if (configuration === undefined) continue
    rows.push(topicRow(origin, { topic, atMs, partitions: partitionsCount, replicas, held, configuration }))
  }
  for (const [group, read] of committed) {
    const { state = '', members } = groups.get(group) ?? {}
    for (const [topic, offsets] of read) {
      if (offsets.size === 0) continue
      const end = ends.get(topic)
      const progress = [...offsets].map(([partition, at]) => {
        const next = end?.get(partition)
        return { partition, committed: at, ...(next !== undefined && { end: next }) }
      })
      rows.push(
        groupRow(origin, { group, topic, atMs, progress, members: members && (members.get(topic) ?? 0), state }),
      )
    }
  }
  return rows
}

function refusalOf(error: unknown): Refusal {
  const ids = apiIds(error)
  const all = nested(error)
  if (ids.includes('UNSUPPORTED_SASL_MECHANISM'))
    return new Refusal(
      'does not know this way to log in',
      'Name another: ?sasl=plain, scram-sha-256 or scram-sha-512.',
      'credentials',
    )
  if (all.some((each) => each instanceof AuthenticationError))
    return new Refusal(
      'refuses these credentials',
      'Check user, password and mechanism: ?sasl=plain, scram-sha-256 or scram-sha-512.',
      'credentials',
    )
  if (isDenied(error))
    return new Refusal(
      'does not let this user ask that',
      'Let the user Describe all topics and groups, and DescribeConfigs of topics.',
      'rights',
    )
  if (all.some((each) => each instanceof UnsupportedApiError))
    return new Refusal(
      'is too old to be asked',
      'Kafka 2.4 and newer can be; save what kafka-consumer-groups.sh --describe prints.',
    )
  if (all.some((each) => each instanceof TimeoutError))
    return new Refusal(
      'does not answer as Kafka does',
      'Check the port (9092 unless told otherwise), and whether TLS is as it should be (kafka:// or kafka+tls://).',
      'network',
    )
  return unreachable(error, 'kafka://', 'kafka+tls://')
}

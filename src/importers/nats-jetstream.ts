/**
 * What was saved of NATS JetStream: `nats stream info --json`, `nats consumer info --json`, and the server's page `/jsz?consumers=1&config=1`;
 * one document, or one a line for trends.
 * What is easily got wrong: who hears of a message that was given up stands with the streams, so consumers are judged when all streams of a file
 * are known.
 */
import { UnreadableEvidence, type Importer, type Sink, type Source } from '../model/importer.js'
import {
  consumerRow,
  Redeliveries,
  type KnownStreams,
  streamName,
  streamRow,
  subjectRows,
} from './brokers/jetstream-rows.js'
import type { BindingRow, Origin, QueueRow } from './brokers/queue-row.js'
import { readDocuments } from './common/json-documents.js'
import { keysOfHead } from './common/json-head.js'
import { isObject, momentOf, objectsOf, textOf, type JsonObject } from './common/json-values.js'

/** One stream or consumer at one moment. */
interface Seen {
  info: JsonObject
  atMs: number
  virtualHost: string
  /** Whether it stood in a list of all there are. */
  listed: boolean
}

export const natsJetstream: Importer = {
  id: 'nats-jetstream',
  title: 'NATS JetStream (stream info, consumer info, /jsz)',
  spec: 'https://docs.nats.io/running-a-nats-service/nats_admin/monitoring#jetstream-information-jsz',
  gives: ['queues'],
  sniff(head) {
    const keys = keysOfHead(head)
    const isStream = (at: string): boolean =>
      keys.has(`${at}config`) && (keys.has(`${at}state.first_seq`) || keys.has(`${at}config.retention`))
    const isConsumer = (at: string): boolean => keys.has(`${at}stream_name`) && keys.has(`${at}config`)
    if (['', 'streams.'].some(isStream) || ['', 'consumers.'].some(isConsumer)) return 0.9
    return keys.has('account_details') || (keys.has('server_id') && keys.has('meta_cluster')) ? 0.9 : 0
  },
  async read(source: Source, sink: Sink) {
    const streams: Seen[] = []
    const consumers: Seen[] = []
    await readDocuments(source, sink, 'what JetStream says of its streams', (document) => {
      for (const each of Array.isArray(document) ? objectsOf(document) : isObject(document) ? [document] : [])
        collect(each, streams, consumers)
    })
    if (streams.length + consumers.length === 0)
      throw new UnreadableEvidence(
        source.name,
        'names no stream',
        'Save the page /jsz?accounts=1&streams=1&consumers=1&config=1, or nats stream info --json.',
      )
    const { queues, bindings } = rowsOf({ source: source.name, broker: '' }, streams, consumers)
    await sink.insertRows('broker_queues', queues)
    await sink.insertRows('broker_bindings', bindings)
    sink.gain(queues.length, 'queues')
  },
}

/** Puts streams and consumers of one document, of whatever kind it is, to the others. */
function collect(document: JsonObject, streams: Seen[], consumers: Seen[]): void {
  const wrapped = document['at'] ?? document['now'] ?? document['ts']
  const atMs = momentOf(wrapped)
  const take = (into: Seen[], infos: readonly JsonObject[], virtualHost: string, listed = true): void => {
    for (const info of infos) into.push({ info, atMs: momentOf(info['ts']) || atMs, virtualHost, listed })
  }
  if (textOf(document['stream_name']) !== '') return take(consumers, [document], '', false)
  if (isObject(document['config']) && isObject(document['state'])) return take(streams, [document], '', false)
  take(streams, objectsOf(document['streams']), '')
  take(consumers, objectsOf(document['consumers']), '')
  for (const account of objectsOf(document['account_details'])) {
    const name = textOf(account['name'])
    // The account of servers without accounts.
    const virtualHost = name === '$G' ? '' : name
    const details = objectsOf(account['stream_detail'])
    take(streams, details, virtualHost)
    for (const detail of details)
      take(
        consumers,
        objectsOf(detail['consumer_detail']).map((info) => ({ stream_name: streamName(detail), ...info })),
        virtualHost,
      )
  }
}

function rowsOf(
  origin: Origin,
  streams: readonly Seen[],
  consumers: readonly Seen[],
): { queues: QueueRow[]; bindings: BindingRow[] } {
  const redeliveries = new Redeliveries()
  const latest = new Map(streams.map((seen) => [`${seen.virtualHost}\n${streamName(seen.info)}`, seen]))
  const inHost = (virtualHost: string): KnownStreams => {
    const here = [...latest.values()].filter((seen) => seen.virtualHost === virtualHost)
    return { known: here.map((seen) => seen.info), all: here.some((seen) => seen.listed) }
  }
  const none: KnownStreams = { known: [], all: false }
  const hosts = new Map([...streams, ...consumers].map(({ virtualHost }) => [virtualHost, inHost(virtualHost)]))
  return {
    queues: [
      ...streams.map((seen) => streamRow(origin, seen.info, seen)),
      ...consumers.map((seen) =>
        consumerRow(origin, seen.info, seen, hosts.get(seen.virtualHost) ?? none, redeliveries),
      ),
    ],
    bindings: [...latest.values()].flatMap((seen) => subjectRows(origin, seen.info, seen.virtualHost)),
  }
}

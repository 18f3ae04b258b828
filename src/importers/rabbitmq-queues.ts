/**
 * Answers of RabbitMQ's management API to `/api/queues`: the list, a page of it, or lines `{"at": …, "queues": […]}` of a list that was
 * saved again and again.
 * What is easily got wrong: the API does not tell the time. Without `at` a list is a state without a moment, of which no trend can be made.
 */
import { UnreadableEvidence, type Importer, type Sink, type Source } from '../model/importer.js'
import type { QueueRow } from './brokers/queue-row.js'
import { hasCounters, hidesPolicy, observedQueue } from './brokers/rabbitmq-observation.js'
import { named, Routes } from './brokers/rabbitmq-routes.js'
import { readDocuments } from './common/json-documents.js'
import { keysOfHead } from './common/json-head.js'
import { momentOf, objectOf, textOf, type JsonObject } from './common/json-values.js'

const batch = 5_000

export const rabbitmqQueues: Importer = {
  id: 'rabbitmq-queues',
  title: 'RabbitMQ queues (management API)',
  spec: 'https://www.rabbitmq.com/docs/management#http-api',
  gives: ['queues'],
  sniff(head) {
    const keys = keysOfHead(head)
    const areQueues = (at: string): boolean =>
      keys.has(`${at}name`) &&
      (keys.has(`${at}messages_ready`) || keys.has(`${at}messages_unacknowledged`)) &&
      ['durable', 'auto_delete', 'arguments', 'consumers', 'vhost'].some((name) => keys.has(`${at}${name}`))
    return areQueues('') || areQueues('items.') || areQueues('queues.') ? 0.9 : 0
  },
  async read(source: Source, sink: Sink) {
    let rows: QueueRow[] = []
    let total = 0
    let untimed = 0
    const hidden = new Set<string>()
    const flush = async (): Promise<void> => {
      await sink.insertRows('broker_queues', rows)
      sink.gain(rows.length, 'queues')
      total += rows.length
      rows = []
    }
    await readDocuments(source, sink, 'queues of RabbitMQ', async (document) => {
      const { at, queues, items } = objectOf(document)
      const answers = named(Array.isArray(document) ? document : (queues ?? items))
      const atMs = momentOf(at)
      // A second list without a time cannot be told from the first.
      if (atMs === 0 && untimed++ > 0) return
      // Bindings are not told, but the default exchange leads to the queue of the key's name.
      const routesOf = routesByHost(answers)
      const observation = { atMs, version: '', counts: hasCounters(answers), routesOf }
      for (const answer of answers.filter(hidesPolicy)) hidden.add(textOf(answer['name']))
      for (const answer of answers) rows.push(observedQueue({ source: source.name, broker: '' }, answer, observation))
      if (rows.length >= batch) await flush()
    })
    await flush()
    if (untimed > 1) sink.lose('untimed-observation', untimed - 1)
    if (hidden.size > 0) sink.lose('hidden-policy', hidden.size)
    if (total === 0)
      throw new UnreadableEvidence(
        source.name,
        'lists no queue',
        'Save the answer of GET /api/queues while queues exist.',
      )
  },
}

function routesByHost(answers: readonly JsonObject[]): (virtualHost: string) => Routes | undefined {
  const hosts = new Map<string, JsonObject[]>()
  for (const answer of answers) {
    const host = textOf(answer['vhost'])
    const queues = hosts.get(host)
    if (queues) queues.push(answer)
    else hosts.set(host, [answer])
  }
  const routes = new Map([...hosts].map(([host, queues]) => [host, new Routes([], [], queues)]))
  return (virtualHost) => routes.get(virtualHost)
}

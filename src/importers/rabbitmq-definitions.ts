/**
 * Definitions that RabbitMQ exports (`rabbitmqctl export_definitions`, the management page, `/api/definitions`): of a whole server or of one
 * virtual host.
 * What is easily got wrong: limits and dead letters may come from a policy, and users with hashes of their passwords stand in the same file;
 * nothing of them is read.
 */
import { UnreadableEvidence, type Importer, type Sink, type Source } from '../model/importer.js'
import { queueRow, type BindingRow, type Origin, type QueueRow } from './brokers/queue-row.js'
import { deadLetterRoute, effectiveArguments, queueLimits } from './brokers/rabbitmq-arguments.js'
import {
  applyPolicies,
  operatorPoliciesOf,
  policiesOf,
  type Policy,
  type Subject,
} from './brokers/rabbitmq-policies.js'
import { named, Routes } from './brokers/rabbitmq-routes.js'
import { readDocuments } from './common/json-documents.js'
import { keysOfHead } from './common/json-head.js'
import { declaredText, flagOf, isObject, objectOf, objectsOf, textOf, type JsonObject } from './common/json-values.js'

export const rabbitmqDefinitions: Importer = {
  id: 'rabbitmq-definitions',
  title: 'RabbitMQ definitions',
  spec: 'https://www.rabbitmq.com/docs/definitions',
  gives: ['queues'],
  sniff(head) {
    const keys = keysOfHead(head)
    const parts = ['queues', 'exchanges', 'bindings', 'policies', 'vhosts', 'users', 'permissions']
    const found = parts.filter((part) => keys.has(part)).length
    if ((keys.has('rabbit_version') || keys.has('rabbitmq_version')) && found > 0) return 1
    return keys.has('queues') && keys.has('exchanges') && keys.has('bindings') ? 0.8 : 0
  },
  async read(source: Source, sink: Sink) {
    await readDocuments(source, sink, 'definitions of RabbitMQ', async (document) => {
      if (!isObject(document) || !Array.isArray(document['queues']))
        throw new UnreadableEvidence(source.name, 'has no list of queues', 'Export the definitions of RabbitMQ again.')
      const { queues, bindings } = await definedRows(document, { source: source.name, broker: '' }, sink)
      await sink.insertRows('broker_queues', queues)
      await sink.insertRows('broker_bindings', bindings)
      sink.gain(queues.length, 'queues')
    })
  },
}

/** Rows of all queues, exchanges and bindings that a document defines. */
async function definedRows(
  document: JsonObject,
  origin: Origin,
  sink: Pick<Sink, 'query' | 'lose'>,
): Promise<{ queues: QueueRow[]; bindings: BindingRow[] }> {
  // A file of one virtual host names it at the top, if at all.
  const only = textOf(document['original_vhost_name'])
  const hostOf = (each: JsonObject): string => textOf(each['vhost']) || only
  const version = textOf(document['rabbitmq_version']) || textOf(document['rabbit_version'])
  const queues = named(document['queues'])
  const exchanges = named(document['exchanges'])
  const bindings = objectsOf(document['bindings'])
  const subjects = [
    ...queues.map((each) => subjectOf(each, hostOf(each))),
    ...exchanges.map((each) => ({ virtualHost: hostOf(each), name: textOf(each['name']), type: 'exchange' })),
  ]
  const hosted = (policies: Policy[]): Policy[] =>
    policies.map((policy) => ({ ...policy, virtualHost: policy.virtualHost || only }))
  const policyOf = await applyPolicies(hosted(policiesOf(document['policies'])), subjects, sink)
  const operatorPolicyOf = await applyPolicies(hosted(operatorPoliciesOf(document['parameters'])), subjects, sink)

  const routes = new Map<string, Routes>()
  for (const virtualHost of new Set([...queues, ...exchanges, ...bindings].map(hostOf))) {
    const here = (each: JsonObject): boolean => hostOf(each) === virtualHost
    routes.set(virtualHost, new Routes(exchanges.filter(here), bindings.filter(here), queues.filter(here)))
  }
  const rows = queues.map((each) => {
    const subject = subjectOf(each, hostOf(each))
    const declared = {
      arguments: each['arguments'],
      policy: policyOf(subject),
      operatorPolicy: operatorPolicyOf(subject),
      type: subject.type,
      version,
    }
    const route = deadLetterRoute(effectiveArguments(declared))
    return queueRow(origin, {
      System: 'rabbitmq',
      VirtualHost: subject.virtualHost,
      Name: subject.name,
      Durable: flagOf(each['durable']),
      AutoDelete: flagOf(each['auto_delete']),
      Exclusive: 0,
      DeadLetterQueues: routes.get(subject.virtualHost)?.deadLetterQueues(subject.name, route),
      ...queueLimits(declared),
    })
  })
  const exchangeRows = exchanges.map((each) => {
    const subject = { virtualHost: hostOf(each), name: textOf(each['name']), type: 'exchange' }
    const held = effectiveArguments({ arguments: each['arguments'], policy: policyOf(subject) })
    return queueRow(origin, {
      System: 'rabbitmq',
      VirtualHost: subject.virtualHost,
      Kind: 'exchange',
      Name: subject.name,
      Durable: flagOf(each['durable']),
      AutoDelete: flagOf(each['auto_delete']),
      DeadLetterTo: textOf(held['alternate-exchange'] ?? held['x-alternate-exchange']),
      Arguments: declaredText({ ...held, type: textOf(each['type']) }),
    })
  })
  return {
    queues: [...rows, ...exchangeRows],
    bindings: [...routes].flatMap(([virtualHost, each]) => each.rows(origin, virtualHost)),
  }
}

function subjectOf(queue: JsonObject, virtualHost: string): Subject {
  const type = textOf(queue['type']) || textOf(objectOf(queue['arguments'])['x-queue-type']) || 'classic'
  return { virtualHost, name: textOf(queue['name']), type }
}

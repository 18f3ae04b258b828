/**
 * What RabbitMQ's management API says of a queue or an exchange at one moment, as a row.
 * What is easily got wrong: a counter that never counted is left out of the answer. Beside others that did count it is 0; where nothing
 * counts at all (statistics may be switched off) it is unknown.
 */
import { countOf, declaredText, flagOf, momentOf, objectOf, textOf, type JsonObject } from '../common/json-values.js'
import { deadLetterRoute, effectiveArguments, queueLimits } from './rabbitmq-arguments.js'
import { notTold, queueRow, type Origin, type QueueRow } from './queue-row.js'
import type { Routes } from './rabbitmq-routes.js'

export interface Observation {
  atMs: number
  /** Version of the server; empty when unknown. */
  version: string
  /** Whether the server counts messages at all. */
  counts: boolean
  /** Bindings of a virtual host, where they are known. */
  routesOf?: (virtualHost: string) => Routes | undefined
}

/** Whether the answers for some queues or exchanges hold counters. */
export const hasCounters = (answers: readonly JsonObject[]): boolean =>
  answers.some((answer) => Object.keys(objectOf(answer['message_stats'])).length > 0)

/** Whether a policy applies whose definition was left out of the answer: a query with `columns=` that does not ask for it. */
export const hidesPolicy = (answer: JsonObject): boolean =>
  !('effective_policy_definition' in answer) &&
  [answer['policy'], answer['operator_policy']].some((policy) => typeof policy === 'string' && policy !== '')

/** The policy that applies to what the API describes. */
const effectivePolicy = (answer: JsonObject): JsonObject => objectOf(answer['effective_policy_definition'])

export function observedQueue(origin: Origin, answer: JsonObject, observation: Observation): QueueRow {
  const { atMs, version, counts } = observation
  const statistics = objectOf(answer['message_stats'])
  const count = (name: string): number | undefined => countOf(statistics[name]) ?? (counts ? 0 : undefined)
  const declared = {
    arguments: answer['arguments'],
    policy: effectivePolicy(answer),
    type: textOf(answer['type']).replace(/^rabbit_(\w+)_queue$/, '$1'),
    version,
  }
  const name = textOf(answer['name'])
  const virtualHost = textOf(answer['vhost'])
  const route = deadLetterRoute(effectiveArguments(declared))
  const oldest = momentOf(answer['head_message_timestamp'])
  return queueRow(origin, {
    System: 'rabbitmq',
    VirtualHost: virtualHost,
    Name: name,
    AtMs: atMs,
    Durable: flagOf(answer['durable']),
    Exclusive: flagOf(answer['exclusive']),
    AutoDelete: flagOf(answer['auto_delete']),
    Consumers: countOf(answer['consumers']),
    Messages: countOf(answer['messages']),
    Ready: countOf(answer['messages_ready']),
    Unacknowledged: countOf(answer['messages_unacknowledged']),
    Published: count('publish'),
    Delivered: count('deliver_get'),
    Acknowledged: count('ack'),
    Redelivered: count('redeliver'),
    Bytes: countOf(answer['message_bytes']),
    OldestAgeMs: oldest > 0 && atMs > 0 ? Math.max(0, atMs - oldest) : undefined,
    DeadLetterQueues: observation.routesOf?.(virtualHost)?.deadLetterQueues(name, route),
    Lag: countOf(answer['messages']),
    ...queueLimits(declared),
    ...(route === undefined && hidesPolicy(answer) && { DeadLetterTo: notTold }),
  })
}

/** An exchange: what came in and what went out to queues. Messages that lead nowhere show as the difference. */
export function observedExchange(origin: Origin, answer: JsonObject, { atMs, counts }: Observation): QueueRow {
  const statistics = objectOf(answer['message_stats'])
  const count = (name: string): number | undefined => countOf(statistics[name]) ?? (counts ? 0 : undefined)
  const held = effectiveArguments({
    arguments: answer['arguments'],
    policy: objectOf(answer['effective_policy_definition'] ?? answer['policy_definition']),
  })
  return queueRow(origin, {
    System: 'rabbitmq',
    VirtualHost: textOf(answer['vhost']),
    Kind: 'exchange',
    Name: textOf(answer['name']),
    AtMs: atMs,
    Durable: flagOf(answer['durable']),
    AutoDelete: flagOf(answer['auto_delete']),
    Published: count('publish_in'),
    Delivered: count('publish_out'),
    // What an exchange cannot route goes to its alternate, if it has one.
    DeadLetterTo: textOf(held['alternate-exchange'] ?? held['x-alternate-exchange']),
    Arguments: declaredText({ ...held, type: textOf(answer['type']) }),
  })
}

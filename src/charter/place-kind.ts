/** What kind of component a place in a charter names, told by its system (`redis://…` is a cache) and by what is declared elsewhere. */
import { fitsDestination } from '../lib/place-pattern.js'
import type { ComponentRow } from '../model/charter.js'

const caches = new Set(['redis', 'rediss', 'valkey', 'memcached'])
const brokers = new Set([
  'kafka',
  'rabbitmq',
  'amqp',
  'amqps',
  'nats',
  'pulsar',
  'rocketmq',
  'activemq',
  'artemis',
  'jms',
  'mqtt',
  'servicebus',
  'eventhubs',
  'eventgrid',
  'gcp_pubsub',
  'aws_sqs',
  'aws_sns',
  'sqs',
  'sns',
])

/** `bare` is what a name without a system is: services have no `://`. */
export function placeKind(
  place: string,
  destinations: readonly string[],
  bare: ComponentRow['kind'] = 'service',
): ComponentRow['kind'] {
  const system = /^([^:/]+):\/\//.exec(place)?.[1]?.toLowerCase()
  if (destinations.some((pattern) => pattern === place || fitsDestination(pattern, place))) return 'destination'
  if (system === undefined) return bare
  if (caches.has(system)) return 'cache'
  return brokers.has(system) ? 'destination' : 'store'
}

/** The queue of orders keeps dead letters, and grows without a limit. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unbounded-queue',
  fault: 'the queue orders.placed has no limit',
  spans() {
    const shop = cleanSystem()
    return shop.spans
  },
  evidence: () => ({
    broker_queues: [
      {
        Broker: 'rabbitmq://broker',
        System: 'rabbitmq',
        Kind: 'queue',
        Name: 'orders.placed',
        AtMs: 1,
        Consumers: 2,
        Messages: 0,
        DeadLetterTo: 'dead',
        DeadLetterQueues: ['orders.dead'],
      },
      {
        Broker: 'rabbitmq://broker',
        System: 'rabbitmq',
        Kind: 'queue',
        Name: 'orders.dead',
        AtMs: 1,
        Consumers: 1,
        Messages: 0,
      },
    ],
  }),
} satisfies Planted

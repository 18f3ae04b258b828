/** The queue of orders has a limit, and no place for what cannot be processed. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'missing-dead-letter',
  fault: 'the queue orders.placed has no dead-letter exchange',
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
        MaxLength: 10_000,
      },
    ],
  }),
} satisfies Planted

/** Forty orders lie among the dead letters, and nobody reads them. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unattended-dead-letter',
  fault: 'nobody reads the dead letters of orders',
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
        DeadLetterTo: 'dead',
        DeadLetterQueues: ['orders.dead'],
      },
      {
        Broker: 'rabbitmq://broker',
        System: 'rabbitmq',
        Kind: 'queue',
        Name: 'orders.dead',
        AtMs: 1,
        Consumers: 0,
        Messages: 40,
      },
    ],
  }),
  proof: 'server',
} satisfies Planted

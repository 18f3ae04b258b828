/**
 * What is wrong with where a queue's dead letters go, in the words that follow its name.
 * What is easily got wrong: without a single binding in the evidence nobody knows which exchange leads to a queue.
 */
import type { Queue } from './queue-places.js'

/** Undefined when nothing is wrong, as far as the evidence tells. */
export function queueFault(queue: Queue, queues: readonly Queue[]): string | undefined {
  if (queue.kind === 'consumer') {
    if (queue.deliveryLimit <= 0)
      return 'has no limit of deliveries: a message that cannot be processed comes again for ever'
    return isUnheard(queue)
      ? `passes a message over after ${queue.deliveryLimit} deliveries, and no stream keeps word of it`
      : undefined
  }
  if (queue.deadLetterTo === '' && queue.deadLetterQueues.length === 0)
    return 'has no dead-letter exchange: what its consumers reject, and what expires, is gone'
  const bindingsKnown = queues.some((each) => each.bindings.length > 0)
  return queue.deadLetterQueues.length === 0 && bindingsKnown
    ? `sends dead letters to ${queue.deadLetterTo}, from where no queue takes them`
    : undefined
}

/** A consumer of JetStream that gives up, of which no stream hears. Somebody may listen without a stream, which no server tells. */
export const isUnheard = (queue: Queue): boolean =>
  queue.kind === 'consumer' && queue.deliveryLimit > 0 && queue.deadLetterTo === ''

/**
 * How the consumers of each queue take messages, as arguments of the queue: the API lists consumers apart.
 * What is easily got wrong: a consumer that acknowledges automatically loses what it fails on, and one without a prefetch limit takes a whole
 * backlog into its memory; neither shows in the queue.
 */
import { countOf, objectOf, objectsOf, textOf, type JsonObject } from '../../common/json-values.js'

interface Consumption {
  /** The largest prefetch of a consumer; 0 where one has no limit. */
  prefetch: number
  automatic: number
}

export function consumersByQueue(answer: unknown): ReadonlyMap<string, Consumption> {
  const found = new Map<string, Consumption>()
  for (const consumer of objectsOf(answer)) {
    const queue = textOf(objectOf(consumer['queue'])['name'])
    const prefetch = countOf(consumer['prefetch_count']) ?? 0
    const before = found.get(queue)
    found.set(queue, {
      prefetch:
        before === undefined
          ? prefetch
          : before.prefetch === 0 || prefetch === 0
            ? 0
            : Math.max(before.prefetch, prefetch),
      automatic: (before?.automatic ?? 0) + (consumer['ack_required'] === false ? 1 : 0),
    })
  }
  return found
}

/** The queue with what its consumers do among its arguments. */
export function withConsumers(queue: JsonObject, consumers: ReadonlyMap<string, Consumption>): JsonObject {
  const consumption = consumers.get(textOf(queue['name']))
  if (!consumption) return queue
  const { prefetch, automatic } = consumption
  const told = { 'consumer-prefetch': prefetch, 'consumers-that-acknowledge-automatically': automatic }
  return { ...queue, arguments: { ...objectOf(queue['arguments']), ...told } }
}

/**
 * What is wrong with where a queue's dead letters go, in the words that follow its name.
 * What is easily got wrong: without a single binding in the evidence nobody knows which exchange leads to a queue.
 */
import type { SurveyRows } from '../../survey/rows.js'
import { deadLettersAreBrokers, queueOf, workQueues, type Flow, type Queue } from './queue-places.js'

type Seen = Pick<SurveyRows, 'brokerQueues' | 'flows'>

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

/** Something that the consumer writes no more often than it fails may be where it puts dead letters. */
export function putsAway(flow: Flow, published: SurveyRows['published']): boolean {
  return published.some(
    (row) =>
      row.destination !== flow.destination &&
      row.producers.includes(flow.consumer) &&
      (row.afterFailure > 0 || (row.caused > 0 && row.messages <= flow.errors)),
  )
}

/** Queues that somebody reads, as far as anybody can tell: a definition alone does not say, and is meant to be read. */
export function judgedQueues({ brokerQueues, flows }: Seen): Queue[] {
  return workQueues(brokerQueues).filter(
    (queue) =>
      (queue.kind === 'consumer' && queue.system === 'nats') ||
      (queue.kind === 'queue' &&
        (queue.observations === 0 ||
          queue.mostConsumers > 0 ||
          queue.delivered > 0 ||
          flows.some((flow) => queueOf(flow, brokerQueues) === queue))),
  )
}

/** Flows of which traces alone can tell. */
export function judgedFlows({ flows, brokerQueues }: Seen): Flow[] {
  return flows.filter(
    (flow) =>
      !deadLettersAreBrokers(flow.system) &&
      flow.system !== '' &&
      flow.processed > 0 &&
      queueOf(flow, brokerQueues) === undefined,
  )
}

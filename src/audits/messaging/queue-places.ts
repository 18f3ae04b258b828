/**
 * Which queue of a broker and which messages of the traces are one place. Traces say where a message was sent (exchange:routing-key),
 * brokers say where it is kept (a queue), and bindings lead from one to the other.
 * What is easily got wrong: one exchange:routing-key may lead to many queues, so a queue is known by the subscription first.
 */
import { placeParts } from '../../lib/place-pattern.js'
import type { Place } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

export type Flow = SurveyRows['flows'][number]
export type Queue = SurveyRows['brokerQueues'][number]

/** `orders.placed` of `kafka://broker/orders.placed`. */
export function nameOf(destination: string): string {
  return placeParts(destination)?.path ?? destination
}

/** Whether words fit a pattern of a topic exchange: `*` is one word, `#` any number of them. Step by step: patterns may be hostile. */
function fitsWords(pattern: readonly string[], words: readonly string[]): boolean {
  // reach[i]: the pattern so far fits the first i words
  let reach = [true, ...words.map(() => false)]
  for (const part of pattern) {
    const next = reach.map(() => false)
    for (let at = 0; at <= words.length; at++) {
      if (part === '#') next[at] = reach[at] === true || (at > 0 && next[at - 1] === true)
      else next[at] = at > 0 && reach[at - 1] === true && (part === '*' || part === words[at - 1])
    }
    reach = next
  }
  return reach[words.length] === true
}

/** Whether what was sent to `exchange:routing-key` goes by a binding `exchange:pattern`. */
export function fitsBinding(binding: string, name: string): boolean {
  const [exchange = '', ...pattern] = binding.split(':')
  const [sentTo = '', ...key] = name.split(':')
  return exchange === sentTo && fitsWords(pattern.join(':').split('.'), key.join(':').split('.'))
}

type Subscribed = Pick<Flow, 'destination' | 'system' | 'subscription' | 'consumer'>

/** The broker's queue, consumer or group that these messages are read from; undefined when the broker does not tell. */
export function queueOf(flow: Subscribed, queues: readonly Queue[]): Queue | undefined {
  const name = nameOf(flow.destination)
  const ofSystem = queues.filter((queue) => queue.system === flow.system)
  const named = ofSystem.find(
    (queue) =>
      ((queue.kind === 'queue' || queue.kind === 'consumer') && queue.name === flow.subscription) ||
      (queue.kind === 'group' && queue.name === flow.subscription && queue.parent === name),
  )
  if (named) return named
  const bound = ofSystem.filter(
    (queue) =>
      (queue.kind === 'queue' &&
        (queue.name === name || queue.bindings.some((binding) => fitsBinding(binding, name)))) ||
      (queue.kind === 'group' && queue.parent === name),
  )
  return bound.length === 1 ? bound[0] : undefined
}

export function placeOfFlow(flow: Pick<Flow, 'destination' | 'consumer'>): Place {
  return { service: flow.consumer, destination: flow.destination }
}

/** A queue's place as traces name it where they know it, else as the broker does. */
export function placeOfQueue(queue: Queue, flows: readonly Flow[], queues: readonly Queue[]): Place {
  const flow = flows.find((each) => queueOf(each, queues) === queue)
  if (flow) return placeOfFlow(flow)
  const host = placeParts(queue.broker)?.host ?? ''
  const name = queue.parent === '' ? queue.name : `${queue.parent}/${queue.name}`
  return { destination: `${queue.system}://${host}/${name}` }
}

/** Those of the broker's queues that hold work for somebody: no dead letters, no replies to one asker, no topics without a reader. */
export function workQueues(queues: readonly Queue[]): Queue[] {
  return queues.filter((queue) => queue.temporary === 0 && queue.deadLetterOf.length === 0)
}

/** Systems whose brokers put dead letters away themselves, out of sight of traces. */
const brokerSide = /^(rabbitmq|aws_sqs|servicebus|gcp_pubsub|nats|activemq|artemis|bullmq|celery|rocketmq|pulsar)$/

export function deadLettersAreBrokers(system: string): boolean {
  return brokerSide.test(system)
}

/** "queue shipping.order-placed (rabbitmq://broker/bookshop:order.placed)": what a sentence calls a queue. */
export function queueText(queue: Queue, place: Place): string {
  const words = { queue: 'queue', consumer: 'consumer', group: 'group', stream: 'stream', topic: 'topic' }
  const kind = words[queue.kind as keyof typeof words] ?? 'queue'
  const name = queue.parent === '' ? queue.name : `${queue.name} of ${queue.parent}`
  return place.service === undefined ? `The ${kind} ${name}` : `The ${kind} ${name} of ${place.service}`
}

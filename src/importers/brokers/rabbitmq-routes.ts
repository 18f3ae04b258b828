/**
 * Where a message goes in one virtual host of RabbitMQ, as far as bindings tell.
 * What is easily got wrong: a dead letter without a key of its own keeps the key that it was published with, so the keys of the queue's
 * own bindings are followed; and an exchange may lead to itself.
 */
import { objectsOf, textOf, type JsonObject } from '../common/json-values.js'
import type { BindingRow, Origin } from './queue-row.js'

interface Binding {
  exchange: string
  key: string
  to: string
  kind: 'queue' | 'exchange'
}

/** Exchanges and bindings of one virtual host. */
export class Routes {
  private readonly kinds = new Map<string, string>()
  private readonly bindings = new Map<string, Binding[]>()
  private readonly keysOfQueue = new Map<string, string[]>()
  private readonly queues: ReadonlySet<string>

  constructor(exchanges: readonly JsonObject[], bindings: readonly JsonObject[], queues: readonly JsonObject[]) {
    this.queues = new Set(queues.map((queue) => textOf(queue['name'])))
    for (const exchange of exchanges) this.kinds.set(textOf(exchange['name']), textOf(exchange['type']))
    for (const each of bindings) {
      const exchange = textOf(each['source'])
      const to = textOf(each['destination'])
      // The default exchange leads to every queue by its name, and need not be told.
      if (exchange === '' || to === '') continue
      const kind = each['destination_type'] === 'exchange' ? 'exchange' : 'queue'
      const key = textOf(each['routing_key'])
      push(this.bindings, exchange, { exchange, key, to, kind })
      if (kind === 'queue') push(this.keysOfQueue, to, key)
    }
  }

  /** Rows of broker_bindings, each once. */
  rows({ source, broker }: Origin, virtualHost: string): BindingRow[] {
    return [...this.bindings.values()].flat().map(({ exchange, key, to, kind }) => ({
      Source: source,
      Broker: broker,
      VirtualHost: virtualHost,
      Exchange: exchange,
      ExchangeKind: this.kinds.get(exchange) ?? '',
      RoutingKey: key,
      Queue: to,
      Kind: kind,
    }))
  }

  /** Queues that dead letters of `queue` arrive in. */
  deadLetterQueues(queue: string, route: { exchange: string; key?: string } | undefined): string[] {
    if (route === undefined) return []
    const keys = route.key === undefined ? [...(this.keysOfQueue.get(queue) ?? []), queue] : [route.key]
    const found = new Set<string>()
    for (const key of keys) this.follow(route.exchange, key, found, new Set())
    // A queue that is bound to the exchange itself is where the message came from.
    if (route.key === undefined) found.delete(queue)
    return [...found].toSorted()
  }

  private follow(exchange: string, key: string, found: Set<string>, seen: Set<string>): void {
    if (exchange === '') {
      if (this.queues.has(key)) found.add(key)
      return
    }
    if (seen.has(exchange)) return
    seen.add(exchange)
    const kind = this.kinds.get(exchange) ?? ''
    for (const binding of this.bindings.get(exchange) ?? []) {
      if (!leads(kind, binding.key, key)) continue
      if (binding.kind === 'queue') found.add(binding.to)
      else this.follow(binding.to, key, found, seen)
    }
  }
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** Headers and exchanges of plug-ins may lead anywhere: whatever is bound to them counts. */
function leads(kind: string, bound: string, key: string): boolean {
  if (kind === 'direct') return bound === key
  return kind === 'topic' ? matchesTopic(bound, key) : true
}

/** Whether a key matches a pattern of words: `*` is one, `#` any number. */
export function matchesTopic(pattern: string, key: string): boolean {
  const split = (text: string): string[] => (text === '' ? [] : text.split('.'))
  const patterns = split(pattern)
  const words = split(key)
  // By how many words each pattern so far may have taken: never backtracks, however hostile the pattern.
  let reached = new Set([0])
  for (const word of patterns) {
    const next = new Set<number>()
    if (word === '#') for (let at = Math.min(...reached, Infinity); at <= words.length; at++) next.add(at)
    else for (const at of reached) if (at < words.length && (word === '*' || words[at] === word)) next.add(at + 1)
    reached = next
    if (reached.size === 0) return false
  }
  return reached.has(words.length)
}

/** Exchanges or queues among definitions or answers: objects with a name. */
export const named = (value: unknown): readonly JsonObject[] =>
  objectsOf(value).filter((each) => typeof each['name'] === 'string')

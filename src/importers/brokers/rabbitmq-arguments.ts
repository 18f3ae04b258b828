/**
 * What holds for a RabbitMQ queue, of its arguments and the policies that apply to it.
 * What is easily got wrong: a queue has one policy and one operator policy, not all that match; of two numbers the smaller holds,
 * of two names the argument. https://www.rabbitmq.com/docs/parameters#operator-policies
 */
import { countOf, declaredText, objectOf, textOf, type JsonObject } from '../common/json-values.js'
import type { QueueRow } from './queue-row.js'

/** What was declared of a queue, wherever. */
export interface Declared {
  arguments: unknown
  /** Definition of the policy that applies, without `x-`. */
  policy?: unknown
  operatorPolicy?: unknown
  /** `classic`, `quorum` or `stream`, where something else than the arguments says so. */
  type?: string
  /** Version of the server; empty when unknown. */
  version?: string
}

const numeric = [
  'max-length',
  'max-length-bytes',
  'max-in-memory-length',
  'max-in-memory-bytes',
  'message-ttl',
  'expires',
  'delivery-limit',
]

/** Everything that holds, by its name as an argument (`x-max-length`). */
export function effectiveArguments({ arguments: own, policy, operatorPolicy }: Declared): JsonObject {
  const held: Record<string, unknown> = { ...objectOf(own) }
  // An operator's word goes before a policy's, an argument before both.
  for (const declared of [objectOf(operatorPolicy), objectOf(policy)]) {
    for (const [name, value] of Object.entries(declared)) {
      const argument = `x-${name}`
      const before = held[argument]
      if (before === undefined) held[argument] = value
      else if (numeric.includes(name) && typeof before === 'number' && typeof value === 'number')
        held[argument] = lower(before, value)
    }
  }
  return held
}

/** A negative limit is none. */
const lower = (one: number, other: number): number => (one < 0 ? other : other < 0 ? one : Math.min(one, other))

const ageUnits: Record<string, number> = {
  Y: 31_536_000_000,
  M: 2_592_000_000,
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
}

/** `7D`, as streams have it, in milliseconds. */
function ageOf(value: unknown): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,9})([YMDhms])$/.exec(textOf(value)) ?? []
  const factor = ageUnits[unit]
  return factor === undefined ? undefined : Number(count) * factor
}

/** Since 4.0 a quorum queue gives a message up after twenty returns unless told otherwise. */
const quorumLimit = 20

type Limits = Pick<
  QueueRow,
  'Kind' | 'DeadLetterTo' | 'MaxLength' | 'MaxBytes' | 'MessageTtlMs' | 'DeliveryLimit' | 'Overflow' | 'Arguments'
>

/** Where the dead letters of a queue go: the exchange and the key; undefined when they are dropped. */
export function deadLetterRoute(held: JsonObject): { exchange: string; key?: string } | undefined {
  const exchange = held['x-dead-letter-exchange']
  if (typeof exchange !== 'string') return undefined
  const key = held['x-dead-letter-routing-key']
  return { exchange: textOf(exchange), ...(typeof key === 'string' && { key: textOf(key) }) }
}

/** The columns of a queue that follow from what was declared. */
export function queueLimits(declared: Declared): Limits {
  const held = effectiveArguments(declared)
  const type = textOf(held['x-queue-type']) || (declared.type ?? '')
  const route = deadLetterRoute(held)
  const limit = (name: string): number => countOf(held[name]) ?? -1
  const major = Number.parseInt(declared.version ?? '', 10)
  const byDefault = type === 'quorum' && major >= 4 && held['x-delivery-limit'] === undefined ? quorumLimit : -1
  return {
    Kind: type === 'stream' ? 'stream' : 'queue',
    // The default exchange leads to the queue that the key names.
    DeadLetterTo: route === undefined ? '' : route.exchange || route.key || '(default exchange)',
    MaxLength: limit('x-max-length'),
    MaxBytes: limit('x-max-length-bytes'),
    MessageTtlMs: ageOf(held['x-max-age']) ?? limit('x-message-ttl'),
    DeliveryLimit: countOf(held['x-delivery-limit']) ?? byDefault,
    Overflow: textOf(held['x-overflow']),
    Arguments: declaredText(type === '' ? held : { ...held, 'x-queue-type': type }),
  }
}

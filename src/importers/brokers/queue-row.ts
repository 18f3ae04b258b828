/**
 * A row of broker_queues, made in JavaScript: few things, each looked at now and then.
 * What is easily got wrong: 0 is an answer and -1 is none. A count that a broker did not give must never become 0, or an audit takes
 * a queue that nobody asked about for an empty one.
 */
export interface QueueRow {
  Source: string
  /** `system://host`, or empty where a file does not say. */
  Broker: string
  System: 'rabbitmq' | 'nats' | 'kafka'
  VirtualHost: string
  Kind: 'queue' | 'exchange' | 'stream' | 'consumer' | 'topic' | 'group'
  Name: string
  Parent: string
  AtMs: number
  Durable: number
  Exclusive: number
  AutoDelete: number
  Consumers: number
  Messages: number
  Ready: number
  Unacknowledged: number
  Published: number
  Delivered: number
  Acknowledged: number
  Redelivered: number
  Bytes: number
  OldestAgeMs: number
  DeadLetterTo: string
  /** Queues that dead letters arrive in, as far as bindings are known; empty when they lead nowhere or nobody can tell. */
  DeadLetterQueues: readonly string[]
  MaxLength: number
  MaxBytes: number
  MessageTtlMs: number
  DeliveryLimit: number
  Overflow: string
  Arguments: string
  Partitions: number
  Lag: number
}

/** `DeadLetterTo` where something takes dead letters or not, and the evidence does not say: no ground for calling them lost. */
export const notTold = '(not told)'

/** A row of broker_bindings. */
export interface BindingRow {
  Source: string
  Broker: string
  VirtualHost: string
  Exchange: string
  ExchangeKind: string
  RoutingKey: string
  Queue: string
  Kind: 'queue' | 'exchange'
}

/** What all rows of one source share. */
export interface Origin {
  /** The file, or the address without its secrets. */
  source: string
  broker: string
}

type Known = Pick<QueueRow, 'System' | 'Kind' | 'Name'> & { [Column in keyof QueueRow]?: QueueRow[Column] | undefined }

/** A row in which everything that is not known says so. Undefined counts as not known. */
export function queueRow({ source, broker }: Origin, known: Known): QueueRow {
  const row: QueueRow = {
    Source: source,
    Broker: broker,
    System: known.System,
    VirtualHost: '',
    Kind: known.Kind,
    Name: known.Name,
    Parent: '',
    AtMs: 0,
    Durable: -1,
    Exclusive: -1,
    AutoDelete: -1,
    Consumers: -1,
    Messages: -1,
    Ready: -1,
    Unacknowledged: -1,
    Published: -1,
    Delivered: -1,
    Acknowledged: -1,
    Redelivered: -1,
    Bytes: -1,
    OldestAgeMs: -1,
    DeadLetterTo: '',
    DeadLetterQueues: [],
    MaxLength: -1,
    MaxBytes: -1,
    MessageTtlMs: -1,
    DeliveryLimit: -1,
    Overflow: '',
    Arguments: '{}',
    Partitions: -1,
    Lag: -1,
  }
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
  return { ...row, ...given }
}

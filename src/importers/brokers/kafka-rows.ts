/**
 * Topics and consumer groups of Kafka as rows, whether a running broker told of them or a saved table.
 * What is easily got wrong: a group that never committed for a partition has no lag there, however long the partition is; and a group reads a
 * topic, so a row is of both.
 */
import { declaredText, textOf, type JsonObject } from '../common/json-values.js'
import { notTold, queueRow, type Origin, type QueueRow } from './queue-row.js'

/** How far a group is in a partition. */
export interface Progress {
  partition: number
  /** Undefined where it never committed. */
  committed?: number
  /** Where the next message will be; undefined when unknown. */
  end?: number
}

export interface GroupSeen {
  group: string
  topic: string
  atMs: number
  progress: readonly Progress[]
  /** Members that read this topic; undefined when unknown. */
  members?: number | undefined
  /** `Stable`, `Empty`, …; empty when unknown. */
  state: string
}

const sum = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((total, each) => total + each, 0)

export function groupRow(origin: Origin, { group, topic, atMs, progress, members, state }: GroupSeen): QueueRow {
  const known = progress.filter((each) => each.committed !== undefined && each.end !== undefined)
  const lag = sum(known.map(({ committed = 0, end = 0 }) => Math.max(0, end - committed)))
  return queueRow(origin, {
    System: 'kafka',
    Kind: 'group',
    Name: group,
    Parent: topic,
    AtMs: atMs,
    Consumers: members,
    Messages: lag,
    Published: sum(progress.flatMap(({ end }) => end ?? [])),
    Acknowledged: sum(progress.flatMap(({ committed }) => committed ?? [])),
    // Kafka has no dead letters of its own: what a consumer does with a message that fails shows nowhere in the broker.
    DeadLetterTo: notTold,
    Partitions: progress.length,
    Lag: lag,
    Arguments: declaredText({
      ...(state !== '' && { state }),
      // Partition, committed and end, for whoever looks at one that stands still among others that move.
      progress: progress
        .toSorted((one, other) => one.partition - other.partition)
        .map(({ partition, committed, end }) => `${partition}:${committed ?? '-'}:${end ?? '-'}`),
    }),
  })
}

export interface TopicSeen {
  topic: string
  atMs: number
  partitions: number
  replicas: number
  /** Offsets of the first message held and of the next one to come, of each partition. */
  held: readonly { first: number; end: number }[]
  configuration: JsonObject
}

/** A limit of Kafka: -1 is none. */
function limitOf(value: unknown): number | undefined {
  const limit = Number(value)
  return value !== undefined && value !== null && Number.isFinite(limit) && limit >= 0 ? limit : undefined
}

export function topicRow(
  origin: Origin,
  { topic, atMs, partitions, replicas, held, configuration }: TopicSeen,
): QueueRow {
  const bytes = limitOf(configuration['retention.bytes'])
  const policy = textOf(configuration['cleanup.policy']) || 'delete'
  const deletes = policy.includes('delete')
  return queueRow(origin, {
    System: 'kafka',
    Kind: 'topic',
    Name: topic,
    AtMs: atMs,
    Durable: 1,
    Messages: sum(held.map(({ first, end }) => Math.max(0, end - first))),
    Published: sum(held.map(({ end }) => end)),
    // The limit holds for each partition.
    MaxBytes: bytes === undefined || !deletes ? undefined : bytes * Math.max(1, partitions),
    MessageTtlMs: deletes ? limitOf(configuration['retention.ms']) : undefined,
    Overflow: policy,
    DeadLetterTo: notTold,
    Partitions: partitions,
    Arguments: declaredText({ ...configuration, replicas }),
  })
}

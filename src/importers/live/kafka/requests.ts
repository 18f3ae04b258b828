/**
 * What Kafka is asked, by the requests that `allowed` lists and no other: nobody but this file gets hold of the client, which could make and
 * delete topics.
 * What is easily got wrong: one group or topic that may not be looked at makes the answer for all of them fail, so each is then asked alone.
 */
import { Admin, ConfigResourceTypes, type ClusterTopicMetadata, type Group } from '@platformatic/kafka'
import type { JsonObject } from '../../common/json-values.js'

export interface Connection {
  hosts: readonly { host: string; port: number }[]
  tls: boolean
  sasl?: { mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; username: string; password: string }
}

export interface GroupState {
  state: string
  /** How many members read which topic; undefined when that cannot be seen. */
  members: ReadonlyMap<string, number> | undefined
}

export interface Kafka {
  /** Partitions of every topic but internal ones. */
  topics(): Promise<ReadonlyMap<string, ClusterTopicMetadata>>
  groups(): Promise<ReadonlyMap<string, GroupState>>
  /** Committed offsets of a group: by topic, partition and offset. Undefined when that may not be seen. */
  committed(groups: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<number, number>>>>
  /** Offsets of each partition at its end, or at its start. */
  offsets(
    topics: ReadonlyMap<string, ClusterTopicMetadata>,
    at: 'start' | 'end',
  ): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>>
  /** Configuration of topics; those that may not be seen are left out. */
  configurations(topics: readonly string[]): Promise<ReadonlyMap<string, JsonObject>>
  close(): Promise<void>
}

/** `denied` is told how many questions were refused for want of rights. */
export function openKafka(
  { hosts, tls, sasl }: Connection,
  timeoutMs: number,
  denied: (questions: number) => void,
): Kafka {
  const admin = new Admin({
    clientId: 'faultline',
    bootstrapBrokers: hosts.map((each) => ({ ...each })),
    autocreateTopics: false,
    connectTimeout: timeoutMs,
    timeout: timeoutMs,
    retries: 1,
    retryDelay: 200,
    ...(tls && { tls: {} }),
    ...(sasl && { sasl }),
  })
  /** Asks for all at once, and for each alone when somebody may not be seen. */
  async function each<Answer>(
    names: readonly string[],
    ask: (names: string[]) => Promise<Answer[]>,
  ): Promise<Answer[]> {
    if (names.length === 0) return []
    try {
      return await ask([...names])
    } catch (error) {
      if (!isDenied(error)) throw error
      if (names.length === 1) {
        denied(1)
        return []
      }
    }
    const answers: Answer[] = []
    for (const name of names) answers.push(...(await each([name], ask)))
    return answers
  }

  return {
    async topics() {
      const names = (await admin.listTopics()).filter((name) => !name.startsWith('__'))
      if (names.length === 0) return new Map()
      const { topics } = await admin.metadata({ topics: names, forceUpdate: true, autocreateTopics: false })
      return topics
    },
    async groups() {
      const groups = [...(await admin.listGroups({})).values()].filter(
        ({ protocolType }) => protocolType === 'consumer' || protocolType === '',
      )
      // Groups of the newer protocol are described by another request.
      const classic = groups.filter(({ groupType }) => groupType?.toLowerCase() !== 'consumer').map(({ id }) => id)
      const described = await each(classic, async (names) => [
        ...(await admin.describeGroups({ groups: names })).values(),
      ])
      const members = new Map(described.map((group) => [group.id, membersByTopic(group)]))
      return new Map(groups.map(({ id, state }) => [id, { state, members: members.get(id) }]))
    },
    async committed(groups) {
      const answers = await each(groups, (names) => admin.listConsumerGroupOffsets({ groups: names }))
      return new Map(
        answers.map(({ groupId, topics }) => [
          groupId,
          new Map(
            topics.map(({ name, partitions }) => [
              name,
              new Map(
                partitions
                  .filter(({ committedOffset }) => committedOffset >= 0n)
                  .map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)]),
              ),
            ]),
          ),
        ]),
      )
    },
    async offsets(topics, at) {
      const timestamp = at === 'end' ? -1n : -2n
      const answers = await each([...topics.keys()], (names) =>
        admin.listOffsets({
          topics: names.map((name) => ({
            name,
            // A partition without a leader cannot be asked.
            partitions: (topics.get(name)?.partitions ?? []).flatMap(({ leader }, partitionIndex) =>
              leader < 0 ? [] : [{ partitionIndex, timestamp }],
            ),
          })),
        }),
      )
      return new Map(
        answers.map(({ name, partitions }) => [
          name,
          new Map(partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)])),
        ]),
      )
    },
    async configurations(topics) {
      const answers = await each(topics, (names) =>
        admin.describeConfigs({
          resources: names.map((resourceName) => ({
            resourceType: ConfigResourceTypes.TOPIC,
            resourceName,
            configurationKeys: configurationKeys.slice(),
          })),
        }),
      )
      return new Map(
        answers.map(({ resourceName, configs }) => [
          resourceName,
          Object.fromEntries(configs.filter((each) => !each.isSensitive).map(({ name, value }) => [name, value])),
        ]),
      )
    },
    close: () => admin.close(),
  }
}

function membersByTopic(group: Group): ReadonlyMap<string, number> {
  const members = new Map<string, number>()
  for (const { assignments } of group.members.values())
    for (const topic of assignments?.keys() ?? []) members.set(topic, (members.get(topic) ?? 0) + 1)
  return members
}

/** What audits may ask of a topic's configuration. */
const configurationKeys = [
  'cleanup.policy',
  'retention.ms',
  'retention.bytes',
  'min.insync.replicas',
  'max.message.bytes',
]

const denials = ['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']

/** Whether the broker said that this user may not ask. */
export const isDenied = (error: unknown): boolean => apiIds(error).some((id) => denials.includes(id))

/** An error and all that it wraps: the library nests them as causes and as lists. */
export function nested(error: unknown, depth = 0): unknown[] {
  if (typeof error !== 'object' || error === null || depth > 10) return []
  const { cause, errors } = error as { cause?: unknown; errors?: unknown }
  const inner = [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
  return [error, ...inner.flatMap((each) => nested(each, depth + 1))]
}

/** Names of the errors of Kafka's protocol among them. */
export const apiIds = (error: unknown): string[] =>
  nested(error).flatMap((each) => {
    const { apiId } = each as { apiId?: unknown }
    return typeof apiId === 'string' ? apiId : []
  })

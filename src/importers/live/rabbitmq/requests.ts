/**
 * All that RabbitMQ's management API is ever asked: this list, by GET.
 * What is easily got wrong: some paths of that API change the broker even by GET in old plug-ins, and `/queues/…/get` takes messages. So a path is
 * built from this list and from nothing else.
 */
export const requests = {
  overview: () => '/api/overview',
  queues: (virtualHost: string, page: number) =>
    `/api/queues/${encodeURIComponent(virtualHost)}?page=${page}&page_size=${pageSize}&columns=${queueColumns.join(',')}`,
  exchanges: (virtualHost: string) => `/api/exchanges/${encodeURIComponent(virtualHost)}`,
  bindings: (virtualHost: string) => `/api/bindings/${encodeURIComponent(virtualHost)}`,
  policies: (virtualHost: string) => `/api/policies/${encodeURIComponent(virtualHost)}`,
  consumers: (virtualHost: string) => `/api/consumers/${encodeURIComponent(virtualHost)}`,
} as const

/** What the list amounts to, for whoever wants to check what was sent. */
export const allowed: readonly RegExp[] = [
  /^\/api\/overview$/,
  /^\/api\/queues\/[^/?]+\?page=\d+&page_size=\d+&columns=[a-z_.,]+$/,
  /^\/api\/(exchanges|bindings|policies|consumers)\/[^/?]+$/,
]

const pageSize = 500

/** What is told of a queue. Left out are details of nodes, memory and connections. */
const queueColumns = [
  'name',
  'vhost',
  'type',
  'durable',
  'exclusive',
  'auto_delete',
  'arguments',
  'effective_policy_definition',
  'consumers',
  'messages',
  'messages_ready',
  'messages_unacknowledged',
  'message_bytes',
  'head_message_timestamp',
  'message_stats.publish',
  'message_stats.deliver_get',
  'message_stats.ack',
  'message_stats.redeliver',
]

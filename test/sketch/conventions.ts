/**
 * The attributes and names that stock OpenTelemetry instrumentations give, in the old and in the stable semantic conventions.
 * Both may be asked for at once (`both`), as `OTEL_SEMCONV_STABILITY_OPT_IN=http/dup` does.
 */
import type { AttributeValue, SpanKind } from './span.js'

export type Convention = 'stable' | 'old' | 'both'
export type Pairs = [key: string, value: AttributeValue | undefined][]

export interface Address {
  host: string
  port: number
}

export interface HttpCall extends Address {
  method: string
  /** Template, `/books/{id}`; undefined when the instrumentation knows none. */
  route: string | undefined
  path: string
  statusCode: number | undefined
  resendCount: number | undefined
}

function pick(convention: Convention, stable: Pairs, old: Pairs): Pairs {
  if (convention === 'both') return [...stable, ...old]
  return convention === 'stable' ? stable : old
}

function urlOf(call: HttpCall): string {
  return `http://${/^[\w.-]+$/.test(call.host) ? call.host : encodeURIComponent(call.host)}:${call.port}${call.path}`
}

export function httpClient(call: HttpCall, convention: Convention): Pairs {
  return pick(
    convention,
    [
      ['http.request.method', call.method],
      ['url.full', urlOf(call)],
      ['server.address', call.host],
      ['server.port', call.port],
      ['http.response.status_code', call.statusCode],
      ['http.request.resend_count', call.resendCount],
      ['network.protocol.version', '1.1'],
    ],
    [
      ['http.method', call.method],
      ['http.url', urlOf(call)],
      ['http.target', call.path],
      ['net.peer.name', call.host],
      ['net.peer.port', call.port],
      ['http.status_code', call.statusCode],
      ['http.resend_count', call.resendCount],
      ['http.flavor', '1.1'],
    ],
  )
}

export function httpServer(call: HttpCall, convention: Convention): Pairs {
  return pick(
    convention,
    [
      ['http.request.method', call.method],
      ['url.scheme', 'http'],
      ['url.path', call.path],
      ['server.address', call.host],
      ['server.port', call.port],
      ['http.route', call.route],
      ['http.response.status_code', call.statusCode],
      ['network.protocol.version', '1.1'],
    ],
    [
      ['http.method', call.method],
      ['http.scheme', 'http'],
      ['http.target', call.path],
      ['http.host', `${call.host}:${call.port}`],
      ['net.host.name', call.host],
      ['net.host.port', call.port],
      ['http.route', call.route],
      ['http.status_code', call.statusCode],
      ['http.flavor', '1.1'],
    ],
  )
}

const grpcStatusNames = new Map([
  [0, 'OK'],
  [2, 'UNKNOWN'],
  [4, 'DEADLINE_EXCEEDED'],
  [13, 'INTERNAL'],
  [14, 'UNAVAILABLE'],
])

/** `operation` is `package.Service/Method`; `status` undefined when no answer came. */
export function grpc(
  operation: string,
  address: Address,
  status: number | undefined,
  kind: SpanKind,
  convention: Convention,
): Pairs {
  const slash = operation.lastIndexOf('/')
  const names = kind === 'client' ? ['net.peer.name', 'net.peer.port'] : ['net.host.name', 'net.host.port']
  return pick(
    convention,
    [
      ['rpc.system.name', 'grpc'],
      ['rpc.method', operation],
      ['server.address', address.host],
      ['server.port', address.port],
      ['rpc.response.status_code', status === undefined ? undefined : (grpcStatusNames.get(status) ?? String(status))],
    ],
    [
      ['rpc.system', 'grpc'],
      ['rpc.service', operation.slice(0, slash)],
      // The two conventions give this key different values; where both are written, the stable one stands.
      ['rpc.method', convention === 'both' ? operation : operation.slice(slash + 1)],
      [names[0] ?? '', address.host],
      [names[1] ?? '', address.port],
      ['rpc.grpc.status_code', status],
    ],
  )
}

export interface StoreCall extends Address {
  system: string
  namespace: string
  statement: string
  operation: string
  collection: string | undefined
}

const oldSystemNames = new Map([
  ['microsoft.sql_server', 'mssql'],
  ['aws.dynamodb', 'dynamodb'],
])

export function store(call: StoreCall, convention: Convention): Pairs {
  const redis = call.system === 'redis'
  const oldCollectionKey = call.system === 'mongodb' ? 'db.mongodb.collection' : 'db.sql.table'
  const namespace = call.namespace === '' ? undefined : call.namespace
  return pick(
    convention,
    [
      ['db.system.name', call.system],
      ['db.namespace', namespace],
      ['db.query.text', call.statement],
      ['db.operation.name', call.operation],
      ['db.collection.name', call.collection],
      ['server.address', call.host],
      ['server.port', call.port],
    ],
    [
      ['db.system', oldSystemNames.get(call.system) ?? call.system],
      [redis ? 'db.redis.database_index' : 'db.name', redis && namespace !== undefined ? Number(namespace) : namespace],
      ['db.statement', call.statement],
      ['db.operation', call.operation],
      [oldCollectionKey, call.collection],
      ['net.peer.name', call.host],
      ['net.peer.port', call.port],
    ],
  )
}

export interface MessageStep extends Address {
  system: string
  destination: string
  operation: 'send' | 'receive' | 'process'
  messageId: string | undefined
  conversationId: string | undefined
  group: string | undefined
  partition: string | undefined
  offset: number | undefined
  key: string | undefined
}

export function messaging(step: MessageStep, convention: Convention): Pairs {
  const kafka = step.system === 'kafka'
  const oldOperations = { send: 'publish', receive: 'receive', process: 'process' }
  return pick(
    convention,
    [
      ['messaging.system', step.system],
      ['messaging.destination.name', step.destination],
      ['messaging.operation.type', step.operation],
      ['messaging.operation.name', oldOperations[step.operation]],
      ['messaging.message.id', step.messageId],
      ['messaging.message.conversation_id', step.conversationId],
      ['messaging.consumer.group.name', step.group],
      ['messaging.destination.partition.id', step.partition],
      ['messaging.kafka.offset', kafka ? step.offset : undefined],
      [kafka ? 'messaging.kafka.message.key' : 'messaging.rabbitmq.destination.routing_key', step.key],
      ['server.address', step.host],
      ['server.port', step.port],
    ],
    [
      ['messaging.system', step.system],
      ['messaging.destination', step.destination],
      ['messaging.destination_kind', kafka ? 'topic' : 'queue'],
      ['messaging.operation', oldOperations[step.operation]],
      ['messaging.message_id', step.messageId],
      ['messaging.conversation_id', step.conversationId],
      ['messaging.kafka.consumer.group', step.group],
      ['messaging.kafka.destination.partition', step.partition],
      ['messaging.kafka.message.offset', kafka ? step.offset : undefined],
      [kafka ? 'messaging.kafka.message.key' : 'messaging.rabbitmq.routing_key', step.key],
      ['net.peer.name', step.host],
      ['net.peer.port', step.port],
    ],
  )
}

export function messagingName(
  destination: string,
  operation: MessageStep['operation'],
  convention: Convention,
): string {
  const verb = operation === 'send' ? 'publish' : operation
  return convention === 'old' ? `${destination} ${verb}` : `${verb} ${destination}`
}

const scopeNames: Record<string, string> = {
  http: '@opentelemetry/instrumentation-http',
  grpc: '@opentelemetry/instrumentation-grpc',
  postgresql: '@opentelemetry/instrumentation-pg',
  mysql: '@opentelemetry/instrumentation-mysql2',
  mongodb: '@opentelemetry/instrumentation-mongodb',
  redis: '@opentelemetry/instrumentation-ioredis',
  rabbitmq: '@opentelemetry/instrumentation-amqplib',
  kafka: '@opentelemetry/instrumentation-kafkajs',
}

export function scopeOf(system: string): { name: string; version: string } {
  return { name: scopeNames[system] ?? 'bookshop', version: '1.0.0' }
}

const defaultPorts: Record<string, number> = {
  postgresql: 5432,
  mysql: 3306,
  mongodb: 27017,
  redis: 6379,
  memcached: 11211,
  rabbitmq: 5672,
  kafka: 9092,
}

/** `postgresql://pg-main:5432/shop`; the path may be empty, and the host may hold anything but `/` and `:`. */
export function parseAddress(url: string): Address & { system: string; path: string } {
  const match = /^([\w.]+):\/\/([^/]*?)(?::(\d+))?(?:\/(.*))?$/s.exec(url)
  if (!match) throw new Error(`${url} is no address of the form system://host:port/name`)
  const system = match[1] ?? ''
  return { system, host: match[2] ?? '', port: Number(match[3] ?? defaultPorts[system] ?? 80), path: match[4] ?? '' }
}

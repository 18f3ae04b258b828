/**
 * OpenTracing's tags under the names that OpenTelemetry gives them, as SQL.
 * Only what the survey would not find by itself is added, the tags stay, and an attribute that the source has is never written over.
 */

/** Tags that a tracer or the Collector wrote only because its format has no field for them: columns hold them now. */
export const columnTags = [
  'span.kind',
  'otel.status_code',
  'otel.status_description',
  'otel.scope.name',
  'otel.scope.version',
  'otel.library.name',
  'otel.library.version',
  'w3c.tracestate',
] as const

/** A name to add, unless any of `unless` is there, with the SQL of its value ('' for none). */
export interface DerivedAttribute {
  name: string
  unless: readonly string[]
  value: string
}

export const quoted = (words: readonly string[]): string => `[${words.map((word) => `'${word}'`).join(', ')}]`

/** SQL: an array of (name, value) pairs to add to attributes whose names are in the array `names`. */
export function derivedPairs(derived: readonly DerivedAttribute[], names: string): string {
  const pairs = derived.map(
    ({ name, unless, value }) => `('${name}', if(hasAny(${names}, ${quoted([name, ...unless])}), '', ${value}))`,
  )
  return `arrayFilter(pair -> pair.2 != '', [${pairs.join(', ')}])`
}

const databases: readonly [pattern: string, system: string][] = [
  ['postgres|^pg$', 'postgresql'],
  ['mariadb', 'mariadb'],
  ['mysql', 'mysql'],
  ['sqlserver|mssql|jtds', 'mssql'],
  ['oracle', 'oracle'],
  ['cockroach', 'cockroachdb'],
  ['sqlite', 'sqlite'],
  ['clickhouse', 'clickhouse'],
  ['db2', 'db2'],
  ['cassandra', 'cassandra'],
  ['mongo', 'mongodb'],
  ['redis|jedis|lettuce', 'redis'],
  ['memcached', 'memcached'],
  ['elastic', 'elasticsearch'],
]

const brokers: readonly [pattern: string, system: string][] = [
  ['kafka', 'kafka'],
  ['rabbit|amqp', 'rabbitmq'],
  ['sqs', 'aws_sqs'],
  ['pulsar', 'pulsar'],
  ['nats', 'nats'],
  ['activemq|jms', 'activemq'],
]

function named(systems: readonly [string, string][], text: string): string {
  return `multiIf(${systems.map(([pattern, system]) => `match(${text}, '${pattern}'), '${system}'`).join(', ')}, '')`
}

/** SQL: the database system that a free text (a component, a peer, a JDBC address) truly names, or ''. */
export function databaseNamed(text: string): string {
  return named(databases, `lower(${text})`)
}

/** SQL: the broker that a free text names, or ''. */
export function brokerNamed(text: string): string {
  return named(brokers, `lower(${text})`)
}

/** SQL of the columns that `openTracingAttributes` works on. `tag` gives the SQL of a tag's text, '' where it is missing. */
export function openTracingColumns(tag: (name: string) => string): string {
  const scheme = (name: string): string => `extract(${tag(name)}, '^[a-z:0-9]+://')`
  // The scheme of `jdbc:mysql://db-main:3306/shop` names the system; `sql` itself does not.
  return `lower(${tag('db.type')}) AS db_type,
    lower(concat(${tag('component')}, ' ', ${tag('peer.service')})) AS peer_hint,
    if(db_type IN ('sql', 'database', 'db'), lower(concat(${tag('component')}, ' ', ${scheme('db.instance')}, ' ', ${scheme('peer.address')}, ' ', ${tag('peer.service')})), db_type) AS db_hint,
    replaceRegexpOne(replaceRegexpOne(${tag('peer.address')}, '^[a-zA-Z:0-9+]+://', ''), '[/?;].*$', '') AS peer_address`
}

/** What to add, on top of `openTracingColumns`. */
export function openTracingAttributes(tag: (name: string) => string): DerivedAttribute[] {
  const host = `extract(peer_address, '^(\\\\[[0-9a-fA-F:.]+\\\\]|[^:\\\\[\\\\]]+)(?::[0-9]+)?$')`
  const isLiteral = `(isIPv4String(${host}) OR startsWith(${host}, '['))`
  const ipv4 = tag('peer.ipv4')
  const known = named(databases, 'db_hint')
  return [
    {
      name: 'db.system',
      unless: ['db.system.name'],
      value: `multiIf(db_type = '', '', db_type IN ('sql', 'database', 'db'), ${known}, coalesce(nullIf(${known}, ''), db_type))`,
    },
    { name: 'db.name', unless: ['db.namespace'], value: tag('db.instance') },
    { name: 'messaging.destination', unless: ['messaging.destination.name'], value: tag('message_bus.destination') },
    {
      name: 'messaging.system',
      unless: [],
      value: `if(${tag('message_bus.destination')} = '', '', ${named(brokers, 'peer_hint')})`,
    },
    {
      name: 'net.peer.name',
      unless: ['server.address'],
      value: `multiIf(${tag('peer.hostname')} != '', ${tag('peer.hostname')}, ${isLiteral}, '', ${host})`,
    },
    {
      name: 'network.peer.address',
      unless: ['net.sock.peer.addr'],
      value: `multiIf(match(${ipv4}, '^[0-9]{1,10}$'), IPv4NumToString(toUInt32(toUInt64OrZero(${ipv4}))), ${ipv4} != '', ${ipv4},
        ${tag('peer.ipv6')} != '', ${tag('peer.ipv6')}, ${isLiteral}, trim(BOTH '[]' FROM ${host}), '')`,
    },
    {
      name: 'net.peer.port',
      unless: ['server.port', 'network.peer.port'],
      value: `if(${tag('peer.port')} != '', ${tag('peer.port')}, extract(peer_address, '[^:]:([0-9]+)$'))`,
    },
  ]
}

/** SQL: Ok, Error or Unset of `otel.status_code`, else of `failed` (a condition over the older `error` tag). */
export function statusOf(code: string, failed: string): string {
  return `multiIf(upper(${code}) = 'ERROR', 'Error', upper(${code}) = 'OK', 'Ok', upper(${code}) = 'UNSET', 'Unset', ${failed}, 'Error', 'Unset')`
}

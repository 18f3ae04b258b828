/** The address within a connection string of a catalogue as a place: `jdbc:postgresql://user:secret@pg-orders:5432/orders?ssl=1`. */
const systems: Readonly<Partial<Record<string, string>>> = {
  postgres: 'postgresql',
  postgresql: 'postgresql',
  mysql: 'mysql',
  mariadb: 'mariadb',
  mongodb: 'mongodb',
  redis: 'redis',
  rediss: 'redis',
  valkey: 'valkey',
  memcached: 'memcached',
  amqp: 'rabbitmq',
  amqps: 'rabbitmq',
  kafka: 'kafka',
  nats: 'nats',
}

/** Blank for what is no address of a store or broker. Who may log in is left out: it is nobody's business here. */
export function placeOfUrl(text: string): string {
  const match = /^(?:jdbc:)?([a-z][a-z+.-]*):\/\/(?:[^/?#]*@)?([\w.-]+)(?::(\d+))?(?:\/([\w.-]*))?(?:[?#]|$)/i.exec(
    text,
  )
  const system = systems[match?.[1]?.toLowerCase() ?? '']
  if (!match || system === undefined) return ''
  const [, , host = '', port, path = ''] = match
  return `${system}://${host}${port === undefined ? '' : `:${port}`}${path === '' ? '' : `/${path}`}`
}

/**
 * What Zipkin's tracers put into tags and endpoints, under the names that OpenTelemetry gives it, as SQL.
 * An endpoint's addresses are what the kernel saw, not what was configured, so they never become `server.address`.
 */
import { brokerNamed, databaseNamed, type DerivedAttribute } from './opentracing.js'

/** Tags that the Collector's Zipkin exporter took from the resource of a span. */
export const resourceTags =
  '^(service\\\\.(namespace|version|instance\\\\.id)$|(telemetry|host|k8s|container|process|deployment|cloud|os|device|faas|aws\\\\.(ecs|eks|log))\\\\.)'

/** Links, as the same exporter writes them: `trace id|span id|tracestate|attributes as JSON|dropped`. */
export const linkTags = '^otlp\\\\.link\\\\.[0-9]+$'

/** `tag` gives the SQL of a tag's text, '' where it is missing; `remote` names the endpoint of the other side. */
export function zipkinAttributes(tag: (name: string) => string, remote: string): DerivedAttribute[] {
  const first = (...texts: string[]): string =>
    `multiIf(${texts.map((text) => `${text} != '', ${text}`).join(', ')}, '')`
  const kafka = tag('kafka.topic')
  const jms = first(tag('jms.queue'), tag('jms.topic'))
  // The default exchange has no name and routes by the queue's name.
  const rabbit = first(tag('rabbit.exchange'), tag('rabbit.routing_key'), tag('rabbit.queue'))
  const statement = first(tag('sql.query'), tag('cassandra.query'))
  return [
    { name: 'db.statement', unless: ['db.query.text'], value: statement },
    {
      name: 'db.system',
      unless: ['db.system.name'],
      value: `multiIf(${first(tag('cassandra.query'), tag('cassandra.keyspace'))} != '', 'cassandra',
        ${first(tag('mongodb.command'), tag('mongodb.collection'))} != '', 'mongodb', ${tag('sql.query')} != '', if(${databaseNamed(`${remote}.serviceName`)} = '', 'other_sql', ${databaseNamed(`${remote}.serviceName`)}), '')`,
    },
    { name: 'db.name', unless: ['db.namespace'], value: tag('cassandra.keyspace') },
    { name: 'db.mongodb.collection', unless: ['db.collection.name'], value: tag('mongodb.collection') },
    { name: 'db.operation', unless: ['db.operation.name'], value: tag('mongodb.command') },
    { name: 'http.target', unless: ['url.path'], value: tag('http.path') },
    { name: 'messaging.destination', unless: ['messaging.destination.name'], value: first(kafka, jms, rabbit) },
    {
      name: 'messaging.system',
      unless: [],
      value: `multiIf(${kafka} != '', 'kafka', ${rabbit} != '', 'rabbitmq', ${jms} != '',
        if(${brokerNamed(`${remote}.serviceName`)} = '', 'jms', ${brokerNamed(`${remote}.serviceName`)}), '')`,
    },
    { name: 'messaging.kafka.message.key', unless: [], value: tag('kafka.key') },
    {
      name: 'messaging.kafka.destination.partition',
      unless: ['messaging.destination.partition.id'],
      value: tag('kafka.partition'),
    },
    { name: 'messaging.kafka.message.offset', unless: ['messaging.kafka.offset'], value: tag('kafka.offset') },
    { name: 'messaging.rabbitmq.destination.routing_key', unless: [], value: tag('rabbit.routing_key') },
    { name: 'peer.service', unless: ['service.peer.name'], value: `${remote}.serviceName` },
    { name: 'network.peer.address', unless: ['net.sock.peer.addr'], value: first(`${remote}.ipv4`, `${remote}.ipv6`) },
    {
      name: 'net.peer.port',
      unless: ['server.port', 'network.peer.port'],
      value: `if(${remote}.port = '0', '', ${remote}.port)`,
    },
  ]
}

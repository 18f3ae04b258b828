/**
 * A running Kafka: `kafka://host:9092[,host:9092]`, `kafka+tls://user:password@host:9093?sasl=scram-sha-512`.
 * What is easily got wrong: the client library takes long to load, so it is loaded only when there is an address to ask.
 */
import type { LiveImporter } from '../../model/importer.js'

export const kafka: LiveImporter = {
  id: 'kafka',
  title: 'Kafka',
  spec: 'https://kafka.apache.org/protocol.html',
  schemes: ['kafka', 'kafka+tls'],
  gives: ['queues'],
  permissions: 'Describe on all topics and groups, and DescribeConfigs on all topics; no Read, no Write, no Alter',
  read: async (...question) => (await import('./kafka/read.js')).readKafka(...question),
}

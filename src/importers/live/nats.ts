/**
 * A running NATS with JetStream: `nats://user:password@host:4222`, `nats+tls://…`.
 * What is easily got wrong: the client library is loaded only when there is an address to ask, for every other run would wait for it.
 */
import type { LiveImporter } from '../../model/importer.js'
import { allowed } from './nats/allowed.js'

export const nats: LiveImporter = {
  id: 'nats',
  title: 'NATS JetStream',
  spec: 'https://docs.nats.io/reference/reference-protocols/nats_api_reference',
  schemes: ['nats', 'nats+tls'],
  gives: ['queues'],
  permissions: `a user that may publish to ${allowed.join(', ')} and subscribe to _INBOX.>`,
  read: async (...question) => (await import('./nats/read.js')).readNats(...question),
}

/**
 * All that NATS JetStream is ever asked: three requests, none of which changes anything or takes a message.
 * What is easily got wrong: the manager of the client library could make and delete streams; nobody but this file gets hold of it.
 */
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { JsonObject } from '../../common/json-values.js'

export interface Jetstream {
  streams(): Promise<JsonObject[]>
  consumers(stream: string): Promise<JsonObject[]>
}

/** No account holds as many streams or consumers by design; a server that lists more is not believed. */
const most = 100_000

/** Asks whether there is JetStream for this account at all, and rejects with the library's error when there is none. */
export async function openJetstream(
  connection: NatsConnection,
  timeoutMs: number,
  domain?: string,
): Promise<Jetstream> {
  const manager = await jetstreamManager(connection, {
    timeout: timeoutMs,
    checkAPI: true,
    ...(domain !== undefined && { domain }),
  })
  return {
    streams: () => all(manager.streams.list()),
    consumers: (stream) => all(manager.consumers.list(stream)),
  }
}

async function all(pages: AsyncIterable<object>): Promise<JsonObject[]> {
  const found: JsonObject[] = []
  for await (const each of pages) {
    if (found.push(each as JsonObject) >= most) break
  }
  return found
}

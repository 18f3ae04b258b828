/**
 * The transactional outbox of the mended shop: a request writes its event beside its data in one transaction, and this relay
 * publishes later. Each pass is a span of its own, so that its queries do not begin traces.
 */
import { trace } from '@opentelemetry/api'
import type { Channel } from 'amqplib'
import type { Pool, PoolClient } from 'pg'
import { publish } from './broker'
import { transaction } from './stores'

interface Row {
  id: number
  routing_key: string
  body: unknown
  message_id: string
}

export async function remember(client: PoolClient, key: string, body: unknown, messageId: string): Promise<void> {
  await client.query('INSERT INTO outbox (routing_key, body, message_id) VALUES ($1, $2, $3)', [
    key,
    JSON.stringify(body),
    messageId,
  ])
}

async function pass(pool: Pool, channel: Channel): Promise<void> {
  await transaction(pool, async (client) => {
    const { rows } = await client.query<Row>(
      'SELECT id, routing_key, body, message_id FROM outbox WHERE sent IS NULL ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED',
    )
    if (rows.length === 0) return
    for (const row of rows) publish(channel, row.routing_key, row.body, row.message_id)
    await client.query('UPDATE outbox SET sent = now() WHERE id = ANY($1)', [rows.map((row) => row.id)])
  })
}

/** Every 600 ms until the process ends. */
export function relay(pool: Pool, channel: Channel): void {
  // a timer that is set in a span remembers it: without `root` all passes would be one endless trace
  const again = (): void => {
    trace.getTracer('outbox').startActiveSpan('relay outbox', { root: true }, (span) => {
      pass(pool, channel)
        .catch(() => undefined)
        .finally(() => {
          span.end()
          setTimeout(again, 600)
        })
    })
  }
  again()
}

/** How an order is placed: with its event in one transaction, or with events after it that may be lost, doubled or far too many. */
import type { Channel } from 'amqplib'
import type { Pool } from 'pg'
import { planted } from '../variant'
import { publish } from '../platform/broker'
import { ask } from '../platform/http'
import { remember } from '../platform/outbox'
import { transaction } from '../platform/stores'

async function insert(pool: Pool, reader: string, books: number[]): Promise<string> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      "INSERT INTO orders (reader_id, state) VALUES ($1, 'new') RETURNING id",
      [reader],
    )
    const id = String(rows[0]?.id)
    await client.query('INSERT INTO order_lines (order_id, book_id) SELECT $1, unnest($2::int[])', [id, books])
    if (!planted('dual-write')) await remember(client, 'order.placed', { id, reader, books }, `order-${id}`)
    return id
  })
}

/** Every layer retries: three times here, four times in the payments service. */
async function pay(order: string): Promise<boolean> {
  const attempts = planted('retry-storm') ? 3 : 1
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      const answer = await ask<{ paid: boolean }>('payments', 'POST', '/charges', {
        body: { order },
        timeoutMs: planted('missing-timeout') ? undefined : 6000,
      })
      return answer.paid
    } catch {
      // the next attempt, or an order that waits for its money
    }
  }
  return false
}

/** What the flawed shop sends after the transaction; a crash in between loses all of it. */
function announce(channel: Channel, id: string, reader: string, books: number[]): void {
  publish(channel, 'order.placed', { id, reader, books }, `order-${id}`)
  // no confirm in time, so once more: the same message under the same id
  if (planted('duplicate-processing') && Number(id) % 6 === 0)
    publish(channel, 'order.placed', { id, reader, books }, `order-${id}`)
  const copies = planted('chatty-events') ? [...books, ...books.slice(0, 6)] : []
  for (const [line, book] of copies.entries()) publish(channel, 'order.line', { id, book }, `line-${id}-${line}`)
  if (planted('orphan-destination')) publish(channel, 'order.archived', { id }, `archived-${id}`)
}

export async function place(pool: Pool, channel: Channel, reader: string, books: number[]): Promise<unknown> {
  await ask('stock', 'POST', '/reservations', { body: { books }, timeoutMs: planted('deep-chain') ? undefined : 5000 })
  const id = await insert(pool, reader, books)
  const paid = await pay(id)
  if (paid && !planted('shared-table')) await pool.query("UPDATE orders SET state = 'paid' WHERE id = $1", [id])
  if (planted('dual-write')) announce(channel, id, reader, books)
  return { id, paid }
}

/** Orders: the service in which most of the shop's promises are kept or broken. */
import type { Channel } from 'amqplib'
import { planted } from '../variant'
import { channelTo, subscribe, publish } from '../platform/broker'
import { pause, queryText, serve } from '../platform/http'
import { relay } from '../platform/outbox'
import { database } from '../platform/stores'
import { deliveryDay } from './orders-delivery'
import { place } from './orders-placing'

const shared = planted('shared-table')
const shop = shared ? database('pg-shop', 'bookshop_shop') : database('pg-orders', 'bookshop_orders')

async function ofReader(channel: Channel, reader: string): Promise<unknown> {
  await pause(80)
  if (planted('sync-over-async')) await deliveryDay(channel)
  return (
    await shop.query<object>('SELECT id, state FROM orders WHERE reader_id = $1 ORDER BY id DESC LIMIT 5', [reader])
  ).rows
}

async function start(): Promise<void> {
  const channel = await channelTo()
  if (!planted('dual-write')) relay(shop, channel)
  // shipping tells orders, orders tells shipping: events that go round
  if (planted('event-cycle')) {
    await subscribe<{ id: string }>(channel, { queue: 'orders.parcel-sent', key: 'parcel.sent' }, async ({ id }) => {
      publish(channel, 'order.changed', { id, state: 'sent' }, `changed-${id}`)
      await pause(3)
    })
  }
  serve('orders', {
    'POST /orders': async (request) => {
      const { reader, books } = request.body as { reader: string; books: number[] }
      await pause(10)
      return place(shop, channel, reader, books)
    },
    'GET /orders': async (request) => ofReader(channel, queryText(request, 'email').replaceAll(/\D/g, '')),
    'GET /readers/:id/orders': async (request) => ofReader(channel, request.params.id ?? '0'),
    'GET /readers/:id/orders/count': async (request) => {
      await pause(4)
      return (await shop.query<object>('SELECT count(*) FROM orders WHERE reader_id = $1', [request.params.id])).rows
    },
    'GET /books/:id/open-orders': async (request) => {
      await pause(4)
      return (
        await shop.query<object>(
          "SELECT count(*) FROM order_lines JOIN orders ON orders.id = order_id WHERE book_id = $1 AND state = 'new'",
          [request.params.id],
        )
      ).rows
    },
  })
}
void start()

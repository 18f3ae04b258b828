/** Parcels for orders, and what sending one costs. */
import { planted } from '../variant'
import { channelTo, publish, subscribe } from '../platform/broker'
import { pause, serve } from '../platform/http'
import { relay, remember } from '../platform/outbox'
import { database, transaction } from '../platform/stores'

interface Order {
  id: string
  reader: string
  books: number[]
}

const parcels = database('pg-shipping', 'bookshop_shipping')

async function send({ id, reader, books }: Order): Promise<void> {
  await pause(8)
  // a parcel with this many heavy books cannot be labelled
  if (books.includes(13)) throw new Error('the parcel is too heavy')
  await transaction(parcels, async (client) => {
    await client.query('INSERT INTO parcels (order_id, reader_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, reader])
    if (!planted('dual-write')) await remember(client, 'parcel.sent', { id, reader }, `parcel-${id}`)
  })
}

async function start(): Promise<void> {
  // several at once, and they overtake each other
  const channel = await channelTo(planted('broken-ordering') ? 8 : 1)
  if (!planted('dual-write')) relay(parcels, channel)
  await subscribe<Order>(
    channel,
    { queue: 'shipping.order-placed', key: 'order.placed', dead: true },
    async (order) => {
      if (planted('broken-ordering')) await pause(Math.random() * 700)
      await send(order)
      if (planted('dual-write'))
        publish(channel, 'parcel.sent', { id: order.id, reader: order.reader }, `parcel-${order.id}`)
    },
  )
  if (planted('event-cycle'))
    await subscribe(channel, { queue: 'shipping.order-changed', key: 'order.changed' }, async () => pause(4))
  if (planted('sync-over-async')) {
    await subscribe(channel, { queue: 'shipping.delivery-asked', key: 'delivery.asked' }, async (_, message) => {
      await pause(30)
      channel.sendToQueue(String(message.properties.replyTo), Buffer.from('{}'), {
        correlationId: String(message.properties.correlationId),
      })
    })
  }
  serve('shipping', {
    'GET /postage': async () => {
      await pause(7)
      return [1, 2, 3, 4].map((zone) => ({ zone, cents: 100 * zone }))
    },
  })
}
void start()

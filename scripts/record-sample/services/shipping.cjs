/** Sends parcels for orders; the context of the order arrives with the message. */
const { broker, database } = require('../bookshop.cjs')

const parcels = database('pg-shipping', 'bookshop_parcels')

async function start() {
  const channel = await broker()
  await channel.assertQueue('bookshop.orders.placed', { durable: false })
  await channel.consume('bookshop.orders.placed', async (message) => {
    if (!message) return
    const { id } = JSON.parse(message.content.toString())
    await parcels.query('INSERT INTO parcels (order_id) VALUES ($1) ON CONFLICT DO NOTHING', [id])
    channel.sendToQueue('bookshop.parcels.sent', Buffer.from(JSON.stringify({ id })), { messageId: `parcel-${id}` })
    channel.ack(message)
  })
  process.send?.('ready')
}
start()

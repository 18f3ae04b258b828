/** Orders. Keeps its tables beside those of the stock service, writes to both, retries payments, and publishes after it has committed. */
const { ask, broker, database, pause, serve } = require('../bookshop.cjs')

const shop = database('pg-shop', 'bookshop_shop')
let asked = 0

async function start() {
  const channel = await broker()
  await channel.assertQueue('bookshop.orders.placed', { durable: false })
  serve('orders', {
    'GET /customers': async () => {
      await pause(60)
      return (await shop.query('SELECT id, state FROM orders ORDER BY id DESC LIMIT 5')).rows
    },
    'POST /orders': async () => {
      const book = 1 + ((asked++ * 7) % 200)
      await ask('stock', 'POST', `/stock/${book}/reservations`)
      // Every layer retries: three times here, four times in the payments service.
      let paid = false
      for (let attempt = 0; attempt < 3 && !paid; attempt++) {
        paid = await ask('payments', 'POST', '/charges').then(
          () => true,
          () => false,
        )
      }
      if (!paid) {
        await shop.query('UPDATE stock_levels SET reserved = reserved - 1 WHERE book_id = $1', [book])
        throw new Error('not paid')
      }
      const { rows } = await shop.query('INSERT INTO orders (book_id, state) VALUES ($1, $2) RETURNING id', [
        book,
        'paid',
      ])
      // Two writes without an outbox: a crash between them loses the event.
      const id = String(rows[0].id)
      channel.sendToQueue('bookshop.orders.placed', Buffer.from(JSON.stringify({ id, book })), {
        messageId: `order-${id}`,
      })
      return { id }
    },
  })
}
start()

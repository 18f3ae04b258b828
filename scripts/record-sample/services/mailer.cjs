/** Writes letters. Its queue is filled by a bridge that forwards bodies without headers: the context is lost on the way. */
const { broker, pause } = require('../bookshop.cjs')

async function start() {
  const channel = await broker()
  await channel.assertQueue('bookshop.letters.due', { durable: false })
  await channel.consume('bookshop.letters.due', async (message) => {
    if (!message) return
    await pause(12)
    channel.ack(message)
  })
  process.send?.('ready')
}
start()

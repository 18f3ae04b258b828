/** Charges cards at a provider that is often overloaded and sometimes does not answer at all. */
import { planted } from '../variant'
import { Breaker } from '../platform/breaker'
import { ask, pause, serve } from '../platform/http'
import { provider } from '../platform/network'
import { database } from '../platform/stores'

/** The flawed shop has one database for money and orders, and both services write its orders. */
const money = planted('shared-table')
  ? database('pg-shop', 'bookshop_shop')
  : database('pg-payments', 'bookshop_payments')
const breaker = new Breaker(3, 3000)
const { port } = provider

async function charge(order: string): Promise<void> {
  const once = () =>
    ask('provider', 'POST', `/v1/charges?order=${order}`, {
      host: provider.host,
      port,
      timeoutMs: planted('missing-timeout') ? undefined : 1500,
    })
  if (!planted('missing-circuit-breaker')) {
    await breaker.call(once)
    return
  }
  // again at once, and again, while every layer above does the same
  const attempts = planted('retry-storm') ? 4 : 1
  for (let attempt = 1; ; attempt++) {
    try {
      await once()
      return
    } catch (error) {
      if (attempt >= attempts) throw error
    }
  }
}

/** Money of the day. A provider that stalls holds this for as long as it likes, unless it is told when to stop. */
async function settle(batch: string): Promise<unknown> {
  const send = () =>
    ask('provider', 'POST', `/v1/settlements?batch=${batch}`, {
      host: provider.host,
      port,
      timeoutMs: planted('missing-timeout') ? undefined : 1500,
    })
  if (planted('missing-timeout')) await send()
  else await send().catch(send)
  await money.query('INSERT INTO settlements (batch) VALUES ($1)', [batch])
  return {}
}

serve('payments', {
  'POST /charges': async (request) => {
    const { order } = request.body as { order: string }
    await pause(6)
    try {
      await charge(order)
    } catch (error) {
      // the mended shop takes the order and collects the money later
      if (planted('missing-circuit-breaker')) throw error
      await money.query("INSERT INTO charges (order_id, state) VALUES ($1, 'pending') ON CONFLICT DO NOTHING", [order])
      return { paid: false }
    }
    if (planted('shared-table')) await money.query("UPDATE orders SET state = 'paid' WHERE id = $1", [order])
    else await money.query('INSERT INTO charges (order_id) VALUES ($1) ON CONFLICT DO NOTHING', [order])
    return { paid: true }
  },
  'POST /settlements/:batch': async (request) => {
    await pause(10)
    return settle(request.params.batch ?? '')
  },
})

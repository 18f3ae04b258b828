/** Letters to readers and alerts to booksellers. */
import { trace } from '@opentelemetry/api'
import { planted } from '../variant'
import { channelTo, subscribe } from '../platform/broker'
import { pause, serve } from '../platform/http'
import { database } from '../platform/stores'

const letters = database('pg-notifications', 'bookshop_notifications')

/** The flawed shop names spans after orders, and writes a second letter when a message comes twice. */
async function write(kind: string, id: string): Promise<void> {
  await trace
    .getTracer('letters')
    .startActiveSpan(
      planted('unbounded-span-names') ? `write ${kind} letter ${id}` : `write ${kind} letter`,
      async (span) => {
        await pause(8)
        if (planted('non-idempotent-consumer'))
          await letters.query('INSERT INTO letters (kind, order_id) VALUES ($1, $2)', [kind, id])
        else
          await letters.query('INSERT INTO unique_letters (kind, order_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
            kind,
            id,
          ])
        span.end()
      },
    )
}

async function start(): Promise<void> {
  const channel = await channelTo(4)
  await subscribe<{ id: string }>(channel, { queue: 'notifications.order-placed', key: 'order.placed' }, ({ id }) =>
    write('order', id),
  )
  // a bridge in the flawed shop carries parcels here, and drops their headers on the way
  const parcels = planted('unlinked-consumer')
    ? { queue: 'notifications.letters-due', key: 'letter.due' }
    : { queue: 'notifications.parcel-sent', key: 'parcel.sent' }
  await subscribe<{ id: string }>(channel, parcels, ({ id }) => write('parcel', id))
  if (planted('chatty-events'))
    await subscribe(channel, { queue: 'notifications.order-line', key: 'order.line' }, async () => pause(1))
  // alerts that nobody reads within a fifth of a second are gone in the flawed shop
  const alerts = await channelTo(1)
  await subscribe(
    alerts,
    { queue: 'notifications.stock-low', key: 'stock.low', ttlMs: planted('lost-message') ? 200 : undefined },
    async () => pause(planted('lost-message') ? 900 : 5),
  )
  serve('notifications', {
    'GET /readers/:id/letters': async (request) => {
      await pause(60)
      const table = planted('non-idempotent-consumer') ? 'letters' : 'unique_letters'
      return (
        await letters.query<object>(`SELECT kind, order_id FROM ${table} WHERE order_id = $1`, [request.params.id])
      ).rows
    },
  })
}
void start()

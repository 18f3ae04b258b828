/** How many of each book are left. */
import { trace } from '@opentelemetry/api'
import { planted } from '../variant'
import { channelTo, publish } from '../platform/broker'
import { ask, pause, serve } from '../platform/http'
import { cache, database, jittered } from '../platform/stores'

const levels = database('pg-stock', 'bookshop_stock')
const seen = cache('redis-stock')
let alerts = 0

async function level(book: string): Promise<unknown> {
  const cached = await seen.get(`level:${book}`).catch(() => null)
  if (cached !== null) return { left: Number(cached) }
  const { rows } = await levels.query<{ quantity: number }>('SELECT quantity FROM stock_levels WHERE book_id = $1', [
    book,
  ])
  const left = rows[0]?.quantity ?? 0
  await seen.set(`level:${book}`, left, 'EX', planted('missing-invalidation') ? 600 : jittered(40)).catch(() => null)
  return { left }
}

/** The flawed shop asks the one who is asking, and the catalogue, before it believes an order. */
async function reserve(books: number[]): Promise<unknown> {
  const [first = 1] = books
  if (planted('call-cycle')) await ask('orders', 'GET', `/books/${first}/open-orders`)
  if (planted('deep-chain')) await ask('catalogue', 'GET', `/weights/${first}`)
  await levels.query('UPDATE stock_levels SET quantity = quantity - 1 WHERE book_id = ANY($1)', [books])
  // who reads the level within ten minutes reads the old one in the flawed shop
  if (!planted('missing-invalidation')) await seen.del(...books.map((book) => `level:${book}`)).catch(() => 0)
  return {}
}

async function start(): Promise<void> {
  const channel = await channelTo()

  /** The night watch: what is low, and what is new. */
  const watch = async (): Promise<void> => {
    await ask('catalogue', 'GET', '/arrivals', { timeoutMs: 4000 })
    const { rows } = await levels.query<{ book_id: number }>(
      'SELECT book_id FROM stock_levels WHERE quantity < 12 ORDER BY book_id LIMIT 2',
    )
    for (const row of rows) publish(channel, 'stock.low', { book: row.book_id }, `low-${(alerts += 1)}`)
  }
  const again = (): void => {
    const ended = (): void => void setTimeout(again, planted('broken-root') ? 7000 : 800)
    if (planted('broken-root'))
      watch()
        .catch(() => undefined)
        .finally(ended)
    else
      trace.getTracer('stock').startActiveSpan('watch stock', { root: true }, (span) => {
        watch()
          .catch(() => undefined)
          .finally(() => {
            span.end()
            ended()
          })
      })
  }
  setTimeout(again, 5000)

  serve('stock', {
    'GET /pickup-points': async () => {
      await pause(6)
      return [1, 2, 3, 4, 5].map((id) => ({ id, name: `Corner ${id}` }))
    },
    'GET /levels/:book': async (request) => {
      await pause(25)
      return level(request.params.book ?? '')
    },
    'POST /reservations': async (request) => {
      await pause(6)
      return reserve((request.body as { books: number[] }).books)
    },
  })
}
void start()

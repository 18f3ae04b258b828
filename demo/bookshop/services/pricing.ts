/** What a book costs, over gRPC. */
import { planted } from '../variant'
import { ask, pause } from '../platform/http'
import { servePrices, type Price } from '../platform/rpc'
import { cache, database, jittered } from '../platform/stores'

const prices = database('pg-pricing', 'bookshop_pricing')
const cached = cache('redis-pricing')

async function fromDatabase(book: number): Promise<Price> {
  const { rows } = await prices.query<Price>('SELECT cents FROM prices WHERE book_id = $1', [book])
  return rows[0] ?? { cents: 0 }
}

/** When the cache is down the flawed shop is down as well. */
async function priceOf(book: number): Promise<Price> {
  const key = `price:${book}`
  const reading = cached.get(key)
  const found = await (planted('hard-cache-dependency') ? reading : reading.catch(() => null))
  if (found !== null) return { cents: Number(found) }
  const fresh = await fromDatabase(book)
  await cached.set(key, fresh.cents, 'EX', planted('synchronised-expiry') ? 40 : jittered(120)).catch(() => null)
  return fresh
}

/** Fills the cache before the shop opens: all keys with one time to live expire together. */
async function warm(): Promise<void> {
  await pause(300)
  const { rows } = await prices.query<{ book_id: number; cents: number }>(
    'SELECT book_id, cents FROM prices WHERE book_id <= 200',
  )
  for (const row of rows)
    await cached
      .set(`price:${row.book_id}`, row.cents, 'EX', planted('synchronised-expiry') ? 40 : jittered(120))
      .catch(() => null)
}

/** Books from abroad are priced by their customs tariff, slowly in the flawed shop: their callers have left long before. */
async function quote(book: number): Promise<Price> {
  await pause(8)
  if (book % 6 === 5) await pause(planted('timeout-inversion') ? 450 : 20)
  return priceOf(book)
}

async function start(): Promise<void> {
  await warm()
  servePrices({
    Quote: async ({ book = 0 }) => ({ prices: [await quote(book)] }),
    LinePrice: async ({ book = 0 }) => {
      await pause(25)
      return { prices: [await fromDatabase(book)] }
    },
    NetPrice: async ({ book = 0 }) => {
      // the price of delivery is part of it in the flawed shop
      await ask('shipping', 'GET', '/postage')
      return { prices: [await fromDatabase(book)] }
    },
    QuoteMany: async ({ books = [] }) => {
      await pause(14)
      const { rows } = await prices.query<Price>('SELECT cents FROM prices WHERE book_id = ANY($1)', [books])
      return { prices: rows }
    },
    Promotions: async () => {
      await ask('shipping', 'GET', '/postage')
      return { prices: [] }
    },
  })
}
void start()

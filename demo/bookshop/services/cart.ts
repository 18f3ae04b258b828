/** Baskets, kept in Redis. The flawed shop traces that Redis by hand, and says little. */
import { planted } from '../variant'
import { ask, pause, serve } from '../platform/http'
import { ports } from '../platform/network'
import { price } from '../platform/rpc'
import { cache } from '../platform/stores'
import { byHand } from './cart-tracing'

const baskets = cache('redis-cart')
const traced = planted('unusable-attributes')
  ? byHand
  : <Result>(_: string, work: () => Promise<Result>): Promise<Result> => work()
const key = (reader: string): string => `cart:${reader}`

/** One call a line, or one for the whole basket. */
async function priced(books: number[]): Promise<unknown> {
  if (!planted('n-plus-one-call')) return price('QuoteMany', { books }, 4000)
  const lines: unknown[] = []
  for (const book of books) lines.push(await price('LinePrice', { book }))
  return lines
}

async function lines(reader: string): Promise<number[]> {
  const found = await traced('read basket', () => baskets.hgetall(key(reader)))
  return Object.keys(found).map(Number).slice(0, 10)
}

serve('cart', {
  'GET /carts/:reader/count': async (request) => ({
    count: await traced('count basket', () => baskets.hlen(key(request.params.reader ?? ''))),
  }),
  'GET /carts/:reader/lines': async (request) => {
    await pause(5)
    return { books: await lines(request.params.reader ?? '') }
  },
  'GET /carts/:reader': async (request) => {
    await pause(6)
    return { lines: await priced(await lines(request.params.reader ?? '')) }
  },
  'POST /carts/:reader/items': async (request) => {
    const { book } = request.body as { book: number }
    const reader = request.params.reader ?? ''
    await pause(30)
    const where = planted('hard-coded-endpoint') ? { host: '127.0.0.1', port: ports.stock } : { timeoutMs: 4000 }
    const left = await ask('stock', 'GET', `/levels/${book}`, where)
    await traced('fill basket', () => baskets.hset(key(reader), String(book), 1))
    if (!planted('missing-ttl')) await traced('keep basket', () => baskets.expire(key(reader), 86_400))
    return left
  },
})

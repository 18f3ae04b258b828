/** The shop's pages: everything a shopper sees is asked together here. */
import { planted } from '../variant'
import { ask, pause, serve } from '../platform/http'
import { farCatalogue } from '../platform/network'
import { price } from '../platform/rpc'
import { cache, jittered } from '../platform/stores'

interface Book {
  title: string
}

/** Everything in the mended shop is given time, and less of it the further down a call is made. */
const patience = { timeoutMs: 8000 }
const pages = planted('stacked-caches') ? cache('redis-storefront') : undefined
const ignore = (): undefined => undefined

/** Header and footer. In the flawed shop they need half of the system before any page can be shown. */
async function layout(reader: string): Promise<void> {
  if (!planted('distributed-monolith')) {
    await pause(5)
    return
  }
  await Promise.all([
    ask('catalogue', 'GET', `/navigation?reader=${reader}`).catch(ignore),
    price('Promotions', {}).catch(ignore),
    ask('stock', 'GET', '/pickup-points').catch(ignore),
    ask('cart', 'GET', `/carts/${reader}/count`).catch(ignore),
    ask('orders', 'GET', `/readers/${reader}/orders/count`).catch(ignore),
  ])
}

/** Five shelves; three calls a shelf, or one call for all. */
async function frontPage(): Promise<unknown> {
  if (!planted('chatty-pair')) return ask('catalogue', 'GET', '/front-page', patience)
  const parts = [1, 2, 3, 4, 5].flatMap((shelf) => [
    `/shelves/${shelf}`,
    `/shelves/${shelf}/cover`,
    `/shelves/${shelf}/count`,
  ])
  return Promise.all(parts.map((part) => ask('catalogue', 'GET', part)))
}

/** The catalogue caches books already; a second cache over it only adds its staleness. */
async function book(id: string): Promise<Book> {
  if (!pages) return ask<Book>('catalogue', 'GET', `/books/${id}`, patience)
  const cached = await pages.get(`page:book:${id}`)
  if (cached !== null) return JSON.parse(cached) as Book
  const found = await ask<Book>('catalogue', 'GET', `/books/${id}`)
  await pages.set(`page:book:${id}`, JSON.stringify(found), 'EX', jittered(20))
  return found
}

/** Imported books need up to half a second; who gives up before that throws the work away. */
function quote(id: string): Promise<unknown> {
  return price('Quote', { book: Number(id) }, planted('timeout-inversion') ? 150 : 8000).catch(ignore)
}

/** Four answers that do not need each other. */
async function account(reader: string): Promise<unknown> {
  const whom = planted('sensitive-data')
    ? `/orders?email=reader${reader}@bookmail.example`
    : `/readers/${reader}/orders`
  const letters = planted('lost-context') ? { onlyHeaders: ['accept'] } : patience
  const parts = [
    () => ask('orders', 'GET', whom, patience),
    () => ask('reviews', 'GET', `/readers/${reader}/reviews`, patience),
    () => ask('notifications', 'GET', `/readers/${reader}/letters`, letters),
    () => ask('loyalty', 'GET', `/readers/${reader}/points`, patience),
  ]
  if (!planted('serial-fan-out')) return Promise.all(parts.map((part) => part()))
  const answers: unknown[] = []
  for (const part of parts) answers.push(await part())
  return answers
}

async function checkout(reader: string): Promise<unknown> {
  const { books } = await ask<{ books: number[] }>('cart', 'GET', `/carts/${reader}/lines`, patience)
  const order = { body: { reader, books } }
  if (planted('pass-through-service')) return ask('checkout', 'POST', '/checkouts', order)
  return ask('orders', 'POST', '/orders', { ...order, timeoutMs: 15_000 })
}

const page =
  (content: (params: Record<string, string>, query: Record<string, unknown>) => Promise<unknown>) =>
  async (request: {
    params: Record<string, string>
    query: Record<string, unknown>
    header(name: string): string | undefined
  }) => {
    const [found] = await Promise.all([
      content(request.params, request.query),
      layout(request.header('x-reader') ?? '0'),
    ])
    // templates
    await pause(60)
    return found
  }
const readerOf = (query: Record<string, unknown>): string => (typeof query.reader === 'string' ? query.reader : '0')

serve('storefront', {
  'GET /': page(() => frontPage()),
  'GET /books/:id': page(async ({ id = '' }) => {
    const [found, stars] = await Promise.all([
      book(id),
      ask('reviews', 'GET', `/books/${id}/stars`, patience).catch(ignore),
      quote(id),
    ])
    return { found, stars }
  }),
  'GET /search': page((_, { q }) => {
    const line = planted('network-tax') ? farCatalogue : patience
    return ask('catalogue', 'GET', `/search?q=${String(q)}`, line)
  }),
  'GET /cart': page((_, query) => ask('cart', 'GET', `/carts/${readerOf(query)}`, patience)),
  'POST /cart/items': page((_, { reader, book: id }) =>
    ask('cart', 'POST', `/carts/${String(reader)}/items`, { ...patience, body: { book: Number(id) } }),
  ),
  'POST /checkout': page((_, query) => checkout(readerOf(query))),
  'GET /account/:reader': page(({ reader = '' }) => account(reader)),
  'GET /authors/:id': page(({ id = '' }) => ask('catalogue', 'GET', `/authors/${id}/books`, patience)),
  'GET /sale': page(() => ask('catalogue', 'GET', '/sale', patience)),
  'GET /opening-hours': page(() => pause(8)),
})

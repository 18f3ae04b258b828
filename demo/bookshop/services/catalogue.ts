/** Books and where they stand; a cache in front of its own database. */
import { planted } from '../variant'
import { channelTo, publish } from '../platform/broker'
import { pause, queryText, serve } from '../platform/http'
import { price } from '../platform/rpc'
import { cache, database, jittered } from '../platform/stores'
import { bestsellers, settings } from './catalogue-cache'

const books = database('pg-catalogue', 'bookshop_catalogue', 25)
const shelf = cache('redis-catalogue')
let views = 0

/** Read through the cache: what it holds goes stale, so the mended shop lets it expire, each key at its own time. */
async function book(id: string): Promise<unknown> {
  const key = `book:${id}`
  const cached = await shelf.get(key).catch(() => null)
  if (cached !== null) return JSON.parse(cached)
  const { rows } = await books.query<object>('SELECT id, title, author_id, blurb FROM books WHERE id = $1', [id])
  const value = JSON.stringify(rows[0] ?? {})
  if (planted('missing-ttl')) await shelf.set(key, value)
  else await shelf.set(key, value, 'EX', jittered(600)).catch(() => null)
  return rows[0]
}

/** Each reader has a menu of their own in the flawed shop's cache, so it is hardly ever found there. */
async function navigation(reader: string): Promise<unknown> {
  const key = planted('low-hit-ratio') ? `menu:${reader}:${Math.floor(Math.random() * 1e6)}` : 'menu'
  const cached = await shelf.get(key)
  if (cached !== null) return JSON.parse(cached)
  const { rows } = await books.query<object>('SELECT id, name FROM sections ORDER BY id')
  await shelf.set(key, JSON.stringify(rows), 'EX', 45)
  return rows
}

/** One statement a book, or one for all of them. */
async function ofAuthor(author: string): Promise<unknown> {
  if (!planted('n-plus-one-query')) {
    const { rows } = await books.query<object>(
      'SELECT books.id, edition, isbn FROM books JOIN indexed_editions ON book_id = books.id WHERE author_id = $1',
      [author],
    )
    return rows
  }
  const { rows } = await books.query<{ id: number }>('SELECT id FROM books WHERE author_id = $1 ORDER BY id LIMIT 18', [
    author,
  ])
  for (const { id } of rows)
    await books.query('SELECT edition, isbn FROM editions WHERE book_id = $1 ORDER BY edition DESC LIMIT 3', [id])
  return rows
}

/** Searches are cached by their words, which few other shoppers will use. */
async function search(words: string): Promise<unknown> {
  const cached = planted('one-hit-wonders') ? await shelf.get(`search:${words}`) : null
  if (cached !== null) return JSON.parse(cached)
  const { rows } = await books.query<object>('SELECT id, title FROM books WHERE title LIKE $1 ORDER BY id LIMIT 20', [
    `%${words.slice(0, 3)}%`,
  ])
  if (planted('one-hit-wonders')) await shelf.set(`search:${words}`, JSON.stringify(rows), 'EX', 60)
  return rows
}

async function start(): Promise<void> {
  const channel = await channelTo()
  if (planted('oversized-value')) {
    const { rows } = await books.query<object>('SELECT id, title, blurb FROM books, generate_series(1, 6)')
    await shelf.set('catalogue:export', JSON.stringify(rows), 'EX', 3600)
  }
  serve('catalogue', {
    'GET /books/:id': async (request) => {
      const { id = '' } = request.params
      await Promise.all([settings(shelf), pause(6)])
      // who counts views in the cache writes it more than anybody reads it
      if (planted('write-heavy-cache')) await shelf.set(`views:${id}`, (views += 1), 'EX', 300)
      if (planted('shared-cache')) await shelf.get(`stars:${id}`)
      publish(channel, 'book.viewed', { id }, `view-${process.pid}-${(views += 1)}`)
      return book(id)
    },
    'GET /navigation': async (request) => {
      await settings(shelf)
      return navigation(queryText(request, 'reader'))
    },
    'GET /front-page': async () => {
      await pause(12)
      return (await books.query<object>('SELECT section_id, count(*) AS books FROM books GROUP BY section_id')).rows
    },
    'GET /shelves/:id': () => pause(120),
    'GET /shelves/:id/cover': () => pause(120),
    'GET /shelves/:id/count': () => pause(120),
    'GET /authors/:id/books': async (request) => {
      await pause(8)
      return ofAuthor(request.params.id ?? '')
    },
    'GET /search': async (request) => {
      await pause(15)
      return search(queryText(request, 'q'))
    },
    'GET /sale': async () => {
      await pause(20)
      return bestsellers(shelf, books)
    },
    // what a parcel weighs depends on the book's price in the flawed shop: the insured value
    'GET /weights/:id': async (request) => {
      await pause(4)
      await price('NetPrice', { book: Number(request.params.id) })
      return (await books.query<object>('SELECT weight FROM books WHERE id = $1', [request.params.id])).rows
    },
    'GET /arrivals': async () => {
      await pause(70)
      return (await books.query<object>('SELECT id FROM books ORDER BY id DESC LIMIT 5')).rows
    },
  })
}
void start()

/** Books and authors; a cache in front of its own database. The list of an author's books asks the database once a book. */
const Redis = require('ioredis')
const { database, pause, serve } = require('../bookshop.cjs')

const books = database('pg-catalogue', 'bookshop_catalogue')
const cache = new Redis({ host: 'redis-catalogue', port: 6379, keyPrefix: 'bookshop:' })

serve('catalogue', {
  'GET /books/:id': async (request) => {
    const key = `book:${request.params.id}`
    const cached = await cache.get(key)
    if (cached) return JSON.parse(cached)
    const { rows } = await books.query('SELECT id, title, author_id FROM books WHERE id = $1', [request.params.id])
    await cache.set(key, JSON.stringify(rows[0] ?? {}), 'EX', 300)
    return rows[0]
  },
  // One statement a book, on a column without an index.
  'GET /authors/:id/books': async (request) => {
    const client = await books.connect()
    try {
      const { rows } = await client.query('SELECT id FROM books WHERE author_id = $1 ORDER BY id LIMIT 18', [
        request.params.id,
      ])
      for (const { id } of rows) await client.query(`SELECT edition, isbn FROM editions WHERE book_id = ${id}`)
      return rows
    } finally {
      client.release()
    }
  },
  'GET /categories': () => pause(6),
  'GET /shelves/:id': () => pause(5),
  'GET /shelves/:id/cover': () => pause(4),
  'GET /shelves/:id/count': () => pause(3),
  'GET /readers/:id/wishes': async (request) => {
    await pause(70)
    return (await books.query('SELECT book_id FROM wishes WHERE reader_id = $1', [request.params.id])).rows
  },
})

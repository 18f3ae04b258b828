/** What readers think, and how often a book is looked at. */
import { planted } from '../variant'
import { channelTo, subscribe } from '../platform/broker'
import { pause, serve } from '../platform/http'
import { cache, database } from '../platform/stores'

/** In the flawed shop it moved in with the catalogue. */
const reviews = planted('shared-database')
  ? database('pg-catalogue', 'bookshop_catalogue')
  : database('pg-reviews', 'bookshop_reviews')
const foreign = planted('shared-cache') ? cache('redis-catalogue') : undefined

async function stars(book: string): Promise<unknown> {
  const { rows } = await reviews.query<{ stars: string }>(
    'SELECT avg(stars) AS stars FROM reviews WHERE book_id = $1',
    [book],
  )
  if (foreign) await foreign.set(`stars:${book}`, rows[0]?.stars ?? '0', 'EX', 120)
  return rows[0]
}

async function start(): Promise<void> {
  const channel = await channelTo(1)
  // slower than books are looked at: the queue only grows
  await subscribe<{ id: string }>(channel, { queue: 'reviews.book-viewed', key: 'book.viewed' }, async () =>
    pause(planted('growing-lag') ? 1800 : 4),
  )
  serve('reviews', {
    'GET /books/:id/stars': async (request) => {
      await pause(30)
      return stars(request.params.id ?? '')
    },
    'GET /readers/:id/reviews': async (request) => {
      await pause(90)
      return (
        await reviews.query<object>('SELECT book_id, stars FROM reviews WHERE reader_id = $1', [request.params.id])
      ).rows
    },
  })
}
void start()

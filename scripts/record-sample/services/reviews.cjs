/** What readers think; well behaved, but asked far too often by the recommendations page. */
const { database, pause, serve } = require('../bookshop.cjs')

const reviews = database('pg-reviews', 'bookshop_reviews')

serve('reviews', {
  'GET /books/:id/rating': async (request) => {
    await pause(26)
    return (await reviews.query('SELECT avg(stars) AS stars FROM reviews WHERE book_id = $1', [request.params.id])).rows
  },
  'GET /readers/:id/reviews': async (request) => {
    await pause(80)
    return (await reviews.query('SELECT book_id, stars FROM reviews WHERE reader_id = $1', [request.params.id])).rows
  },
})

/** What lies on the shelves. Its table is also written by the orders service. */
const { database, pause, serve } = require('../bookshop.cjs')

const shop = database('pg-shop', 'bookshop_shop')

serve('stock', {
  'POST /stock/:id/reservations': async (request) => {
    await pause(5)
    await shop.query('UPDATE stock_levels SET reserved = reserved + 1 WHERE book_id = $1', [request.params.id])
    return {}
  },
  'GET /pickup-points': () => pause(55),
})

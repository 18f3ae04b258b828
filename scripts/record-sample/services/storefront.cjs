/** The shop's pages. Three of them are badly made on purpose: many small calls, one call a book, and one after another. */
const { ask, pause, serve } = require('../bookshop.cjs')

serve('storefront', {
  'GET /books/:id': async (request) => {
    await pause(4)
    return { book: await ask('catalogue', 'GET', `/books/${request.params.id}`) }
  },
  'GET /authors/:id': async (request) => ({
    books: await ask('catalogue', 'GET', `/authors/${request.params.id}/books`),
  }),
  // Chatty: three calls a shelf, when one could bring the page.
  'GET /home': async () => {
    await ask('catalogue', 'GET', '/categories')
    await Promise.all(
      [1, 2, 3, 4, 5].map(async (shelf) => {
        await ask('catalogue', 'GET', `/shelves/${shelf}`)
        await ask('catalogue', 'GET', `/shelves/${shelf}/cover`)
        await ask('catalogue', 'GET', `/shelves/${shelf}/count`)
      }),
    )
    return {}
  },
  // One call a book, one after another.
  'GET /recommendations': async () => {
    for (let book = 1; book <= 12; book++) await ask('reviews', 'GET', `/books/${book}/rating`)
    return {}
  },
  // Four answers that do not need each other, fetched in turn.
  'GET /account/:id': async (request) => {
    const reader = request.params.id
    await ask('orders', 'GET', `/customers?email=reader${reader}@bookshop.example`)
    await ask('reviews', 'GET', `/readers/${reader}/reviews`)
    await ask('catalogue', 'GET', `/readers/${reader}/wishes`)
    await ask('stock', 'GET', '/pickup-points')
    return {}
  },
  'POST /orders': async () => ({ order: await ask('orders', 'POST', '/orders', { timeoutMs: 20000 }) }),
})

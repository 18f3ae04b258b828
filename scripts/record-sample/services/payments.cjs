/** Charges cards at a provider that often fails, and tries again at once, four times. */
const { ask, database, providerPort, serve } = require('../bookshop.cjs')

const payments = database('pg-payments', 'bookshop_payments')

serve('payments', {
  'POST /charges': async () => {
    for (let attempt = 1; attempt <= 4; attempt++) {
      try {
        await ask('api.paybook.example', 'POST', '/v1/charges', { port: providerPort })
        await payments.query('INSERT INTO charges (attempts) VALUES ($1)', [attempt])
        return {}
      } catch (error) {
        if (attempt === 4) throw error
      }
    }
  },
})

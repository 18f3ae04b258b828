/** Spans that lack what audits need, and spans that only seem to. Exact rows, reckoned by hand. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('counts what is missing, and not what cannot exist', async () => {
  const shop = sketch('coverage')
  shop.trace((trace) =>
    trace.server('shop', 'GET /books', {}, (s) => {
      s.query('postgresql://pg:5432/shop', 'SELECT 1')
      s.query('postgresql://pg:5432/shop', 'SELECT 1', { without: ['server.*'] })
      s.query('postgresql://pg:5432/shop', 'SELECT 1', { without: ['db.namespace', 'db.query.text'] })
      // opening a connection runs no statement
      s.query('postgresql://pg:5432/shop', '', {
        name: 'pg-pool.connect',
        without: ['db.namespace', 'db.query.text', 'db.operation.name'],
      })
      // a file in the process has no address
      s.query('sqlite://file:1/books', 'SELECT 1', { without: ['server.*'] })
      s.call('stock', 'GET /stock', {})
      s.call('stock', 'GET /stock', { error: 'ETIMEDOUT' })
      s.call('stock', 'GET /stock', { without: ['http.response.status_code'] })
      s.publish('kafka://broker:9092/orders').consume('parcels', { by: 'none' })
      s.publish('kafka://broker:9092/orders', { without: ['messaging.destination.name'] })
      s.publish('kafka://broker:9092/orders', { messageId: 'm' }).consume('parcels', { by: 'none' })
      s.publish('kafka://broker:9092/orders').consume('parcels', { by: 'link' })
    }),
  )
  const { attributeCoverage } = await survey(await surveyedStore(toRows(shop.spans)), ['attributeCoverage'])
  const rows = attributeCoverage.map((row) => [
    row.service,
    row.kind,
    row.spans,
    row.usable,
    row.statusless,
    row.successes,
    Object.fromEntries(row.missing.map((name, index) => [name, row.missingSpans[index]])),
  ])
  expect(rows).toEqual([
    ['parcels', 'messaging', 3, 2, 0, 0, { 'messaging.message.id or a span link': 1 }],
    // the root and one call have a status, the call that died has none to have, one call should have had one
    ['shop', 'http', 4, 4, 1, 2, {}],
    ['shop', 'messaging', 4, 3, 0, 0, { 'messaging.destination.name': 1 }],
    ['shop', 'store', 5, 3, 0, 0, { 'db.namespace or db.query.text': 1, 'server.address': 1 }],
    ['stock', 'http', 2, 2, 0, 2, {}],
  ])
})

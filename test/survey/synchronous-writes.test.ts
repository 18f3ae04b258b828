/** What is written while a root waits: not what consumers write, not a cache, not what failed. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('tells what a user waits for from what follows', async () => {
  const shop = sketch('synchronous writes')
  shop.trace((trace) =>
    trace.server('storefront', 'POST /orders', {}, (s) => {
      s.call('orders', 'POST /orders', {}, (o) => {
        o.query('postgresql://pg-orders:5432/orders', 'INSERT INTO orders (id) VALUES (1)')
        o.query('postgresql://pg-orders:5432/orders', 'UPDATE audit SET seen = 1', { error: true })
        o.redis('redis://cache:6379/0', 'SET order:1 x')
        o.publish('rabbitmq://broker:5672/orders.placed').consume('orders', { by: 'parent' }, (c) =>
          c.query('postgresql://pg-orders:5432/orders', 'INSERT INTO letters (id) VALUES (1)'),
        )
      })
      s.call('stock', 'POST /reservations', {}, (c) =>
        c.query('mysql://mysql-stock:3306', 'UPDATE shelves SET held = 1'),
      )
    }),
  )
  const { synchronousWrites } = await survey(await surveyedStore(toRows(shop.spans)), ['synchronousWrites'])
  expect(
    synchronousWrites.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] })),
  ).toEqual([
    {
      rootService: 'storefront',
      rootOperation: 'POST /orders',
      writes: [
        { store: 'mysql://mysql-stock:3306', known: 0, service: 'stock', tableName: 'shelves' },
        { store: 'postgresql://pg-orders:5432/orders', known: 1, service: 'orders', tableName: 'orders' },
      ],
      requests: 1,
      ids: [1, 2],
    },
  ])
})

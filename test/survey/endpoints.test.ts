/** Addresses under which services call each other, and who calls for what it was itself asked for. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

it('tells names from addresses', async () => {
  const shop = sketch('endpoints')
  shop.repeat(2, (trace) =>
    trace.server('orders', 'GET /', {}, (s) => {
      s.call('stock', 'GET /stock', { host: '10.0.3.17' })
      s.call('stock', 'GET /stock', { host: '10.0.3.18' })
      s.call('prices', 'GET /prices', { host: 'fd00::12', port: 80 })
      s.call('mail', 'GET /letters', { host: 'localhost', port: 3500 })
      s.call('rates', 'GET /rates', { host: '127.0.0.1', port: 3500 })
      s.call('payments', 'GET /charges', {})
      // nobody answered: nobody knows who it is
      s.call('bank', 'GET /accounts', { host: '192.0.2.1', error: 'ECONNREFUSED' })
      // what the network resolved is not what the code asked for
      s.call('tax', 'GET /taxes', {
        without: ['server.*', 'url.*'],
        attributes: { 'network.peer.address': '10.0.3.19' },
      })
    }),
  )
  const { endpoints } = await survey(await surveyedStore(toRows(shop.spans)), ['endpoints'])
  expect(
    endpoints.map((row) => [
      row.callee,
      row.host,
      row.port,
      row.literal,
      row.calls,
      row.traces,
      row.answering,
      row.literals,
    ]),
  ).toEqual([
    ['mail', 'localhost', 3500, 'localhost', 2, 2, 2, 0],
    ['payments', 'payments', 8080, '', 2, 2, 1, 0],
    ['prices', 'fd00::12', 80, 'ip', 2, 2, 1, 1],
    ['rates', 'localhost', 3500, 'localhost', 2, 2, 2, 0],
    ['stock', '10.0.3.17', 8080, 'ip', 2, 2, 1, 2],
    ['stock', '10.0.3.18', 8080, 'ip', 2, 2, 1, 2],
  ])
  expect(endpoints.every((row) => row.traceIds.length === 2 && row.spanIds.length === 1)).toBe(true)
})

it('counts what a gateway forwards', async () => {
  const shop = sketch('edges')
  shop.trace((trace) =>
    trace.server('gateway', 'GET /books/{id}', {}, (g) =>
      g.call('catalogue', 'GET /books/{id}', {}, (c) => {
        c.call('stock', 'GET /stock/{id}')
        c.call('catalogue', 'GET /self')
        c.publish('kafka://broker:9092/views').consume('audit', { by: 'parent' })
      }),
    ),
  )
  const { serviceEdges } = await survey(await surveyedStore(toRows(shop.spans)), ['serviceEdges'])
  expect(serviceEdges.map((row) => [row.caller, row.callee, row.calls, row.traces, row.forwarded])).toEqual([
    ['catalogue', 'stock', 1, 1, 0],
    ['gateway', 'catalogue', 1, 1, 1],
  ])
})

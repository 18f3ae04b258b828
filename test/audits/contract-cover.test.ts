/** Which calls and messages a contract covers. */
import { describe, expect, it } from 'vitest'
import { contractKindOf, fitsChannel, fitsOperation, servicesOf } from '../../src/audits/data/contract-cover.js'

describe('calls', () => {
  it.each([
    ['GET /books/{id}', 'GET /books/:book', true],
    ['GET /books/{id}', 'get /books/17/', true],
    ['GET /books/bestsellers', 'GET /books/{id}', false],
    ['GET /books/{id}', 'POST /books/{id}', false],
    ['GET /api/v1/books/{id}', 'GET /books/{id}', true],
    ['GET /books/{id}', 'GET /shop/books/{id}', true],
    ['GET /{anything}', 'GET /books/stars/{id}', false],
    ['GET /', 'GET /', true],
    ['GET /', 'GET /books', false],
    ['GET /books?sort={by}', 'GET /books', true],
  ])('%s and %s: %s', (channel, operation, expected) => {
    expect(fitsOperation({ kind: 'openapi', channel }, operation)).toBe(expected)
  })
  it('are of a kind', () => {
    expect(
      ['GET /books', 'shop.Stock/Reserve', 'GET', 'write_home_timeline_server', 'delete apps/x'].map(contractKindOf),
    ).toEqual(['openapi', 'proto', undefined, undefined, undefined])
    expect(fitsOperation({ kind: 'proto', channel: 'shop.Stock/Reserve' }, 'shop.Stock/Release')).toBe(false)
  })
})

describe('channels', () => {
  it.each([
    ['orders.placed', 'orders.placed', true],
    ['orders.{event}', 'orders.placed', true],
    ['orders.{event}', 'orders.placed.late', false],
    ['shop', 'shop:orders.placed', true],
    ['orders.placed', 'shop:orders.placed', true],
    ['orders.(a+)+$', 'orders.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', false],
  ])('%s and %s: %s', (channel, name, expected) => {
    expect(fitsChannel(channel, name)).toBe(expected)
  })
})

it('a contract is of the service that its title or host names, and of any when none of that name runs', () => {
  const running = ['stock-service', 'pricing']
  expect(servicesOf({ service: 'Stock API', host: '' }, running)).toEqual(['stock-service'])
  expect(servicesOf({ service: 'Bookshop', host: 'pricing.shop.svc' }, running)).toEqual(['pricing'])
  expect(servicesOf({ service: 'Bookshop API', host: 'api.bookshop.example' }, running)).toEqual([])
})

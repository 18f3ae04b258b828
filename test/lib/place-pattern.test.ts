/** Patterns of places as people write them in a charter. */
import { describe, expect, it } from 'vitest'
import {
  fitsDestination,
  fitsGlob,
  fitsStore,
  fitsTable,
  namespaceAndRest,
  placeParts,
} from '../../src/lib/place-pattern.js'

describe('globs', () => {
  it.each([
    ['*', 'POST /checkout', true],
    ['POST /checkout', 'POST /checkout', true],
    ['POST *', 'POST /checkout', true],
    ['GET *', 'POST /checkout', false],
    ['*/checkout', 'POST /checkout', true],
    ['pay*nts', 'payments', true],
    ['ab*ab', 'ab', false],
    ['a*b*c', 'a-c-b-c', true],
    ['', 'cart', false],
    ['orders.*', 'orders.placed', true],
    ['orders.*', 'orders', false],
  ])('%s on %s: %s', (pattern, text, fits) => expect(fitsGlob(pattern, text)).toBe(fits))
})

describe('stores and tables', () => {
  it.each([
    ['postgresql://pg-main/shop', 'postgresql://pg-main:5432/shop', true],
    ['postgresql://PG-main/shop', 'postgresql://pg-main:5432/shop', true],
    ['postgresql://pg-main:5433/shop', 'postgresql://pg-main:5432/shop', false],
    ['postgresql://pg-main', 'postgresql://pg-main:5432/shop', true],
    ['*://pg-main/*', 'postgresql://pg-main:5432/shop', true],
    ['mysql://pg-main/shop', 'postgresql://pg-main:5432/shop', false],
    ['postgresql://pg-main/shop', 'postgresql://pg-main.prod.svc:5432/shop', true],
    ['postgresql://pg-main/ledger', 'postgresql://pg-main:5432/shop', false],
    ['redis://cache/product:{id}', 'redis://cache:6379/0', true],
    ['redis://cache/1/product:{id}', 'redis://cache:6379/0', false],
    ['pg-main', 'postgresql://pg-main:5432/shop', false],
  ])('%s on %s: %s', (pattern, store, fits) => expect(fitsStore(pattern, store)).toBe(fits))

  it('know the table', () => {
    expect(fitsTable('postgresql://pg-main/shop/prices', 'postgresql://pg-main:5432/shop', 'prices')).toBe(true)
    expect(fitsTable('postgresql://pg-main/shop/prices', 'postgresql://pg-main:5432/shop', 'public.prices')).toBe(true)
    expect(fitsTable('postgresql://pg-main/shop/prices', 'postgresql://pg-main:5432/shop', 'orders')).toBe(false)
    expect(fitsTable('postgresql://pg-main/shop', 'postgresql://pg-main:5432/shop', 'orders')).toBe(true)
    expect(namespaceAndRest('redis://cache/product:{id}')).toEqual({ namespace: '', rest: 'product:{id}' })
    expect(namespaceAndRest('redis://cache/2/product:{id}')).toEqual({ namespace: '2', rest: 'product:{id}' })
    expect(placeParts('[no place')).toBe(undefined)
  })
})

describe('destinations', () => {
  it.each([
    ['orders.*', 'kafka://broker:9092/orders.placed', true],
    ['orders.*', 'orders.placed', true],
    ['kafka://*/orders.*', 'kafka://broker:9092/orders.placed', true],
    ['rabbitmq://broker/orders.*', 'kafka://broker:9092/orders.placed', false],
    ['kafka://broker:9093/orders.*', 'kafka://broker:9092/orders.placed', false],
    ['mails', 'kafka://broker:9092/orders.placed', false],
  ])('%s on %s: %s', (pattern, destination, fits) => expect(fitsDestination(pattern, destination)).toBe(fits))
})

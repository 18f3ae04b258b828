/** Which seen part a charter's pattern speaks of, and when nobody can tell: the ground that undeclared-component and phantom-component stand on. */
import { describe, expect, it } from 'vitest'
import { coversDestination } from '../../src/audits/requirements/covers-destination.js'
import { coversStore } from '../../src/audits/requirements/covers-store.js'
import { declaredParts } from '../../src/audits/requirements/declared-parts.js'
import { missingParts } from '../../src/audits/requirements/missing-parts.js'
import { toldName, toldNames } from '../../src/audits/requirements/told-names.js'
import { blankCharterRows, type ComponentRow } from '../../src/model/charter.js'
import { blankRows } from '../../src/survey/rows.js'

describe('destinations', () => {
  it.each([
    ['orders.*', 'kafka://broker/orders.placed', true],
    ['orders', 'rabbitmq://broker/orders:orders.placed', true],
    ['rabbitmq://broker/orders', 'rabbitmq://broker/orders:orders.placed', true],
    ['rabbitmq://broker/orders', 'rabbitmq:///orders', true],
    ['kafka://broker/orders', 'rabbitmq:///orders', false],
    ['rabbitmq://broker/orders', 'rabbitmq://other/orders', false],
    ['order', 'kafka://broker/orders', false],
  ])('%s and %s: %s', (pattern, destination, expected) => {
    expect(coversDestination(pattern, destination)).toBe(expected)
  })
})

describe('stores', () => {
  it.each([
    ['postgresql://pg-orders', 'postgresql://pg-orders:5432/orders', true],
    ['pg-orders', 'postgresql://pg-orders:5432/orders', true],
    ['PG-Orders', 'postgresql://pg-orders.shop.svc:5432/orders', true],
    ['orders', 'postgresql://pg-main:5432/orders', true],
    ['order', 'postgresql://pg-orders:5432/orders', false],
    ['', 'postgresql://pg-orders:5432/', false],
  ])('%s and %s: %s', (pattern, store, expected) => {
    expect(coversStore(pattern, store)).toBe(expected)
  })
})

describe('declared parts', () => {
  const nothing = {
    services: [],
    calls: [],
    storeUse: [],
    destinationUse: [],
    charterComponents: [],
    charterDecisions: [],
  }
  const part = (row: Partial<ComponentRow>) => ({ ...blankCharterRows.charterComponents, ...row })
  const states = (survey: Partial<Parameters<typeof declaredParts>[0]>) =>
    declaredParts({ ...nothing, ...survey }).map(({ row, state }) => `${row.place}: ${state}`)

  it('a service that is only called is seen, by its name or its host', () => {
    const calls = [
      { ...blankRows.calls, caller: 'storefront', callee: 'payments.shop.svc:8443', address: 'payments.shop.svc' },
    ]
    const charterComponents = ['storefront', 'payments', 'pay*', 'loyalty'].map((place) => part({ place }))
    expect(states({ calls, charterComponents })).toEqual([
      'storefront: seen',
      'payments: seen',
      'pay*: seen',
      'loyalty: unseen',
    ])
  })
  it('what a catalogue names is seen, or nobody can tell', () => {
    const storeUse = [{ ...blankRows.storeUse, store: 'postgresql://pg-orders:5432/orders', service: 'cart', known: 1 }]
    const charterComponents = ['pg-orders', 'ledger'].map((place) => part({ kind: 'store', place, by: 'catalogue' }))
    expect(states({ storeUse, charterComponents })).toEqual(['pg-orders: seen', 'ledger: unknowable'])
  })
  it('a store may be the one whose address no query tells, but only one of the same system', () => {
    const storeUse = [{ ...blankRows.storeUse, store: 'redis://(cart)/0', system: 'redis', service: 'cart', spans: 9 }]
    const charterComponents = [
      part({ kind: 'cache', place: 'redis://redis-cart' }),
      part({ kind: 'store', place: 'mysql://prices' }),
      part({ kind: 'cache', place: 'book pages' }),
    ]
    expect(states({ storeUse, charterComponents })).toEqual([
      'redis://redis-cart: unknowable',
      'mysql://prices: unseen',
      'book pages: unknowable',
    ])
  })
  it('a destination may be the one that some publish does not name', () => {
    const destinationUse = [{ ...blankRows.destinationUse, system: 'kafka', service: 'orders', spans: 9 }]
    expect(states({ destinationUse, charterComponents: [part({ kind: 'destination', place: 'orders.*' })] })).toEqual([
      'orders.*: unknowable',
    ])
  })
  it('what an async decision is about may be a destination, though it reads like a service', () => {
    const destinationUse = [
      { ...blankRows.destinationUse, destination: 'kafka://broker/parcels', name: 'parcels', service: 'orders' },
    ]
    const charterDecisions = [
      { ...blankCharterRows.charterDecisions, decision: 'parcels-by-event', kind: 'async' as const, target: 'parcels' },
    ]
    const charterComponents = [part({ place: 'parcels', by: 'decision' })]
    expect(states({ destinationUse, charterDecisions, charterComponents })).toEqual(['parcels: seen'])
  })
})

describe('missing parts', () => {
  const target = {
    ...blankCharterRows.charterRequirements,
    scopeKind: 'request' as const,
    scope: 'POST /orders',
    metric: 'p95' as const,
    comparator: '<=' as const,
    value: 300,
  }
  it('a target of zero is a target', () => {
    expect(missingParts({ ...target, metric: 'errors', value: 0 })).toEqual([])
  })
  it('each part that is not there is named', () => {
    expect(missingParts({ ...target, metric: '', comparator: '' })).toEqual(['metric', 'value'])
    expect(missingParts({ ...target, comparator: '' })).toEqual(['comparator'])
    expect(missingParts({ ...target, value: NaN })).toEqual(['value'])
    expect(missingParts({ ...target, scopeKind: '', scope: '' })).toEqual(['scope'])
    expect(missingParts({ ...target, scopeKind: 'destination', metric: 'ordered', comparator: '' })).toEqual(['order'])
  })
  it('a scope that has no such metric is told with those that have', () => {
    expect(missingParts({ ...target, metric: 'staleness' })).toEqual([
      'scope that has staleness (data or destination, not request)',
    ])
  })
})

describe('told names', () => {
  it('are short and show what hides', () => {
    expect(toldName(`a\u202eb${'x'.repeat(1_000_000)}`)).toMatch(/^a\\u202eb.*…/)
    expect(toldName('x'.repeat(1_000)).length).toBe(80)
    expect(toldNames(['orders', 'stock', 'prices'], 2)).toBe('orders, stock and 1 more')
  })
})

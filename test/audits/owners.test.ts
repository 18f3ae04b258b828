/** Who owns what when several rows of a charter speak of it: audits blame by these answers. */
import { describe, expect, it } from 'vitest'
import { declaredOwners } from '../../src/audits/data/table-owners.js'
import { serviceOwners } from '../../src/audits/services/service-owners.js'
import { blankCharterRows } from '../../src/model/charter.js'

const shop = 'postgresql://pg-shop:5432/shop'

function owned(...rows: [place: string, service: string][]) {
  return rows.map(([place, service]) => ({ ...blankCharterRows.charterDataOwners, place, service }))
}

function teams(...rows: [service: string, team: string, practice?: string][]) {
  return rows.map(([service, team, practice = 'charter']) => ({
    ...blankCharterRows.charterServiceOwners,
    service,
    team,
    practice,
  }))
}

describe('owners of a table', () => {
  it.each([
    [
      'a table goes before its store',
      [
        ['postgresql://pg-shop/shop', 'orders'],
        ['postgresql://pg-shop/shop/stock', 'stock'],
      ],
    ],
    [
      'a table goes before a glob of tables',
      [
        ['postgresql://pg-shop/shop/st*', 'orders'],
        ['postgresql://pg-shop/shop/stock', 'stock'],
      ],
    ],
    [
      'a longer glob goes before a shorter one',
      [
        ['postgresql://pg-shop/shop/*', 'orders'],
        ['postgresql://pg-shop/shop/st*', 'stock'],
      ],
    ],
    [
      'a database goes before its server',
      [
        ['postgresql://pg-shop', 'orders'],
        ['postgresql://pg-shop/shop', 'stock'],
      ],
    ],
    [
      'a table anywhere goes before a store',
      [
        ['postgresql://pg-shop/shop', 'orders'],
        ['postgresql://*/*/stock', 'stock'],
      ],
    ],
  ] as const)('%s, in either order', (_, rows) => {
    const given = owned(...rows.map(([place, service]) => [place, service] as [string, string]))
    expect(declaredOwners(given, shop, 'stock').services).toEqual(['stock'])
    expect(declaredOwners(given.toReversed(), shop, 'stock').services).toEqual(['stock'])
  })
  it('finds a table behind its schema', () => {
    expect(declaredOwners(owned(['postgresql://pg-shop/shop/stock', 'stock']), shop, 'public.stock').services).toEqual([
      'stock',
    ])
  })
  it('names both who claim it by the same pattern', () => {
    const given = owned(['postgresql://pg-shop/shop', 'stock'], ['postgresql://pg-shop/shop', 'orders'])
    expect(declaredOwners(given, shop, 'stock').services).toEqual(['orders', 'stock'])
  })
  it('names nobody for another server', () => {
    expect(declaredOwners(owned(['postgresql://pg-main/shop', 'orders']), shop, 'stock')).toEqual({
      services: [],
      place: '',
    })
  })
})

describe('teams of a service', () => {
  it.each([
    [
      'the charter goes before CODEOWNERS',
      teams(['ledger', 'till'], ['ledger', '@bookshop/money', 'codeowners']),
      ['till'],
    ],
    [
      'CODEOWNERS stands where the charter is silent',
      teams(['ledger', '@bookshop/money', 'codeowners']),
      ['@bookshop/money'],
    ],
    ['a name goes before a glob', teams(['l*', 'shelves'], ['ledger', 'till']), ['till']],
    ['a glob stands where no name does', teams(['l*', 'shelves']), ['shelves']],
    ['two that claim it', teams(['ledger', 'till'], ['ledger', 'shelves'], ['ledger', 'till']), ['shelves', 'till']],
    ['nobody', teams(['payments', 'till']), []],
  ])('%s', (_, rows, expected) => {
    expect(serviceOwners(['ledger'], rows).get('ledger')).toEqual(expected)
  })
})

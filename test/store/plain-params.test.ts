/** Parameters without text stand in the statement itself, so that queries on several connections need not wait for each other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withPlainParams } from '../../src/store/connection.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'

describe('parameters', () => {
  it('stand in their places, as their types, where they are numbers or empty lists', () => {
    const sql = 'SELECT {first:UInt8}, {first:UInt8} + {most:UInt64}, {names:Array(String)}'
    expect(withPlainParams(sql, { first: 3, most: 12, names: [] })).toBe(
      "SELECT CAST(3, 'UInt8'), CAST(3, 'UInt8') + CAST(12, 'UInt64'), CAST([], 'Array(String)')",
    )
    expect(withPlainParams('SELECT {least:Decimal(10, 2)}', { least: 0.5 })).toBe("SELECT CAST(0.5, 'Decimal(10, 2)')")
    expect(withPlainParams('SELECT 1', {})).toBe('SELECT 1')
  })

  it.each([
    ['text', { first: 3, name: "'; DROP TABLE spans; --" }],
    ['an empty text', { name: '' }],
    ['a list that holds something', { names: ['lending'] }],
    ['no number', { first: Number.NaN }],
    ['nothing', { first: undefined }],
  ])('are left to the engine where one of them is %s', (_, params) => {
    expect(withPlainParams('SELECT {first:UInt8}, {name:String}, {names:Array(String)}', params)).toBeUndefined()
  })

  it('leave alone what only looks like one of them', () => {
    expect(withPlainParams("SELECT '{id}', '{first}', {first:UInt8}", { first: 1 })).toBe(
      "SELECT '{id}', '{first}', CAST(1, 'UInt8')",
    )
    expect(withPlainParams('SELECT {other:UInt8}', { first: 1 })).toBe('SELECT {other:UInt8}')
  })
})

describe('queries at the same time', () => {
  let store: EmbeddedStore
  beforeAll(() => {
    store = openEmbeddedStore()
    store.expect({ spans: 1, commands: 0 })
  })
  afterAll(() => store.close())

  it('get their own parameters, those with text and those without', async () => {
    const numbers = Array.from({ length: 60 }, (_, index) => index)
    const answers = await Promise.all(
      numbers.map((n) =>
        n % 3 === 0
          ? store.query<{ n: string }>('SELECT {n:String} AS n', { n: `it's ${n}` })
          : store.query<{ n: number }>(
              'SELECT {n:UInt32} AS n FROM numbers(1000) WHERE number = {n:UInt32} LIMIT {n:UInt32}',
              { n },
            ),
      ),
    )
    expect(answers).toEqual(numbers.map((n) => [{ n: n % 3 === 0 ? `it's ${n}` : n }]))
  })
})

/** Evidence that is no span: by name of column into its own table, all or none, counted by kind. */
import { afterAll, describe, expect, it } from 'vitest'
import { createSink } from '../../src/engine/sink.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { createTables, tables } from '../../src/store/schema.js'

const store = openEmbeddedStore()
afterAll(() => store.close())

describe('a table of evidence', () => {
  const sink = createSink(store, store.folder, () => {})
  it('takes the columns that a SELECT gives, whatever their order', async () => {
    const rows = await sink.insertInto(
      'cache_commands',
      "SELECT concat('book:', toString(number)) AS Key, 'GET' AS Command, toInt64(number) AS AtNs FROM numbers({n:UInt32})",
      { n: 3 },
    )
    expect(rows).toBe(3)
    expect(await store.query('SELECT Key, Command, AtNs, TtlMs FROM cache_commands ORDER BY Key')).toEqual([
      { Key: 'book:0', Command: 'GET', AtNs: 0, TtlMs: 0 },
      { Key: 'book:1', Command: 'GET', AtNs: 1, TtlMs: 0 },
      { Key: 'book:2', Command: 'GET', AtNs: 2, TtlMs: 0 },
    ])
  })
  it('takes nothing from a SELECT that fails midway', async () => {
    const failing = 'SELECT toString(number) AS Key, throwIf(number = 190000) AS ValueBytes FROM numbers(200000)'
    await expect(sink.insertInto('cache_commands', failing, {}, { max_block_size: 1_000 })).rejects.toThrow()
    expect(await store.query('SELECT count() AS n FROM cache_commands')).toEqual([{ n: 3 }])
    expect(await sink.insertInto('cache_commands', "SELECT 'late' AS Key")).toBe(1)
  })
  it('takes rows made in JavaScript', async () => {
    await sink.insertRows('broker_queues', [
      { Broker: 'rabbitmq://rabbit', Kind: 'queue', Name: 'letters', Messages: 7 },
    ])
    expect(await store.query('SELECT Name, Messages, Lag FROM broker_queues')).toEqual([
      { Name: 'letters', Messages: 7, Lag: -1 },
    ])
  })
  it('counts by kind', () => {
    sink.gain(4, 'commands')
    sink.gain(0, 'queues')
    sink.gain(2)
    expect(sink.totals.spans).toBe(2)
    expect([...sink.totals.others]).toEqual([['commands', 4]])
  })
  it('is there for every survey', async () => {
    await createTables(store, tables, { inMemory: true })
    expect(await store.query('SELECT count() AS n FROM contracts')).toEqual([{ n: 0 }])
  })
})

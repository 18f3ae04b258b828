/** Tables that were made ahead, in memory, give way to tables on disk where evidence turns out to be large. */
import { expect, it } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { createTables, derivedTables, dropTables, givenTables, tables } from '../../src/store/schema.js'

it('can be dropped and made anew on disk', async () => {
  const store = openEmbeddedStore()
  const engines = async (): Promise<Record<string, string>> => {
    const rows = await store.query<{ name: string; engine: string }>(
      'SELECT name, engine FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    )
    return Object.fromEntries(rows.map(({ name, engine }) => [name, engine]))
  }
  try {
    await createTables(store, givenTables)
    await createTables(store, derivedTables, { inMemory: true })
    expect(await engines()).toMatchObject({ otel_traces: 'MergeTree', spans: 'Memory', exchanges: 'View' })
    await dropTables(store, derivedTables)
    await createTables(store, tables)
    const made = await engines()
    expect(Object.keys(made).sort()).toEqual([...tables].sort())
    expect(Object.values(made)).not.toContain('Memory')
  } finally {
    await store.close()
  }
})

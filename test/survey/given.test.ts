/** Relations that are asked before anything is derived must not read what is derived. */
import { expect, it } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { createTables, givenTables } from '../../src/store/schema.js'
import { relationPaths } from '../../src/survey/rows.js'
import { readsOnlyGiven, relationSql, survey, type RelationName } from '../../src/survey/survey.js'

const names = Object.keys(relationPaths) as RelationName[]

it('are answered where only imported tables exist', async () => {
  const early = names.filter((name) => readsOnlyGiven(name))
  expect(early).toContain('sensitiveValues')
  const store = openEmbeddedStore()
  try {
    await createTables(store, givenTables)
    for (const name of early) expect(await store.query(relationSql(name)), name).toBeInstanceOf(Array)
    expect(Object.keys(await survey(store, early)).sort()).toEqual([...early].sort())
  } finally {
    await store.close()
  }
})

it.each(['calls', 'serialCalls', 'cachePatterns', 'lags', 'orderings'] as const)('are not %s', (name) => {
  expect(readsOnlyGiven(name)).toBe(false)
})

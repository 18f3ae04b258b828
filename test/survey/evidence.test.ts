/** Relations over evidence that nobody gave are not run, and lose nothing by it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/store.js'
import { haveEvidence, partsOver } from '../../src/survey/evidence.js'
import { relationPaths } from '../../src/survey/rows.js'
import { relationSql, survey, type RelationName } from '../../src/survey/survey.js'
import { closeStore, emptyStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

const names = Object.keys(relationPaths) as RelationName[]
const selective = names.filter((name) => partsOver(relationSql(name)).length > 0)

afterAll(closeStore)

describe('headers', () => {
  it('name alternatives on a line and conditions line by line', () => {
    expect(partsOver('-- Shelves.\n-- over: walks or spans.query\n-- over: traces\nSELECT 1')).toEqual([
      ['walks', 'spans.query'],
      ['traces'],
    ])
    expect(() => partsOver('-- over: spans.shelf')).toThrow('names "spans.shelf", which is no evidence')
  })
  it.each(selective)('%s, where it would not be run, has no rows to lose', async (name) => {
    expect(await (await emptyStore()).query(relationSql(name))).toEqual([])
  })
})

describe('a shop with neither database nor queue', () => {
  let store: Store
  beforeAll(async () => {
    const shop = sketch('plain').repeat(5, (trace) =>
      trace.server('storefront', 'GET /books', {}, (s) => s.work(2).call('prices', 'GET /prices', { ms: 9 })),
    )
    store = await surveyedStore(toRows(shop.spans))
  })
  it('is known to have none', async () => {
    const lines = [
      'spans.query',
      'spans.messaging',
      'spans.server',
      'walks',
      'deliveries',
      'spans.query or spans.client',
    ]
    expect(
      await haveEvidence(
        store,
        lines.map((line) => `-- over: ${line}`),
      ),
    ).toEqual([false, false, true, true, false, true])
    expect(await haveEvidence(store, ['-- over: walks\n-- over: spans.cache', 'SELECT 1'])).toEqual([false, true])
  })
  it.each(names)('gives the rows of %s whether or not it is asked', async (name) => {
    const asked: string[] = []
    const watched = { ...store, query: <Row>(sql: string) => (asked.push(sql), store.query<Row>(sql)) }
    const rows = await survey(watched, [name])
    expect(rows[name]).toEqual(await store.query(relationSql(name)))
    const evident = (await haveEvidence(store, [relationSql(name)]))[0]
    expect(asked.includes(relationSql(name))).toBe(evident)
  })
})

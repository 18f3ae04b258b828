/** What was asked of a cache, in order. What it takes grows with what was asked, not with the square of the keys. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { createTables } from '../../src/store/schema.js'
import type { SurveyRows } from '../../src/survey/rows.js'
import { relationSql } from '../../src/survey/survey.js'

type Stream = SurveyRows['cacheStreams'][number]

const store = openEmbeddedStore()
const keys = 20_000

/** Key n is read n % 3 + 1 times, written once with n % 1,000 bytes, and every hundredth is deleted at the end. */
const made = `
SELECT 'capture' AS Origin, 1 AS Counted, 'redis:///0' AS Cache, 'page:{id}' AS Pattern, concat('page:', toString(number)) AS Key,
    number AS KeyHash, act.1 AS Kind, act.2 * 1000000 + 5000000 AS AtNs, number AS Seq, if(act.1 = 'write', number % 1000, 0) AS ValueBytes, if(act.1 = 'read', 1, -1) AS Hit
FROM numbers(${keys})
ARRAY JOIN arrayConcat([('write', toInt64(0))], arrayMap(n -> ('read', toInt64(n)), range(1, number % 3 + 2)), if(number % 100 = 0, [('delete', toInt64(9))], [])) AS act`

let rows: Stream[]
beforeAll(async () => {
  await createTables(store)
  await store.command(
    `INSERT INTO accesses (Origin, Counted, Cache, Pattern, Key, KeyHash, Kind, AtNs, Seq, ValueBytes, Hit) ${made}`,
  )
  rows = await store.query<Stream>(relationSql('cacheStreams'), {}, { max_memory_usage: 200_000_000 })
})
afterAll(() => store.close())

describe('streams of twenty thousand keys of one pattern', () => {
  it('are one row, whole, within 200 MB', () => {
    expect(rows.map(({ cache, pattern, rate }) => [cache, pattern, rate])).toEqual([['redis:///0', 'page:{id}', 1]])
  })
  it('have reads and deletions in the order of time, and no writes', () => {
    const [stream] = rows
    expect(stream?.hashes).toHaveLength(stream?.atMs.length ?? 0)
    expect(stream?.atMs).toEqual(stream?.atMs.toSorted((a, b) => a - b))
    expect(stream?.deletions.reduce((sum, one) => sum + one, 0)).toBe(keys / 100)
    expect(stream?.atMs.at(0)).toBe(0)
    expect(stream?.atMs.at(-1)).toBe(8)
  })
  it('tell the size of each key', () => {
    const [stream] = rows
    expect(stream?.objects).toEqual(Array.from({ length: keys }, (_, n) => n))
    expect(stream?.objectBytes).toEqual(Array.from({ length: keys }, (_, n) => n % 1_000))
  })
  it('tell the fewest keys that carry four fifths of the hits, the most wanted first', () => {
    const [stream] = rows
    expect(stream?.allHits).toBe((stream?.hashes.length ?? 0) - keys / 100)
    expect(stream?.popularKeys).toHaveLength(500)
    expect(stream?.popularKeys[0]).toBe('page:10001')
    expect(stream?.popularHits).toBe(1_500)
  })
})

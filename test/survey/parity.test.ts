/** Every relation gives the same rows from plain tables and from a two-shard `Distributed` cluster. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { relationPaths, type SurveyRows } from '../../src/survey/rows.js'
import { prepare } from '../../src/survey/prepare.js'
import { relationSql } from '../../src/survey/survey.js'
import { plantedSystems } from '../planted/all.js'
import { toRows } from '../sketch.js'
import { openTwoShards, type TwoShards } from '../two-shard-store.js'

let shards: TwoShards
beforeAll(async () => {
  shards = await openTwoShards()
  const lines = plantedSystems.flatMap((planted) => toRows(planted.spans()).split('\n'))
  const rows = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as object)
  for (let start = 0; start < rows.length; start += 20_000)
    await shards.whole.insert('otel_traces', rows.slice(start, start + 20_000))
  await prepare(shards.whole)
  // Every planted system, prepared twice: more than a busy machine does in the time of an ordinary hook.
}, 240_000)
afterAll(() => shards.close())

describe('one server and two shards', () => {
  it('really splits the traces', async () => {
    const halves = await shards.sharded.query<{ shard: number; traces: number }>(
      'SELECT _shard_num AS shard, uniqExact(TraceId) AS traces FROM spans GROUP BY shard ORDER BY shard',
    )
    const whole = await shards.whole.query<{ traces: number }>('SELECT uniqExact(TraceId) AS traces FROM spans')
    expect(halves).toHaveLength(2)
    expect(halves.every((half) => half.traces > 0)).toBe(true)
    expect(halves.reduce((sum, half) => sum + half.traces, 0)).toBe(whole[0]?.traces)
  })
  it('gives the planted systems something to say in most relations', async () => {
    let filled = 0
    for (const name of Object.keys(relationPaths)) {
      if ((await shards.whole.query(relationSql(name as keyof SurveyRows))).length > 0) filled++
    }
    expect(filled).toBeGreaterThan(Object.keys(relationPaths).length * 0.8)
  })
  it.each(Object.keys(relationPaths))('%s', async (name) => {
    const sql = relationSql(name as keyof SurveyRows)
    expect(await shards.sharded.query(sql)).toEqual(await shards.whole.query(sql))
  })
})

/**
 * Streams of Redis are queues, although their commands are traced as a database's: nothing leads from what was read to who wrote it,
 * and most reads find nothing. What is known of them is judged; what is not known is no fault.
 */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { auditRows, closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows, type SketchSpan } from '../sketch.js'

afterAll(closeStore)

const redis = 'redis://redis:6379/0'
const database = 'postgresql://db:5432/shop'

/** Orders are told of in a stream, which two groups read; the database is written in the same requests, or is not. */
function shop({ writes }: { writes: boolean }): SketchSpan[] {
  const system = sketch('streams')
  system.repeat(200, (trace) => {
    trace.server('orders', 'POST /orders', {}, (s) => {
      s.work(4)
      if (writes) s.query(database, "INSERT INTO orders (state) VALUES ('new')")
      s.query(redis, 'XADD orders:placed * order 17 state new')
      s.work(2)
    })
  })
  for (const group of ['mail', 'parcels'])
    system.repeat(300, (trace) => {
      trace.as(group, (s) => {
        s.query(redis, `XREADGROUP GROUP ${group} ${group}-1 COUNT 10 BLOCK 2000 STREAMS orders:placed >`, { ms: 900 })
      })
    })
  return system.spans
}

async function faults(spans: readonly SketchSpan[]): Promise<string[]> {
  const { audits } = await auditRows(toRows(spans))
  return audits.flatMap(({ id, findings }) =>
    findings
      .filter(({ severity }) => severity !== 'note')
      .map(({ where }) => `${id} ${where.service ?? ''} ${where.destination ?? ''}`),
  )
}

const stream = 'redis_streams://redis/orders:placed'

it('has producers, and a subscription for each group', async () => {
  const { flows, publishBursts, destinationUse } = await survey(await surveyedStore(toRows(shop({ writes: false }))), [
    'flows',
    'publishBursts',
    'destinationUse',
  ])
  expect(flows.map(({ destination, subscription, consumer }) => [destination, subscription, consumer])).toEqual([
    [stream, 'mail', 'mail'],
    [stream, 'parcels', 'parcels'],
  ])
  expect(publishBursts.map((row) => [row.service, row.destination])).toEqual([['orders', stream]])
  expect(destinationUse.map((row) => [row.service, row.destination])).toEqual([
    ['mail', stream],
    ['orders', stream],
    ['parcels', stream],
  ])
})

it('is no fault for being read in vain, nor for what nothing can be known of', async () => {
  expect(await faults(shop({ writes: false }))).toEqual([])
})

it('is one half of a dual write', async () => {
  expect(await faults(shop({ writes: true }))).toEqual([`dual-write orders ${stream}`])
})

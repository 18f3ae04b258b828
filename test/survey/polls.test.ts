/** Polls: a beat of one's own is told from what requests ask, however many instances keep it. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

const jobs = 'postgresql://pg-jobs:5432/jobs'
const claim = 'SELECT id FROM labels ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED'

it('measures the beat of a timer', async () => {
  const shop = sketch('polls')
  for (let i = 0; i < 10; i++) {
    // two instances, each once a second, 300 ms apart: neither keeps a beat of 300 and 700 ms
    for (const [instance, afterMs] of [
      ['a', 0],
      ['b', 300],
    ] as const)
      shop.trace(
        (trace) =>
          trace.as('printing', (printing) =>
            printing.internal('look', { instance }, (look) =>
              look
                .query(jobs, 'SELECT id FROM labels', { instance })
                .query(jobs, 'SELECT id FROM labels', { instance }),
            ),
          ),
        { atMs: i * 1000 + afterMs },
      )
    // as regular, and asked for by a request
    shop.trace((trace) => trace.server('orders', 'GET /labels', {}, (o) => o.query(jobs, 'SELECT id FROM labels')), {
      atMs: i * 1000 + 500,
    })
    // asked for by a request, and still a queue
    shop.trace((trace) => trace.server('orders', 'POST /print', {}, (o) => o.query(jobs, claim)), {
      atMs: i * i * 100 + 50,
    })
  }
  const { polls } = await survey(await surveyedStore(toRows(shop.spans)), ['polls'])
  expect(polls.map(({ traceIds, spanIds, ...row }) => ({ ...row, ids: [traceIds.length, spanIds.length] }))).toEqual([
    {
      service: 'orders',
      store: jobs,
      known: 1,
      statement: 'SELECT id FROM labels ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED',
      operation: 'SELECT labels',
      tables: ['labels'],
      polls: 10,
      skipsLocked: 1,
      intervals: 9,
      medianMs: 900,
      variation: 800 / 900,
      ids: [10, 10],
    },
    {
      service: 'printing',
      store: jobs,
      known: 1,
      statement: 'SELECT id FROM labels',
      operation: 'SELECT labels',
      tables: ['labels'],
      polls: 20,
      skipsLocked: 0,
      intervals: 18,
      medianMs: 1000,
      variation: 0,
      ids: [10, 10],
    },
  ])
})

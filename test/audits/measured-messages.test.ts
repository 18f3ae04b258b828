/** Order and age of messages as requirements and decisions demand them: what a row proves, what it refutes, and what it leaves open. */
import { describe, expect, it } from 'vitest'
import { delays, orders } from '../../src/audits/requirements/measured-messages.js'
import type { Outcome, Target } from '../../src/audits/requirements/targets.js'
import { blankRows } from '../../src/survey/rows.js'

const overview = [{ ...blankRows.overview, traces: 1000 }]
const destination = { scopeKind: 'destination', scope: 'orders.*', service: '', comparator: '>=' } as const
const placed = { destination: 'kafka://broker/orders.placed', consumer: 'shipping' }

function told(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) =>
    'reading' in outcome
      ? `${outcome.reading.holds ? 'holds' : 'broken'}: ${outcome.reading.text}`
      : `open: ${outcome.thin}`,
  )
}

describe('order', () => {
  const judge = (order: string, row: Partial<typeof blankRows.orderings>, scope: string = destination.scope) =>
    told(
      orders({ ...destination, scope, metric: 'ordered', value: 1, unit: 'count', order } satisfies Target, {
        orderings: [{ ...blankRows.orderings, ...placed, ...row }],
        flows: [],
        overview,
      }),
    )[0]

  it.each([
    ['by-key', 'key', 300, 0, 'holds'],
    ['by-key', 'key', 3, 1, 'broken'],
    ['by-key', 'key', 299, 0, 'open'],
    ['by-key', 'partition', 300, 0, 'holds'],
    ['by-key', 'partition', 300, 4, 'open'],
    ['by-key', 'queue', 300, 4, 'open'],
    ['by-partition', 'partition', 300, 4, 'broken'],
    ['by-partition', 'queue', 300, 0, 'holds'],
    ['by-partition', 'key', 300, 0, 'open'],
    ['by-partition', 'key', 300, 1, 'broken'],
  ])('%s, seen by %s, %i pairs, %i out of order: %s', (order, lane, pairs, outOfOrder, verdict) => {
    expect(judge(order, { lane, pairs, outOfOrder })).toMatch(new RegExp(`^${verdict}: `))
  })
  it('says which messages, and that two clocks cannot be compared', () => {
    expect(judge('by-key', { lane: 'key', pairs: 90, outOfOrder: 2 })).toBe(
      'broken: kafka://broker/orders.placed as handled by shipping has 2 of 90 pairs of messages of one key out of order',
    )
    expect(judge('by-key', { lane: 'key', pairs: 10, apart: 500 })).toBe(
      'open: kafka://broker/orders.placed as handled by shipping: 10 pairs of messages that can be compared (500 were handled by two instances, whose clocks may differ), needs 300',
    )
    expect(judge('by-key', { lane: 'key', pairs: 300 }, 'parcels.*')).toBeUndefined()
  })
})

describe('age', () => {
  const judge = (row: Partial<typeof blankRows.flows>) =>
    told(
      delays(
        {
          ...destination,
          comparator: '<=',
          metric: 'staleness',
          value: 60_000,
          unit: 'ms',
          order: '',
        } satisfies Target,
        {
          orderings: [],
          flows: [{ ...blankRows.flows, ...placed, ...row }],
          overview,
        },
      ),
    )[0]

  it('is read off enough messages, unless the clocks differ', () => {
    expect(judge({ matched: 300, p99DelayMs: 60_000 })).toMatch(
      /^holds: .* is 60000 ms old \(99th percentile of 300 messages\)$/,
    )
    expect(judge({ matched: 300, p99DelayMs: 60_001, leastDelayMs: -600 })).toMatch(/^broken: /)
    expect(judge({ matched: 299, p99DelayMs: 90_000 })).toMatch(/^open: .* needs 300$/)
    expect(judge({ matched: 300, p99DelayMs: 90_000, leastDelayMs: -601 })).toMatch(
      /^open: .* differ by 601 ms at least$/,
    )
  })
})

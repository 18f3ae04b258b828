/** When brokers are looked at: as often as their counters change, never so often that a long time makes a flood. */
import { describe, expect, it } from 'vitest'
import { scheduleOf } from '../../../src/importers/live/looks.js'

describe('looks at a broker', () => {
  it.each([
    [0, 0, 0],
    [2, 1, 2_000],
    [30, 6, 5_000],
    [32, 6, 32_000 / 6],
    [3_600, 60, 60_000],
  ])('over %d s there are %d after the first', (seconds, looks, intervalMs) => {
    expect(scheduleOf(seconds)).toEqual({ looks, intervalMs })
  })
})

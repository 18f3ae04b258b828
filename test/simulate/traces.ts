/** Random streams for property tests: skewed or even, with loops, sizes, times and deletions, small enough for brute force. */
import fc from 'fast-check'
import type { AccessStream } from '../../src/simulate/access-stream.js'

export interface StreamShape {
  sizes?: boolean
  times?: boolean
  deletions?: boolean
  mostRequests?: number
}

export function streams({ sizes = false, times = false, deletions = false, mostRequests = 300 }: StreamShape = {}) {
  return fc
    .integer({ min: 1, max: 24 })
    .chain((keyCount) =>
      fc.record({
        keyCount: fc.constant(keyCount),
        requests: fc.array(
          fc.record({
            // Two draws, of which the lower counts, make low ids popular.
            one: fc.nat({ max: keyCount - 1 }),
            other: fc.nat({ max: keyCount - 1 }),
            gapMs: fc.nat({ max: 20 }),
            deletion: fc.nat({ max: 9 }),
          }),
          { maxLength: mostRequests, size: 'max' },
        ),
        sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: keyCount, maxLength: keyCount }),
      }),
    )
    .map((drawn): AccessStream => {
      let nowMs = 0
      return {
        keys: Uint32Array.from(drawn.requests, ({ one, other }) => Math.min(one, other)),
        keyCount: drawn.keyCount,
        ...(sizes && { sizes: Uint32Array.from(drawn.sizes) }),
        ...(times && { timesMs: Float64Array.from(drawn.requests, ({ gapMs }) => (nowMs += gapMs)) }),
        ...(deletions && { deletions: Uint8Array.from(drawn.requests, ({ deletion }) => (deletion === 0 ? 1 : 0)) }),
      }
    })
}

export const shapes: readonly { name: string; shape: StreamShape }[] = [
  { name: 'objects of one size', shape: {} },
  { name: 'objects of many sizes', shape: { sizes: true } },
  { name: 'objects that expire', shape: { times: true } },
  { name: 'objects that are deleted', shape: { deletions: true } },
  { name: 'all at once', shape: { sizes: true, times: true, deletions: true } },
]

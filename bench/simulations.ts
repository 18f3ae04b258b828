/** How fast simulations are: requests a second of one thread, and what they take of a bare loop over the same requests. */
import type { Figure } from './figures.js'
import { measureChild } from './measure.js'

const requests = 10_000_000
const objects = 1_000_000

const targets: readonly { what: string; title: string; least: number }[] = [
  ...['fifo', 'lru', 'clock', 'sieve'].map((what) => ({ what, title: `cache policy ${what}`, least: 5e6 })),
  ...['lfu', 's3-fifo', 'arc', 'w-tinylfu'].map((what) => ({ what, title: `cache policy ${what}`, least: 1.5e6 })),
  { what: 'exact', title: 'exact LRU stack distances', least: 2e6 },
  { what: 'shards', title: 'SHARDS, 8,192 objects', least: 10e6 },
]

const perSecond = (rate: number): string => `${(rate / 1e6).toFixed(1)} M requests/s`

export async function simulations(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const { what, title, least } of targets) {
    const { answer, peakBytes } = await measureChild<{ ms: number; bareMs: number; requests: number }>('simulate', [
      what,
      String(requests),
      String(objects),
    ])
    const rate = (answer.requests / answer.ms) * 1000
    figures.push({
      id: `simulate-${what}`,
      work: `${title}, ${requests / 1e6} M requests for ${objects / 1e6} M objects`,
      target: `≥ ${perSecond(least)}`,
      measured: `${perSecond(rate)} (peak ${Math.round(peakBytes / 1e6)} MB)`,
      ratio: `${(answer.ms / answer.bareMs).toFixed(1)} × ${(answer.bareMs / 1000).toFixed(2)} s, a loop that counts`,
      met: rate >= least,
    })
  }
  return figures
}

/** The accuracy of Faultline on the bookshop is a golden: a change of any outcome on either recording shows up here. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { measureAccuracy, type Accuracy } from '../../scripts/accuracy/pages.js'

let accuracy: Accuracy
beforeAll(async () => {
  accuracy = await measureAccuracy()
}, 300_000)

describe('the bookshop', () => {
  it('has every planted fault found', () => {
    expect(accuracy.rows.flatMap((row) => row.misses.map((place) => `${row.audit}: ${place}`))).toEqual([])
    expect(accuracy.totals.recall).toBe(1)
  })

  it('is blamed for hardly anything else', () => {
    expect(accuracy.totals.precision).toBeGreaterThanOrEqual(0.95)
  })

  it('has nothing at warning or above once it is mended', () => {
    expect(accuracy.rows.flatMap((row) => row.mended.map((text) => `${row.audit}: ${text}`))).toEqual([])
  })

  it('shows what each kind of evidence can show by itself', () => {
    const wrong = [...accuracy.alone].flatMap(([set, rows]) =>
      rows.flatMap(({ audit, misses, mended }) => [...misses, ...mended].map((text) => `${set}: ${audit}: ${text}`)),
    )
    expect(wrong).toEqual([])
  })

  it('can be judged by every audit once it is mended', () => {
    const judged = new Set(['pass', 'fail'])
    // The mended shop does without its caches so quietly that no error shows, has fewer than a thousand reads of any one of them, keeps what it
    // caches. Its breaker opens before a callee has failed for as long as must be
    // seen, nine calls fail there, and twenty tell what becomes of failures. And no
    // message comes twice, so that nobody can say what would happen then.
    const blind = [
      'cold-start-overload',
      'hard-cache-dependency',
      'low-hit-ratio',
      'one-hit-wonders',
      'oversized-cache',
      'missing-circuit-breaker',
      'non-idempotent-consumer',
      'swallowed-error',
    ]
    expect(accuracy.rows.filter((row) => !judged.has(row.outcomeOnMended)).map((row) => row.audit)).toEqual(blind)
  })

  it.each(['docs/accuracy.md', 'demo/bookshop/FAULTS.md'] as const)('%s is what `npm run accuracy` writes', (path) => {
    expect(accuracy.pages[path]).toBe(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
  })
})

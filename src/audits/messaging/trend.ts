/**
 * Whether a backlog grows, judged over time and without a number of messages, as Burrow judges offsets.
 * What is easily got wrong: a burst that is being worked off has growing delays too, but its backlog falls; and a reader that is never
 * behind has a backlog of one or two at any look.
 */
export interface Look {
  /** Messages waiting. */
  depth: number
  /** Messages that came so far; looks between which none came say nothing about keeping up. */
  came: number
  /** Messages taken so far. */
  taken: number
}

export type Trend =
  { kind: 'steady' | 'thin' } | { kind: 'growing' | 'stalled'; from: number; to: number; looks: number }

/**
 * Steady: empty at some look of the second half, or ever falling by more than a tenth. Stalled: messages wait and nothing is taken.
 * Growing: never falls, and ends higher than it began by `least` messages or more. Thin: fewer than `leastLooks` looks at which messages came.
 */
export function trendOf(looks: readonly Look[], least: number, leastLooks: number): Trend {
  // Before the first and after the last message that came there is nothing to keep up with.
  const first = looks.findIndex((look, index) => index > 0 && look.came > (looks[index - 1]?.came ?? 0))
  const last = looks.findLastIndex((look, index) => index > 0 && look.came > (looks[index - 1]?.came ?? 0))
  if (first < 0) return { kind: 'thin' }
  const busy = looks.slice(first - 1, last + 1)
  const [begin, end] = [busy[0], busy.at(-1)]
  if (!begin || !end || busy.length < leastLooks) return { kind: 'thin' }
  const half = busy.slice(Math.floor(busy.length / 2))
  const falls = busy.some((look, index) => index > 0 && look.depth < (busy[index - 1]?.depth ?? 0) * 0.9)
  if (falls || half.some((look) => look.depth === 0) || end.depth - begin.depth < least) return { kind: 'steady' }
  const range = { from: begin.depth, to: end.depth, looks: busy.length }
  return half.every((look) => look.taken === half[0]?.taken)
    ? { kind: 'stalled', ...range }
    : { kind: 'growing', ...range }
}

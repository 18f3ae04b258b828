/**
 * How requests spread over objects, in classes of objects that are about equally wanted: a hundred classes stand for a million objects, so that a
 * model of all of them costs nothing. Classes are ordered, most wanted first, and each is a few per cent deeper in rank than the one before.
 */
export interface PopularityClass {
  objects: number
  /** Share of all requests that goes to these objects together, 0…1. */
  share: number
}

const growth = 1.12

/** From requests counted for each object. Objects that nobody asked for do not count. */
export function popularityOf(counts: Uint32Array): PopularityClass[] {
  const ranked = counts.slice().sort().reverse()
  let objects = ranked.length
  while (objects > 0 && ranked[objects - 1] === 0) objects--
  const requests = ranked.reduce((sum, count) => sum + count, 0)
  return classesOf(objects, (from, to) => {
    let sum = 0
    for (let rank = from; rank < to; rank++) sum += ranked[rank]!
    return sum / requests
  })
}

/** The k-th most wanted object is asked for in proportion to 1/k^exponent. */
export function zipfPopularity(objects: number, exponent: number): PopularityClass[] {
  const weight = (from: number, to: number): number => {
    // Single ranks exactly, long classes by the integral, whose error at such depths is far below what a fit is worth.
    if (to - from <= 8 || from < 100) {
      let sum = 0
      for (let rank = from + 1; rank <= to; rank++) sum += rank ** -exponent
      return sum
    }
    const [low, high] = [from + 0.5, to + 0.5]
    return Math.abs(exponent - 1) < 1e-9
      ? Math.log(high / low)
      : (high ** (1 - exponent) - low ** (1 - exponent)) / (1 - exponent)
  }
  const classes = classesOf(objects, weight)
  const whole = classes.reduce((sum, each) => sum + each.share, 0)
  return classes.map((each) => ({ objects: each.objects, share: each.share / whole }))
}

/** The share of requests for the most wanted `objects`. */
export function shareOfTop(popularity: readonly PopularityClass[], objects: number): number {
  let left = objects
  let share = 0
  for (const each of popularity) {
    const taken = Math.min(1, Math.max(0, left) / each.objects)
    share += taken * each.share
    left -= each.objects
  }
  return share
}

function classesOf(objects: number, shareOf: (from: number, to: number) => number): PopularityClass[] {
  const classes: PopularityClass[] = []
  for (let from = 0; from < objects;) {
    const to = Math.min(objects, Math.max(from + 1, Math.floor(from * growth)))
    classes.push({ objects: to - from, share: shareOf(from, to) })
    from = to
  }
  return classes
}

/**
 * Where a miss-ratio curve bends, and from where on it is flat: two sizes that one would buy.
 * The knee is the point that lies deepest under the straight line from an empty cache to one that holds all (Satopää et al., "Finding a Kneedle in a haystack", 2011), which
 * needs no parameter. What is easily got wrong: loops make cliffs, and before a cliff the curve lies above that line; only what is below it is a knee.
 */
import { pointsOf, type CurvePoint, type MissRatioCurve } from './miss-ratio-curve.js'

/** The knee; undefined when the curve nowhere lies below the line: then each unit of size is worth the same or more than the one before. */
export function kneeOf(curve: MissRatioCurve): CurvePoint | undefined {
  if (curve.wholeSize < 1) return undefined
  const least = curve.missRatioAt(curve.wholeSize)
  let knee: CurvePoint | undefined
  let deepest = 0
  for (const point of pointsOf(curve, 512)) {
    const line = 1 - (1 - least) * (point.size / curve.wholeSize)
    if (line - point.missRatio > deepest + 1e-12) [knee, deepest] = [point, line - point.missRatio]
  }
  return knee
}

/** The smallest size whose miss ratio is within `tolerance` of what any size can reach. */
export function enoughSize(curve: MissRatioCurve, tolerance = 0.01): CurvePoint | undefined {
  if (curve.wholeSize < 1) return undefined
  const allowed = curve.missRatioAt(curve.wholeSize) + tolerance
  let from = 0
  let to = Math.ceil(curve.wholeSize)
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2)
    if (curve.missRatioAt(middle) <= allowed) to = middle
    else from = middle
  }
  return { size: to, missRatio: curve.missRatioAt(to) }
}

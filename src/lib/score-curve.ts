/**
 * Maps a damage of 0 or more to a score of 1 down to 0: steep where it matters and flat at both ends.
 * This is the log-logistic curve, not the log-normal one that Lighthouse uses: the same shape through the same two
 * control points, but in closed form, so that it is exactly monotone.
 */

export interface ScoreCurve {
  /** The damage that scores 0.9. */
  good: number
  /** The damage that scores 0.5; above `good`. */
  median: number
}

/** 1 at no damage, never rising with damage, 0 in the limit. */
export function scoreOf(damage: number, curve: ScoreCurve): number {
  if (!(damage > 0)) return 1
  const steepness = Math.log(9) / Math.log(curve.median / curve.good)
  return 1 / (1 + Math.pow(damage / curve.median, steepness))
}

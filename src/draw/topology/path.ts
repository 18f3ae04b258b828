/** Paths between discs, as SVG path data. Ends lie on the rims, so that an arrowhead is never hidden under a node. */
import { curveBasis, line } from 'd3-shape'

export interface Point {
  x: number
  y: number
}
export interface Disc extends Point {
  radius: number
}
export interface EdgePath {
  path: string
  /** Halfway along, for a badge. */
  middle: Point
}

/** Room for the arrowhead. */
const gap = 3

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** The point on the rim of a disc in the direction of another point. */
function rim(disc: Disc, towards: Point): Point {
  const [dx, dy] = [towards.x - disc.x, towards.y - disc.y]
  const length = Math.hypot(dx, dy) || 1
  const reach = Math.min(disc.radius + gap, length / 2)
  return { x: round(disc.x + (dx / length) * reach), y: round(disc.y + (dy / length) * reach) }
}

function loop(disc: Disc): EdgePath {
  const { x, y, radius } = disc
  const [left, right] = [round(x - radius * 0.7), round(x + radius * 0.7)]
  const [foot, top] = [round(y - radius * 0.8 - gap), round(y - radius * 2.4 - 12)]
  return {
    path: `M${left},${foot}C${left - 12},${top} ${right + 12},${top} ${right},${foot}`,
    middle: { x, y: top + 10 },
  }
}

const smooth = line<Point>()
  .x((point) => round(point.x))
  .y((point) => round(point.y))
  .curve(curveBasis)

/** Halfway along the drawn curve: a basis spline passes beside its points, not through them. */
function middleOf(points: readonly Point[]): Point | undefined {
  const last = points.length - 1
  const half = Math.floor(last / 2)
  const weights = points.length % 2 === 1 ? [1, 4, 1] : [1, 23, 23, 1]
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let [x, y] = [0, 0]
  for (const [offset, weight] of weights.entries()) {
    const point = points[Math.min(Math.max(half - 1 + offset, 0), last)]
    if (point === undefined) return undefined
    x += (point.x * weight) / total
    y += (point.y * weight) / total
  }
  return { x: round(x), y: round(y) }
}

/** A smooth path by way of given points; straight when there are none. */
export function routedPath(from: Disc, to: Disc, by: readonly Point[]): EdgePath {
  if (from === to) return loop(from)
  const start = rim(from, by[0] ?? to)
  const end = rim(to, by.at(-1) ?? from)
  const points = [start, ...by, end]
  return { path: smooth(points) ?? '', middle: middleOf(points) ?? start }
}

function between(a: Point, b: Point): Point {
  return { x: round((a.x + b.x) / 2), y: round((a.y + b.y) / 2) }
}

/** One slightly bent stroke; the two directions of a pair bend apart. */
export function curvedPath(from: Disc, to: Disc): EdgePath {
  if (from === to) return loop(from)
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const bend = { x: round((from.x + to.x) / 2 + dy * 0.12), y: round((from.y + to.y) / 2 - dx * 0.12) }
  const [start, end] = [rim(from, bend), rim(to, bend)]
  return {
    path: `M${start.x},${start.y}Q${bend.x},${bend.y} ${end.x},${end.y}`,
    middle: between(between(start, end), bend),
  }
}

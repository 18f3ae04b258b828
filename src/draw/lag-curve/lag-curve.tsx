/**
 * How many messages wait (an area) and how long those that are taken have waited (a line), over the time of the evidence.
 * Each has its own scale from 0: what counts is whether they rise, and the figures stand beside.
 */
import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { VNode } from 'preact'
import type { MessageFlow } from '../../model/messaging-report.js'

type Point = MessageFlow['lag'][number]

const width = 220
const height = 44

export interface LagCurveProps {
  lag: readonly Point[]
  label: string
}

export function LagCurve({ lag, label }: LagCurveProps): VNode | null {
  const [first, last] = [lag[0], lag.at(-1)]
  if (first === undefined || last === undefined || first === last) return null
  const x = scaleLinear([first.atMs, last.atMs], [0, width])
  const scaled = (of: (point: Point) => number) => {
    const y = scaleLinear([0, Math.max(1, ...lag.map(of))], [height - 1, 2])
    return (point: Point) => y(of(point))
  }
  const [waiting, delay] = [scaled((point) => point.waiting), scaled((point) => Math.max(0, point.delayMs))]
  const at = (point: Point) => x(point.atMs)
  const shape = area<Point>(at, height - 1, waiting).digits(1)([...lag])
  const curve = line<Point>(at, delay).digits(1)([...lag])
  return (
    <svg class="lag-curve" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} preserveAspectRatio="none">
      <path class="waiting" d={shape ?? ''} />
      <path class="delay" d={curve ?? ''} />
    </svg>
  )
}

/**
 * A chart of lines over one axis: miss ratio by size, load by time. One SVG that stands by itself: its styles are inside, and follow the reader's light or dark.
 * What is easily got wrong: a picture says nothing to those who cannot see it, so the description must hold the figures that matter.
 */
import { scaleLinear, scaleLog } from 'd3-scale'
import { curveMonotoneX, curveStepAfter, line } from 'd3-shape'
import type { VNode } from 'preact'
import { truncate, visible } from '../../lib/text.js'
import { curveStyles } from './styles.js'

export interface CurvePoint {
  x: number
  y: number
}

export interface CurveSeries {
  title: string
  points: readonly CurvePoint[]
  /** `line` by default; `dashed` for bounds, `dots` for single measurements joined by a thin line, `step` for values that hold until the next. */
  kind?: 'line' | 'dashed' | 'dots' | 'step'
}

export interface CurveAxis {
  label: string
  /** Logarithmic axes begin at their smallest positive value. */
  scale?: 'linear' | 'log'
  text: (value: number) => string
  /** End of the axis; the largest value when left out. */
  most?: number
}

/** A line across the chart: a capacity, the size in force. */
export interface CurveMark {
  at: number
  across: 'x' | 'y'
  label: string
}

export interface CurveProps {
  /** Unique in the page. */
  id: string
  title: string
  description: string
  x: CurveAxis
  y: CurveAxis
  series: readonly CurveSeries[]
  marks?: readonly CurveMark[]
  /** Without its styles: the page has them (`curveStyles`), and its policy would refuse them here. */
  bare?: boolean
}

const width = 720
const plot = { left: 64, top: 24, width: 632, height: 288 }
const legendRow = 20
const legendColumns = 4
/** Colours there are in styles.ts; further series repeat them, dashed. */
export const curveColours = 8

const round = (value: number): number => Math.round(value * 10) / 10
const shown = (text: string, columns: number): string => truncate(visible(truncate(text, columns)), columns)

function scaleOf(axis: CurveAxis, values: readonly number[], range: [number, number]) {
  const finite = values.filter((value) => Number.isFinite(value))
  const most = axis.most ?? finite.reduce((a, b) => Math.max(a, b), 0)
  if (axis.scale !== 'log') {
    const scale = scaleLinear([0, most > 0 ? most : 1], range).clamp(true)
    return axis.most === undefined && range[1] < range[0] ? scale.nice(5) : scale
  }
  const least = finite.filter((value) => value > 0).reduce((a, b) => Math.min(a, b), Infinity)
  const from = Number.isFinite(least) ? least : 1
  return scaleLog([from, most > from ? most : from * 10], range).clamp(true)
}

type Scale = ReturnType<typeof scaleOf>

/** No more ticks than there is room for; a logarithmic axis keeps its powers of ten. */
function ticksOf(scale: Scale, axis: CurveAxis, most: number): number[] {
  const ticks = scale.ticks(most)
  if (axis.scale !== 'log' || ticks.length <= most) return ticks
  const powers = ticks.filter((tick) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9)
  const kept = powers.length >= 2 ? powers : ticks.filter((_, i) => i % Math.ceil(ticks.length / most) === 0)
  const every = Math.ceil(kept.length / most)
  return kept.filter((_, i) => i % every === 0)
}

function Axes({ x, y, xScale, yScale }: { x: CurveAxis; y: CurveAxis; xScale: Scale; yScale: Scale }): VNode {
  const bottom = plot.top + plot.height
  return (
    <g class="axes">
      {ticksOf(yScale, y, 5).map((tick) => (
        <g>
          <line x1={plot.left} x2={plot.left + plot.width} y1={round(yScale(tick))} y2={round(yScale(tick))} />
          <text x={plot.left - 8} y={round(yScale(tick)) + 4} text-anchor="end">
            {y.text(tick)}
          </text>
        </g>
      ))}
      {ticksOf(xScale, x, 8).map((tick) => (
        <g>
          <line class="tick" x1={round(xScale(tick))} x2={round(xScale(tick))} y1={bottom} y2={bottom + 5} />
          <text x={round(xScale(tick))} y={bottom + 18} text-anchor="middle">
            {x.text(tick)}
          </text>
        </g>
      ))}
      <text class="label" x={plot.left + plot.width} y={bottom + 36} text-anchor="end">
        {shown(x.label, 60)}
      </text>
      <text class="label" x={plot.left} y={14}>
        {shown(y.label, 60)}
      </text>
    </g>
  )
}

function Series({
  series,
  index,
  at,
}: {
  series: CurveSeries
  index: number
  at: (point: CurvePoint) => CurvePoint
}): VNode {
  const { kind = 'line' } = series
  const points = series.points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)).map(at)
  const draw = line<CurvePoint>(
    ({ x }) => round(x),
    ({ y }) => round(y),
  ).curve(kind === 'step' ? curveStepAfter : curveMonotoneX)
  const colour = `colour-${index % curveColours}${index >= curveColours ? ' again' : ''}`
  return (
    <g class={`series ${kind} ${colour}`}>
      <path d={draw(points) ?? ''} />
      {kind === 'dots' && points.map(({ x, y }) => <circle cx={round(x)} cy={round(y)} r="3" />)}
    </g>
  )
}

function Mark({ mark, xScale, yScale }: { mark: CurveMark; xScale: Scale; yScale: Scale }): VNode {
  const label = shown(mark.label, 60)
  if (mark.across === 'y') {
    const y = round(yScale(mark.at))
    return (
      <g class="mark">
        <line x1={plot.left} x2={plot.left + plot.width} y1={y} y2={y} />
        <text x={plot.left + plot.width} y={y - 5} text-anchor="end">
          {label}
        </text>
      </g>
    )
  }
  const x = round(xScale(mark.at))
  const right = x > plot.left + plot.width * 0.7
  return (
    <g class="mark">
      <line x1={x} x2={x} y1={plot.top} y2={plot.top + plot.height} />
      <text x={x + (right ? -5 : 5)} y={plot.top + 12} text-anchor={right ? 'end' : 'start'}>
        {label}
      </text>
    </g>
  )
}

function Legend({ series, top }: { series: readonly CurveSeries[]; top: number }): VNode {
  const step = plot.width / legendColumns
  return (
    <g class="legend" aria-hidden="true">
      {series.map(({ title, kind = 'line' }, index) => {
        const x = plot.left + (index % legendColumns) * step
        const y = top + Math.floor(index / legendColumns) * legendRow
        const colour = `colour-${index % curveColours}${index >= curveColours ? ' again' : ''}`
        return (
          <g class={`series ${kind} ${colour}`}>
            <path d={`M${x},${y - 4}h20`} />
            {kind === 'dots' && <circle cx={x + 10} cy={y - 4} r="3" />}
            <text x={x + 26} y={y}>
              {shown(title, 22)}
            </text>
          </g>
        )
      })}
    </g>
  )
}

export function Curve({ id, title, description, x, y, series, marks = [], bare = false }: CurveProps): VNode {
  const all = series.flatMap(({ points }) => points)
  const across = (axis: 'x' | 'y'): number[] => marks.filter((mark) => mark.across === axis).map((mark) => mark.at)
  const xScale = scaleOf(x, [...all.map((point) => point.x), ...across('x')], [plot.left, plot.left + plot.width])
  const yScale = scaleOf(y, [...all.map((point) => point.y), ...across('y')], [plot.top + plot.height, plot.top])
  const least = xScale.domain()[0] ?? 0
  const at = (point: CurvePoint): CurvePoint => ({ x: xScale(Math.max(least, point.x)), y: yScale(point.y) })
  const legendTop = plot.top + plot.height + 60
  const height = legendTop + Math.ceil(series.length / legendColumns) * legendRow - 4
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="curve"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-labelledby={`${id}-title ${id}-description`}
    >
      <title id={`${id}-title`}>{shown(title, 120)}</title>
      <desc id={`${id}-description`}>{shown(description, 600)}</desc>
      {!bare && <style dangerouslySetInnerHTML={{ __html: curveStyles }} />}
      <rect class="paper" width={width} height={height} />
      <Axes x={x} y={y} xScale={xScale} yScale={yScale} />
      {series.map((each, index) => (
        <Series series={each} index={index} at={at} />
      ))}
      {marks.map((mark) => (
        <Mark mark={mark} xScale={xScale} yScale={yScale} />
      ))}
      <Legend series={series} top={legendTop} />
    </svg>
  )
}

/**
 * A trace as rows of names and bars. Bars are SVG with positions in percent: they follow the width of the page,
 * while text keeps its size. The order of rows is the meaning; bars are hidden from screen readers.
 */
import { scaleLinear } from 'd3-scale'
import type { VNode } from 'preact'
import { truncate, visible } from '../../lib/text.js'
import type { Exhibit } from '../../model/report.js'
import { foldTrace } from './fold.js'
import type { FoldRow, SpanRow } from './fold.js'

export interface WaterfallProps {
  exhibit: Exhibit
  offendingIds: readonly string[]
  /** Most spans to show; the others are folded. */
  most: number
  durationText: (durationMs: number) => string
}

interface Extent {
  startMs: number
  spanMs: number
}

const deepest = 10

function shown(text: string, columns: number): string {
  return truncate(visible(truncate(text, columns)), columns)
}

function percent(value: number): string {
  return `${Math.round(value * 1_000) / 10}%`
}

function Bar({
  extent,
  startMs,
  endMs,
  name,
}: {
  extent: Extent
  startMs: number
  endMs: number
  name: string
}): VNode {
  const left = (startMs - extent.startMs) / extent.spanMs
  const width = Math.max((endMs - startMs) / extent.spanMs, 0.004)
  return (
    <svg class="lane" aria-hidden="true">
      <rect class={name} x={percent(Math.min(left, 0.996))} y="4" width={percent(width)} height="10" rx="2" />
    </svg>
  )
}

function SpanLine({
  row,
  extent,
  durationText,
}: { row: SpanRow; extent: Extent } & Pick<WaterfallProps, 'durationText'>): VNode {
  const { span } = row
  const marks = `${row.offending ? ' offending' : ''}${span.error ? ' failed' : ''}`
  const operation = shown(span.operation, 80)
  const told = span.statement === '' ? operation : shown(span.statement, 240)
  return (
    <li class={`row depth-${Math.min(row.depth, deepest)}${marks}`}>
      <span class="what" title={`${shown(span.service, 80)} · ${told} · ${span.kind}`}>
        {row.offending && <span class="unseen">offending: </span>}
        <b>
          <bdi>{shown(span.service, 40)}</bdi>
        </b>{' '}
        <bdi>{operation}</bdi>
        {span.error && <span class="flag"> failed</span>}
      </span>
      <Bar extent={extent} startMs={span.startMs} endMs={span.startMs + span.durationMs} name={`bar ${span.kind}`} />
      <span class="took">{durationText(span.durationMs)}</span>
    </li>
  )
}

function FoldLine({ row, extent }: { row: FoldRow; extent: Extent }): VNode {
  return (
    <li class={`row fold depth-${Math.min(row.depth, deepest)}${row.offending > 0 ? ' offending' : ''}`}>
      <span class="what">
        … {row.count} spans
        {row.alike !== null && (
          <>
            {row.alike.count === row.count ? ' of ' : `, ${row.alike.count} of them `}
            <bdi>{shown(row.alike.service, 40)}</bdi> <bdi>{shown(row.alike.operation, 60)}</bdi>
          </>
        )}
        {row.alike === null && row.offending > 0 && `, ${row.offending} of them like those marked`}
      </span>
      <Bar extent={extent} startMs={row.startMs} endMs={row.endMs} name="bar folded" />
      <span class="took" />
    </li>
  )
}

function Axis({ extent, durationText }: { extent: Extent } & Pick<WaterfallProps, 'durationText'>): VNode {
  const ticks = scaleLinear().domain([0, extent.spanMs]).ticks(4)
  return (
    <li class="row axis" aria-hidden="true">
      <span class="what" />
      <svg class="lane">
        {ticks.map((tick) => {
          const at = percent(tick / extent.spanMs)
          const anchor = tick === 0 ? 'start' : tick / extent.spanMs > 0.93 ? 'end' : 'middle'
          return (
            <>
              <text x={at} y="11" text-anchor={anchor}>
                {durationText(tick)}
              </text>
              <line x1={at} x2={at} y1="14" y2="18" />
            </>
          )
        })}
      </svg>
      <span class="took" />
    </li>
  )
}

export function Waterfall({ exhibit, offendingIds, most, durationText }: WaterfallProps): VNode {
  const rows = foldTrace(exhibit.spans, offendingIds, most)
  let [startMs, endMs] = [0, 0]
  for (const span of exhibit.spans) {
    startMs = Math.min(startMs, span.startMs)
    endMs = Math.max(endMs, span.startMs + span.durationMs)
  }
  const extent = { startMs, spanMs: Math.max(endMs - startMs, 0.001) }
  return (
    <ol class="waterfall">
      <Axis extent={extent} durationText={durationText} />
      {rows.map((row) =>
        row.type === 'span' ? (
          <SpanLine row={row} extent={extent} durationText={durationText} />
        ) : (
          <FoldLine row={row} extent={extent} />
        ),
      )}
      {exhibit.omitted > 0 && (
        <li class="row fold depth-0">
          <span class="what">… {exhibit.omitted} more spans of this trace are not in the report</span>
        </li>
      )}
    </ol>
  )
}

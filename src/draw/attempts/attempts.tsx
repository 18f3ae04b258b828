/**
 * One message with every attempt, or two that overtook each other: a row for each run on one axis of time, publishes as ticks.
 * Bars are drawn in percent, as those of a waterfall are; the order of rows and the text beside them say the same.
 */
import type { VNode } from 'preact'
import { truncate, visible } from '../../lib/text.js'
import type { MessageTimeline } from '../../model/messaging-report.js'

export interface AttemptsProps {
  timeline: MessageTimeline
  durationText: (durationMs: number) => string
}

function shown(text: string, columns: number): string {
  return truncate(visible(truncate(text, columns)), columns)
}

function percent(value: number): string {
  return `${Math.round(Math.min(Math.max(value, 0), 1) * 1_000) / 10}%`
}

export function Attempts({ timeline: { publishedMs, runs }, durationText }: AttemptsProps): VNode {
  const startMs = Math.min(...publishedMs, ...runs.map((run) => run.startMs))
  const endMs = Math.max(...publishedMs, ...runs.map((run) => run.startMs + run.durationMs))
  const lengthMs = Math.max(endMs - startMs, 0.001)
  const messages = new Set(runs.map((run) => run.messageId)).size
  return (
    <ol class="attempts">
      {runs.map((run, index) => (
        <li class={run.failed ? 'failed' : 'done'}>
          <span class="what">
            {messages > 1 ? <bdi>{shown(run.messageId, 32)}</bdi> : `${index + 1}. ${run.failed ? 'failed' : 'done'}`}
            {run.instance !== '' && (
              <>
                {' at '}
                <bdi>{shown(run.instance, 32)}</bdi>
              </>
            )}
          </span>
          <svg class="lane" aria-hidden="true">
            {publishedMs.map((at) => (
              <line
                class="published"
                x1={percent((at - startMs) / lengthMs)}
                x2={percent((at - startMs) / lengthMs)}
                y1="0"
                y2="18"
              />
            ))}
            <rect
              x={percent(Math.min((run.startMs - startMs) / lengthMs, 0.994))}
              y="4"
              width={percent(Math.max(run.durationMs / lengthMs, 0.006))}
              height="10"
              rx="2"
            />
          </svg>
          <span class="took">
            {durationText(Math.max(run.startMs, 0))}
            {run.startMs >= 0 ? ' after' : ' (clocks differ)'}, {durationText(run.durationMs)}
          </span>
        </li>
      ))}
    </ol>
  )
}

/**
 * Progress as one line on standard error that is drawn over itself, on terminals only. Anywhere else it is silent,
 * or with --verbose one line at the end: logs are read later, by people who do not want forty thousand lines.
 */
import { pad, truncate } from '../lib/text.js'
import type { Progress, ProgressEvent, Stage } from '../engine/progress.js'
import { nameText } from '../report/place-text.js'
import { countText, durationText, numberText } from '../report/quantity-text.js'
import type { Output } from './environment.js'

const stageNames: Record<Stage, string> = {
  import: 'Reading evidence',
  normalise: 'Normalising spans',
  survey: 'Surveying the system',
  audits: 'Running audits',
  report: 'Writing the report',
}

const redrawMs = 100

const sizeText = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`

export interface ProgressLine extends Progress {
  /** Wipes the line; call before anything else is written to the terminal. A run that succeeded is told with --verbose. */
  finish(succeeded: boolean): Promise<void>
}

/** `now` is in milliseconds and only ever grows. */
export function createProgressLine(
  output: Output,
  verbose: boolean,
  now: () => number = () => performance.now(),
): ProgressLine {
  const startedAt = now()
  let stage: Stage | undefined
  let parts = { done: 0, total: 0 }
  let source = { name: '', rows: 0, bytes: 0, totalBytes: 0, startedAt }
  let spans = 0
  let store = { rows: 0, bytes: 0 }
  let drawnAt = Number.NEGATIVE_INFINITY
  let drawn = false

  function partText(): string {
    const read = store.rows > 0 ? `${numberText(store.rows)} rows and ${sizeText(store.bytes)} read` : ''
    if (stage !== 'import' || read !== '')
      return [parts.total > 0 ? `${parts.done} of ${parts.total}` : '', read].filter((text) => text !== '').join(', ')
    const { name, rows, bytes, totalBytes } = source
    const share = totalBytes > 0 ? `${Math.min(Math.floor((bytes / totalBytes) * 100), 100)} %` : ''
    const seconds = (now() - source.startedAt) / 1_000
    const speed = rows > 0 && seconds >= 0.2 ? `${numberText(rows / seconds)} spans/s` : ''
    const file = parts.total > 1 ? `file ${Math.min(parts.done + 1, parts.total)} of ${parts.total}` : ''
    return [file, share, speed, nameText(name, 40)].filter((text) => text !== '').join(', ')
  }

  function draw(): void {
    if (!output.isTerminal || stage === undefined) return
    drawnAt = now()
    drawn = true
    const columns = Math.max((output.columns ?? 80) - 1, 20)
    const part = partText()
    const text = `${stageNames[stage]}${part === '' ? '' : `: ${part}`}`
    void output.write(`\r${pad(truncate(text, columns), columns)}`)
  }

  function note(event: ProgressEvent): void {
    switch (event.kind) {
      case 'stage-start':
        stage = event.stage
        parts = { done: 0, total: event.parts ?? 0 }
        break
      case 'source-start':
        source = { name: event.source, rows: 0, bytes: 0, totalBytes: event.totalBytes, startedAt: now() }
        break
      case 'source-progress':
        source = { ...source, rows: event.rows, bytes: event.bytes, totalBytes: event.totalBytes }
        break
      case 'source-done':
        spans += event.rows
        parts.done += 1
        break
      case 'store-progress':
        store = { rows: event.rows, bytes: event.bytes }
        break
      case 'relation-done':
        parts.done += 1
        break
      case 'stage-done':
        break
    }
  }

  return {
    emit(event) {
      note(event)
      if (event.kind === 'stage-start' || now() - drawnAt >= redrawMs) draw()
    },
    async finish(succeeded) {
      if (drawn) await output.write(`\r${' '.repeat(Math.max((output.columns ?? 80) - 1, 20))}\r`)
      drawn = false
      stage = undefined
      if (verbose && succeeded)
        await output.write(`Read ${countText(spans, 'span')}; done in ${durationText(now() - startedAt)}.\n`)
    },
  }
}

/**
 * Text of the evidence and figures as they appear on the page. Every name goes through `Name`, which isolates its direction,
 * shows what is hidden and cuts what is too long; preact escapes it. Nothing here may be used for raw HTML.
 */
import type { ComponentChildren, VNode } from 'preact'
import { truncate, visible } from '../../lib/text.js'
import type { Quantity } from '../../model/units.js'
import { nameText } from '../place-text.js'
import { durationText, numberText, quantityText, shareText } from '../quantity-text.js'

const thinSpace = '\u202f'
const longestTitle = 300
const longestMessage = 900

/** Thin spaces between thousands and before units, which never break over a line. */
export function thin(text: string): string {
  return text.replace(/(\d),(?=\d{3})/g, `$1${thinSpace}`).replace(/(\d) (?=\S)/g, `$1${thinSpace}`)
}

export function count(value: number): string {
  return thin(numberText(value))
}
export function duration(durationMs: number): string {
  return thin(durationText(durationMs))
}
/** For columns of durations: more than two decimals of a millisecond are noise. */
export function briefDuration(durationMs: number): string {
  return duration(durationMs > 0 && durationMs < 1 ? Math.max(Math.round(durationMs * 100) / 100, 0.01) : durationMs)
}
export function quantity(value: Quantity): string {
  return thin(quantityText(value))
}
export function share(value: number): string {
  return thin(shareText(value))
}
/** A share below which nothing shows: two digits that matter, for here `< 0.1 %` would say nothing. */
export function floorText(value: number): string {
  return Number.isFinite(value) ? `${Number((value * 100).toPrecision(2))}${thinSpace}%` : 'unknown'
}
/** `1 call`, `12 400 calls`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)}${thinSpace}${value === 1 ? one : many}`
}

/** A name of the evidence: cut in the middle, the rest of it in the tooltip. */
export function Name({ text, columns = 60 }: { text: string; columns?: number }): VNode {
  const shown = nameText(text, columns)
  const full = nameText(text, longestTitle)
  return shown === full ? <bdi>{shown}</bdi> : <bdi title={full}>{shown}</bdi>
}

/** A sentence that may hold names of the evidence. */
export function message(text: string): string {
  return truncate(visible(truncate(text, longestMessage)), longestMessage)
}

/** Prose of an audit: what stands in backticks is set as code. */
export function Prose({ text }: { text: string }): VNode {
  const parts: ComponentChildren[] = message(text)
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))
  return <p>{parts}</p>
}

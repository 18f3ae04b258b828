/** What was simulated, in two lines that open every form of the report. */
import { visible } from '../../lib/text.js'
import type { Simulated } from '../../model/simulation.js'
import { nameText } from '../place-text.js'
import { bytesText, durationText, numberText } from '../quantity-text.js'
import { rateText } from './figures-text.js'

export function nameOf({ pattern, cache, sources }: Simulated): string {
  const what = pattern === '' ? 'all keys' : visible(pattern)
  // A trace of accesses does not say where its cache was.
  const where =
    cache === '' || cache.endsWith(':///') ? sources.map((source) => nameText(source)).join(', ') : nameText(cache)
  return `${what} in ${where}`
}

export function accessesOf(of: Simulated): string {
  const { requests, objects, totalBytes, spanMs, zipfExponent, deletions } = of
  const rate =
    spanMs === null || spanMs <= 0 ? '' : ` in ${durationText(spanMs)} (${rateText((requests * 1000) / spanMs)})`
  const parts = [
    `${numberText(requests)} requests for ${numberText(objects)} objects${rate}`,
    ...(totalBytes === null ? [] : [`${bytesText(totalBytes)} in all`]),
    ...(zipfExponent === null ? [] : [`popularity falls with rank to the power of ${zipfExponent.toFixed(2)}`]),
    ...(deletions === 0 ? [] : [`${numberText(deletions)} invalidations`]),
  ]
  return parts.join(', ')
}

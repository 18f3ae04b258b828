/**
 * Numbers as people read them, the same in every report, whatever the machine's language is.
 * A ratio becomes a percentage here and nowhere earlier.
 */
import type { Quantity, Unit } from '../model/units.js'

/** Made when it is first needed: the first of all takes as long as reading a megabyte. */
function format(options: Intl.NumberFormatOptions): (value: number) => string {
  let made: Intl.NumberFormat | undefined
  return (value) => (made ??= new Intl.NumberFormat('en-US', options)).format(value)
}

const whole = format({ maximumFractionDigits: 0 })
const significant = format({ maximumSignificantDigits: 3 })
const rare = format({ maximumSignificantDigits: 2 })

/** Makes the formats, so that the first figure of a report need not wait for them. */
export function rehearseFigures(): void {
  for (const text of [whole, significant, rare]) text(1)
}

/** At most three digits that matter, but never a rounded thousand: 0.0123, 4.57, 312, 48,210. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return 'unknown'
  return Math.abs(value) >= 100 ? whole(value) : significant(value)
}

/** `34 %`, `0.8 %`, `< 0.1 %`; 100 % and 0 % only when they are exact. */
export function shareText(share: number): string {
  if (!Number.isFinite(share)) return 'unknown'
  const percent = share * 100
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  if (percent > 99 && percent < 100) return `${Math.floor(percent * 10) / 10} %`
  return `${percent >= 10 ? whole(percent) : significant(Math.round(percent * 10) / 10)} %`
}

/** A share that may be tiny, with two digits that matter: `0.016 %`. */
export function rareText(share: number): string {
  return `${rare(Math.min(share, 1) * 100)} %`
}

/** `312 ms`, `4.2 s`, `3 min 20 s`. */
export function durationText(durationMs: number): string {
  const size = Math.abs(durationMs)
  if (size < 1_000) return `${numberText(durationMs)} ms`
  if (size < 120_000) return `${numberText(durationMs / 1_000)} s`
  const totalSeconds = Math.round(durationMs / 1_000)
  const parts: [number, string][] = [
    [Math.floor(totalSeconds / 86_400), 'd'],
    [Math.floor(totalSeconds / 3_600) % 24, 'h'],
    [Math.floor(totalSeconds / 60) % 60, 'min'],
    [totalSeconds % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** `512 B`, `1.2 MB`: powers of 1,000. */
export function bytesText(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = sizeBytes
  let unit = 0
  while (Math.abs(value) >= 1_000 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${numberText(value)} ${units[unit]}`
}

const singular: Partial<Record<Unit, string>> = {
  attempts: 'attempt',
  hops: 'hop',
  services: 'service',
  spans: 'span',
  names: 'name',
  traces: 'trace',
  'calls/request': 'call/request',
  'calls/s': 'call/s',
}

/** A measurement, limit or cost with its unit. */
export function quantityText({ value, unit }: Quantity): string {
  switch (unit) {
    case 'ms':
      return durationText(value)
    case 'ms/request':
      return `${durationText(value)} per request`
    case 'ms/s':
      return `${durationText(value)} per second`
    case 'bytes':
      return bytesText(value)
    case 'bytes/s':
      return `${bytesText(value)}/s`
    case 'ratio':
      return shareText(value)
    case 'count':
      return numberText(value)
    default:
      return `${numberText(value)} ${value === 1 ? (singular[unit] ?? unit) : unit}`
  }
}

/** `1 finding`, `2 findings`; the plural is the singular with an s unless it is given. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`
}

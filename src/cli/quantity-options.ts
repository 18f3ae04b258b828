/** Sizes, durations and numbers as options of the command line: read as in a charter, refused with the same words. */
import { dimensions, readQuantity, type Dimension } from '../charter/quantities.js'
import { InvocationError } from './exit.js'

function quantity(option: string, dimension: Dimension, text: string): number {
  const read = readQuantity(dimension, text)
  if ('value' in read) return read.value
  throw new InvocationError(`${option} ${text}: ${read.message}`, read.remedy)
}

/** One value, or none where the option was not given. */
export function quantityOption(option: string, dimension: Dimension, text: string | undefined): number | undefined {
  return text === undefined ? undefined : quantity(option, dimension, text)
}

export const durationsOption = (option: string, texts: readonly string[] = []): number[] =>
  texts.map((text) => quantity(option, 'duration', text))

/** `500` objects, or `64MB`. */
export function sizeOption(option: string, text: string): { value: number; unit: 'objects' | 'bytes' } {
  const unit = /^\s*[\d.]+\s*$/.test(text) ? 'objects' : 'bytes'
  const value = quantity(option, unit === 'objects' ? 'count' : 'size', text)
  if (!(value >= 1))
    throw new InvocationError(
      `${option} ${text}: a cache holds at least 1`,
      `Known units: ${Object.keys(dimensions.size.units).join(', ')}; without one it is a number of objects.`,
    )
  return { value: Math.floor(value), unit }
}

/** A count that may not be 0. */
export function positiveOption(option: string, dimension: Dimension, text: string | undefined): number | undefined {
  const value = quantityOption(option, dimension, text)
  if (value === 0) throw new InvocationError(`${option} 0: it must be more than 0`)
  return value
}

export const collected = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value]

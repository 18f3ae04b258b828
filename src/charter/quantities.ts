/**
 * Durations, rates, ratios, sizes and counts as people write them, in base units (ms, per second, 0…1, bytes).
 * A duration without a unit is refused: 300 may be seconds to one reader and milliseconds to the next.
 */
import type { Comparator, RequirementMetric } from '../model/charter.js'
import type { Unit } from '../model/units.js'
import { isFault, quoted } from './charter-error.js'
import type { Fault } from './charter-error.js'

export type Dimension = 'duration' | 'rate' | 'ratio' | 'size' | 'count'

interface DimensionWords {
  expected: string
  units: Readonly<Record<string, number>>
  /** Of the text, for editors: looser than the reading. */
  pattern: string
}

const second = 1000

export const dimensions: Readonly<Record<Dimension, DimensionWords>> = {
  duration: {
    expected: 'a duration such as 300ms, 2s or 5m',
    units: { ms: 1, s: second, m: 60 * second, h: 3600 * second, d: 86_400 * second },
    pattern: '(ms|s|m|h|d)',
  },
  rate: {
    expected: 'a rate such as 200/s or 90/min',
    units: { '/s': 1, '/min': 1 / 60, '/h': 1 / 3600 },
    pattern: '/ ?(s|min|h)',
  },
  ratio: { expected: 'a ratio such as 0.8 or 80%', units: { '': 1, '%': 0.01 }, pattern: '%?' },
  size: {
    expected: 'a size such as 64KiB or 2MB',
    units: {
      B: 1,
      kB: 1e3,
      MB: 1e6,
      GB: 1e9,
      KiB: 2 ** 10,
      MiB: 2 ** 20,
      GiB: 2 ** 30,
    },
    pattern: '(B|kB|MB|GB|KiB|MiB|GiB)',
  },
  count: { expected: 'a number such as 20', units: { '': 1 }, pattern: '' },
}

/** A number as written: no sign, no exponent. */
const numberPattern = String.raw`\d+(\.\d+)?`

/** For editors: the texts that a dimension takes, perhaps with a comparator before them. */
export function textPattern(dimension: Dimension): string {
  return String.raw`^\s*((<=?|>=?|≤|≥)\s*)?${numberPattern} ?${dimensions[dimension].pattern}\s*$`
}

export function readQuantity(dimension: Dimension, given: string | number): { value: number } | Fault {
  const { expected, units } = dimensions[dimension]
  const text = String(given).trim()
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(\S*)$/.exec(text)
  const fault = (remedy: string): Fault => ({ message: `Expected ${expected}, found ${quoted(text)}.`, remedy })
  if (!match)
    return fault(
      text.startsWith('-')
        ? 'It cannot be below zero.'
        : `Write it like this: ${expected.replace(/^.* such as /, '')}.`,
    )
  const [, digits = '', suffix = ''] = match
  const known = Object.keys(units)
  const factor = Object.entries(units).find(([unit]) => unit === suffix.replace('/ ', '/'))?.[1]
  if (factor === undefined) {
    if (suffix === '') return fault(`Add the unit: ${known.map((unit) => `${digits}${unit}`).join(', ')}.`)
    const other = known.find((unit) => unit !== '' && unit.toLowerCase() === suffix.toLowerCase())
    const listed = known.filter((unit) => unit !== '').join(', ')
    if (other !== undefined) return fault(`Write ${digits}${other}.`)
    return fault(listed === '' ? `Write ${digits} without a unit.` : `Known units: ${listed}.`)
  }
  // Without this, 99.9% would be 0.9990000000000001.
  const value = Number((Number(digits) * factor).toPrecision(12))
  if (!Number.isFinite(value)) return fault('It is too large.')
  if (dimension === 'ratio' && value > 1) {
    return fault(
      suffix === '' ? `A ratio lies between 0 and 1: write ${digits}%?` : 'A ratio lies between 0% and 100%.',
    )
  }
  return { value }
}

interface MetricWords {
  dimension: Dimension
  unit: Unit
  /** What a bare value means. */
  usual: Comparator
  meaning: string
}

export type MeasuredMetric = Exclude<RequirementMetric, 'ordered'>

export const metrics: Readonly<Record<MeasuredMetric, MetricWords>> = {
  p50: { dimension: 'duration', unit: 'ms', usual: '<=', meaning: 'Median duration of the requests.' },
  p95: { dimension: 'duration', unit: 'ms', usual: '<=', meaning: '95 % of the requests are no slower.' },
  p99: { dimension: 'duration', unit: 'ms', usual: '<=', meaning: '99 % of the requests are no slower.' },
  errors: { dimension: 'ratio', unit: 'ratio', usual: '<=', meaning: 'Share of the requests that fail.' },
  rate: { dimension: 'rate', unit: 'calls/s', usual: '>=', meaning: 'Load that must be served.' },
  hops: { dimension: 'count', unit: 'hops', usual: '<=', meaning: 'Services in a row that one request passes.' },
  callsPerRequest: {
    dimension: 'count',
    unit: 'calls/request',
    usual: '<=',
    meaning: 'Calls between services that one request causes.',
  },
  staleness: { dimension: 'duration', unit: 'ms', usual: '<=', meaning: 'How old data may be when it is read.' },
  hitRatio: {
    dimension: 'ratio',
    unit: 'ratio',
    usual: '>=',
    meaning: 'Share of the reads of a cache that it answers.',
  },
}

export interface Target {
  comparator: Comparator
  value: number
  unit: Unit
  /** As written. */
  text: string
}

/** `>= 0.8`, `<= 300ms`, or a bare value with the metric's usual comparator. */
export function readTarget(metric: MeasuredMetric, given: string | number): Target | Fault {
  const { dimension, unit, usual } = metrics[metric]
  const text = String(given).trim()
  const match = /^(<=|>=|<|>|≤|≥|[=!~<>]*)\s*(.*)$/su.exec(text)
  const [, sign = '', rest = ''] = match ?? []
  const comparator = sign === '' ? usual : comparators[sign]
  if (comparator === undefined) {
    return {
      message: `Expected <, <=, > or >= before the value, found ${quoted(sign)}.`,
      remedy: `Write "${usual} ${rest}": that something is exactly so, or is not so, cannot be expressed.`,
    }
  }
  const quantity = readQuantity(dimension, rest)
  return isFault(quantity) ? quantity : { comparator, value: quantity.value, unit, text }
}

const comparators: Readonly<Partial<Record<string, Comparator>>> = {
  '<': '<',
  '<=': '<=',
  '≤': '<=',
  '>': '>',
  '>=': '>=',
  '≥': '>=',
}

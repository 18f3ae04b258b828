/**
 * What a requirement or a decision demands of a number, and what was read off the evidence for it.
 * A target without readings is unproven, never met: whoever judges has to say which.
 */
import { percent } from '../../lib/percent.js'
import { truncate } from '../../lib/text.js'
import type { CharterRows, Comparator, RequirementMetric, RequirementRow } from '../../model/charter.js'
import type { Place } from '../../model/finding.js'
import type { Unit } from '../../model/units.js'
import type { SurveyRows } from '../../survey/rows.js'
import { missingParts } from './missing-parts.js'

export interface Target {
  /** `pair` is `caller -> callee`, of which only decisions speak. */
  scopeKind: 'request' | 'data' | 'destination' | 'pair'
  scope: string
  /** A glob; blank is any service. */
  service: string
  metric: RequirementMetric
  comparator: Comparator
  value: number
  unit: Unit
  /** `by-key` or `by-partition` for `ordered`; blank otherwise. */
  order: string
}

/** What one place was measured at. */
export interface Reading {
  where: Place
  /** The place and what it does, as the beginning of a sentence: `POST /checkout of storefront takes 512 ms …`. */
  text: string
  value: number
  unit: Unit
  holds: boolean
  samples: number
  /** Requests that are touched, of all. */
  share: number
  traceIds: string[]
  spanIds: string[]
}

/** A place is read, or too little is known of it. */
export type Outcome = { reading: Reading } | { thin: string }

export type Seen = Pick<Reading, 'where' | 'samples' | 'share' | 'traceIds' | 'spanIds'>

export function read(target: Target, seen: Seen, value: number, text: string): Reading {
  const { where, samples, share, traceIds, spanIds } = seen
  return { where, text, value, unit: target.unit, holds: holds(value, target), samples, share, traceIds, spanIds }
}

export interface Judgement {
  readings: Reading[]
  /** Why nothing could be read, and what would answer; blank when something was. */
  unproven: string
  /** Places within the scope that have too little evidence, although others have enough. */
  thin: string[]
}

export type MeasuredRows = Pick<
  SurveyRows,
  | 'requests'
  | 'requestLoad'
  | 'criticalChains'
  | 'calls'
  | 'pairs'
  | 'storeUse'
  | 'destinationUse'
  | 'orderings'
  | 'flows'
  | 'cachePatterns'
  | 'cacheServers'
  | 'cacheInvalidations'
  | 'overview'
>

export const measuredNeeds = [
  'requests',
  'requestLoad',
  'criticalChains',
  'calls',
  'pairs',
  'storeUse',
  'destinationUse',
  'orderings',
  'flows',
  'cachePatterns',
  'cacheServers',
  'cacheInvalidations',
  'overview',
] as const satisfies (keyof MeasuredRows)[]

/** A requirement's row with all that makes it measurable. */
export interface RequiredTarget {
  row: RequirementRow
  target: Target
}

/** Targets of the requirements in force. Those without metric or scope cannot be measured at all, which is another audit's finding. */
export function requiredTargets(rows: CharterRows['charterRequirements']): RequiredTarget[] {
  return rows.flatMap((row): RequiredTarget[] => {
    const { scopeKind, scope, service, metric, comparator, value, unit, order } = row
    if (row.status !== 'accepted' || metric === '' || scopeKind === '' || missingParts(row).length > 0) return []
    // Order is kept or not: it has no comparator.
    const sign = comparator === '' ? '>=' : comparator
    return [{ row, target: { scopeKind, scope, service, metric, comparator: sign, value, unit, order } } as const]
  })
}

export function holds(value: number, { comparator, value: wanted }: Pick<Target, 'comparator' | 'value'>): boolean {
  if (comparator === '<') return value < wanted
  if (comparator === '<=') return value <= wanted
  return comparator === '>' ? value > wanted : value >= wanted
}

/** A number in a sentence, exact enough that it never reads as the limit that it breaks. */
export function figure(value: number, unit: Unit): string {
  if (unit === 'ratio') return percent(value)
  const number = value >= 10_000 ? Math.round(value) : Number(value.toPrecision(4))
  if (unit === 'count') return `${number}`
  if (unit === 'calls/s') return `${number}/s`
  return `${number} ${value === 1 && unit !== 'ms' ? unit.replace(/s(?=$|\/)/, '') : unit}`
}

const words: Record<Comparator, string> = { '<': 'less than', '<=': 'at most', '>': 'more than', '>=': 'at least' }

/** `at most 300 ms`; what must be in order has no number. */
export function wantedText({ metric, comparator, value, unit, order }: Omit<Target, 'scopeKind' | 'scope'>): string {
  if (metric === 'ordered') return `in order ${order.replace('-', ' ')}`
  return `${words[comparator]} ${figure(value, unit)}`
}

/** `, because "customers leave"`; nothing where nobody said. */
export function reasonText(because: string): string {
  return because === '' ? '' : `, because “${truncate(because.trim().replaceAll(/\s+/g, ' '), 200)}”`
}

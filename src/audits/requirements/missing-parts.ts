/**
 * What a target lacks before anything could measure it: a metric, a comparator, a value, a scope, or a scope that has such a metric
 * (nothing but a request has hops). Evidence is not looked at: whether there is any is unproven-requirement's business.
 */
import type { RequirementMetric, RequirementRow } from '../../model/charter.js'

type ScopeKind = Exclude<RequirementRow['scopeKind'], ''>

const anywhere: readonly ScopeKind[] = ['request', 'data', 'destination']

const scopesOf: Readonly<Record<RequirementMetric, readonly ScopeKind[]>> = {
  p50: anywhere,
  p95: anywhere,
  p99: anywhere,
  errors: anywhere,
  rate: anywhere,
  hops: ['request'],
  callsPerRequest: ['request'],
  staleness: ['data', 'destination'],
  hitRatio: ['data'],
  ordered: ['destination'],
}

/** In words for a sentence, in a fixed order; empty for a target that can be measured. */
export function missingParts(row: RequirementRow): string[] {
  const { metric, comparator, value, scopeKind, scope, order } = row
  const parts: string[] = []
  if (metric === '') parts.push('metric', 'value')
  else if (metric === 'ordered') {
    if (order === '') parts.push('order')
  } else {
    if (comparator === '') parts.push('comparator')
    if (!Number.isFinite(value)) parts.push('value')
  }
  if (scopeKind === '' || scope === '') parts.push('scope')
  else if (metric !== '' && !scopesOf[metric].includes(scopeKind)) {
    parts.push(`scope that has ${metric} (${scopesOf[metric].join(' or ')}, not ${scopeKind})`)
  }
  return parts
}

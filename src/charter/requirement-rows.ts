/** Requirements of one file as rows: one for each metric, one with a blank metric where there is none. */
import type { RequirementRow } from '../model/charter.js'
import { blankCharterRows } from '../model/charter.js'
import { metrics } from './quantities.js'
import type { MeasuredMetric } from './quantities.js'
import type { ReadFile } from './read-charter-file.js'

export const measuredMetrics = Object.keys(metrics) as MeasuredMetric[]

export function requirementRows({ content, source }: ReadFile): RequirementRow[] {
  return Object.entries(content.requirements ?? {}).flatMap(([requirement, given]) => {
    const path = ['requirements', requirement]
    const scopeKind = (['request', 'data', 'destination'] as const).find((key) => given[key] !== undefined)
    const common: RequirementRow = {
      ...blankCharterRows.charterRequirements,
      ...source.keyAt(path),
      requirement,
      // A service alone means all that it answers.
      scopeKind: scopeKind ?? (given.service === undefined ? '' : 'request'),
      scope: scopeKind === undefined ? (given.service === undefined ? '' : '*') : (given[scopeKind] ?? ''),
      service: given.service ?? '',
      because: given.because ?? '',
      status: given.status ?? 'accepted',
    }
    const rows = measuredMetrics.flatMap((metric): RequirementRow[] => {
      const target = given[metric]
      if (!target) return []
      const { comparator, value, unit } = target
      return [{ ...common, ...source.keyAt([...path, metric]), metric, comparator, value, unit }]
    })
    if (given.ordered !== undefined) {
      rows.push({ ...common, ...source.keyAt([...path, 'ordered']), metric: 'ordered', value: 1, order: given.ordered })
    }
    return rows.length > 0 ? rows : [common]
  })
}

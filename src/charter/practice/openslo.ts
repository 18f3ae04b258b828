/**
 * OpenSLO v1 objectives as requirements on every request of a service. A threshold has no unit in OpenSLO: it is taken from the
 * name of the metric (`…_seconds`, `…_ms`), and an objective without one is a remark, not a guess.
 */
import { blankCharterRows } from '../../model/charter.js'
import type { RequirementRow } from '../../model/charter.js'
import type { PartialCharter } from '../merge.js'
import { asList, asMapping, asText, yamlDocuments } from './practice-file.js'
import type { Plain } from './practice-file.js'

type Measured = Pick<RequirementRow, 'metric' | 'comparator' | 'value' | 'unit'>

export function readOpenSlo(text: string, file: string): PartialCharter {
  const { documents, remarks } = yamlDocuments(text, file)
  const entities = documents.filter(({ value }) => asText(value['apiVersion']) === 'openslo/v1')
  const indicators = new Map(
    entities
      .filter(({ value }) => value['kind'] === 'SLI')
      .map(({ value }) => [asText(asMapping(value['metadata'])['name']), asMapping(value['spec'])]),
  )
  const charterRequirements: RequirementRow[] = []
  for (const { value, origin } of entities) {
    if (value['kind'] !== 'SLO') continue
    const spec = asMapping(value['spec'])
    const requirement = asText(asMapping(value['metadata'])['name'])
    const service = asText(spec['service'])
    const indicator = indicators.get(asText(spec['indicatorRef'])) ?? asMapping(asMapping(spec['indicator'])['spec'])
    if (requirement === '' || service === '') {
      remarks.push({ ...origin, message: 'Expected metadata.name and spec.service: this objective is not read.' })
      continue
    }
    for (const objective of asList(spec['objectives']).map((given) => asMapping(given))) {
      const found = measured(objective, indicator)
      if (typeof found === 'string') remarks.push({ ...origin, message: found })
      else {
        charterRequirements.push({
          ...blankCharterRows.charterRequirements,
          ...origin,
          ...found,
          requirement,
          scopeKind: 'request',
          scope: '*',
          service,
          because: asText(spec['description']),
          practice: 'openslo',
        })
      }
    }
  }
  return { charterRequirements, remarks }
}

function measured(objective: Plain, indicator: Plain): Measured | string {
  const { target, targetPercent, op, value } = objective
  const share = typeof target === 'number' ? target : typeof targetPercent === 'number' ? targetPercent / 100 : NaN
  if (!(share > 0 && share <= 1)) return 'Expected a target between 0 and 1: this objective is not read.'
  if ('ratioMetric' in indicator) {
    return { metric: 'errors', comparator: '<=', value: Number((1 - share).toPrecision(9)), unit: 'ratio' }
  }
  if (!('thresholdMetric' in indicator)) return 'Expected an indicator in the same file: this objective is not read.'
  const metric = (
    [
      [0.5, 'p50'],
      [0.95, 'p95'],
      [0.99, 'p99'],
    ] as const
  ).find(([wanted]) => wanted === share)?.[1]
  if (metric === undefined) return 'Expected a target of 0.5, 0.95 or 0.99 for a threshold: this objective is not read.'
  if ((op !== 'lt' && op !== 'lte') || typeof value !== 'number' || !(value > 0)) {
    return 'Expected op lt or lte with a value above zero: this objective is not read.'
  }
  const source = JSON.stringify(indicator['thresholdMetric'])
  const factor = /(?:_ms|_milliseconds|_millis)(?![a-z])/.test(source) ? 1 : /_seconds(?![a-z])/.test(source) ? 1000 : 0
  if (factor === 0) return 'Expected the unit in the name of the metric (_seconds, _ms): this objective is not read.'
  return { metric, comparator: op === 'lt' ? '<' : '<=', value: value * factor, unit: 'ms' }
}

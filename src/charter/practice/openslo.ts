/**
 * OpenSLO v1 objectives as requirements on every request of a service. OpenSLO does not say what an indicator measures: the names in its
 * queries tell (`…_seconds_bucket{le="0.3"}` is a latency, `status!~"5.."` are failures). Where they do not, it is a remark, not a guess.
 */
import { blankCharterRows } from '../../model/charter.js'
import type { RequirementRow } from '../../model/charter.js'
import type { PartialCharter } from '../merge.js'
import { measuredRatio, measuredThreshold } from './openslo-indicator.js'
import type { Measured } from './openslo-indicator.js'
import { asList, asMapping, asText, yamlDocuments } from './practice-file.js'
import type { Plain, PracticeText } from './practice-file.js'

/** All files at once: indicators are mostly shared, and lie in a file of their own. */
export function readOpenSlo(files: readonly PracticeText[]): PartialCharter {
  const read = files.map(({ text, file }) => yamlDocuments(text, file))
  const remarks = read.flatMap((each) => each.remarks)
  const documents = read.flatMap((each) => each.documents)
  const entities = documents.filter(({ value }) => asText(value['apiVersion']) === 'openslo/v1')
  for (const { value, origin } of documents) {
    const version = asText(value['apiVersion'])
    if (!/^openslo/i.test(version) || version === 'openslo/v1' || asText(value['kind']) !== 'SLO') continue
    remarks.push({ ...origin, message: 'Expected apiVersion openslo/v1: this objective is not read.' })
  }
  const indicators = new Map(
    entities
      .filter(({ value }) => value['kind'] === 'SLI')
      .map(({ value }) => [asText(asMapping(value['metadata'])['name']), asMapping(value['spec'])]),
  )
  const indicatorOf = (given: Plain): Plain | undefined =>
    indicators.get(asText(given['indicatorRef'])) ??
    ('indicator' in given ? asMapping(asMapping(given['indicator'])['spec']) : undefined)
  const charterRequirements: RequirementRow[] = []
  for (const { value, origin } of entities) {
    if (value['kind'] !== 'SLO') continue
    const spec = asMapping(value['spec'])
    const requirement = asText(asMapping(value['metadata'])['name'])
    const service = asText(spec['service'])
    if (requirement === '' || service === '') {
      remarks.push({ ...origin, message: 'Expected metadata.name and spec.service: this objective is not read.' })
      continue
    }
    for (const objective of asList(spec['objectives']).map((given) => asMapping(given))) {
      const found = measured(objective, indicatorOf(objective) ?? indicatorOf(spec), asText(spec['budgetingMethod']))
      if (typeof found === 'string')
        remarks.push({ ...origin, message: `${found} The objective ${requirement.slice(0, 80)} is not read.` })
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

function measured(objective: Plain, indicator: Plain | undefined, method: string): Measured | string {
  const { target, targetPercent, op, value } = objective
  const share = typeof target === 'number' ? target : typeof targetPercent === 'number' ? targetPercent / 100 : NaN
  if (!(share > 0 && share <= 1)) return 'Expected a target between 0 and 1.'
  if (indicator === undefined) return 'Expected an indicator, here or in another of these files.'
  if ('ratioMetric' in indicator) {
    // What part of an hour was good says nothing of what part of its requests were.
    if (/timeslices/i.test(method))
      return `The budgeting method ${method.slice(0, 40)} counts slices of time, not requests.`
    return measuredRatio(asMapping(indicator['ratioMetric']), share)
  }
  if (!('thresholdMetric' in indicator)) return 'Expected ratioMetric or thresholdMetric.'
  return measuredThreshold(indicator['thresholdMetric'], op, value, share)
}

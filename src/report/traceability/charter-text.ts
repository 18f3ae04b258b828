/**
 * A charter's verdicts, targets and holes in words, the same in every format. Names are only made visible and cut here;
 * HTML and Markdown are escaped by those who print them.
 */
import { truncate, visible } from '../../lib/text.js'
import type { Comparator } from '../../model/charter.js'
import type { CharterReport, DecisionTrace, RequirementTrace } from '../../model/report.js'
import { nameText } from '../place-text.js'
import { countText, quantityText } from '../quantity-text.js'
import type { CharterView } from './charter-view.js'

export type RequirementVerdict = RequirementTrace['verdict']
export type DecisionVerdict = DecisionTrace['verdict']

export const requirementVerdicts: Readonly<Record<RequirementVerdict, string>> = {
  met: 'met',
  missed: 'missed',
  unproven: 'unproven',
  unmeasurable: 'unmeasurable',
  'not-in-force': 'not in force',
}

export const decisionVerdicts: Readonly<Record<DecisionVerdict, string>> = {
  holds: 'holds',
  contradicted: 'contradicted',
  unproven: 'unproven',
  untested: 'untested',
  'not-in-force': 'not in force',
}

/** What a verdict means for a reader who meets the word for the first time. */
export function requirementMeaning({ verdict, status }: RequirementTrace): string {
  switch (verdict) {
    case 'met':
      return 'The evidence meets every target.'
    case 'missed':
      return 'The evidence breaks a target.'
    case 'unproven':
      return 'The evidence neither meets nor breaks it.'
    case 'unmeasurable':
      return 'It states no figure that evidence could answer.'
    case 'not-in-force':
      return status === 'proposed' ? 'Proposed: nobody has accepted it yet.' : 'Retired.'
  }
}

export function decisionMeaning({ verdict, status }: DecisionTrace): string {
  switch (verdict) {
    case 'holds':
      return 'The system does what was decided.'
    case 'contradicted':
      return 'The system does otherwise.'
    case 'unproven':
      return 'The evidence neither bears it out nor contradicts it.'
    case 'untested':
      return 'It states no expectation that evidence could answer.'
    case 'not-in-force':
      return `It is ${status}.`
  }
}

const signs: Record<Comparator, string> = { '<': '<', '<=': '≤', '>': '>', '>=': '≥' }

const metricWords: Record<RequirementTrace['targets'][number]['metric'], string> = {
  p50: 'p50',
  p95: 'p95',
  p99: 'p99',
  errors: 'errors',
  rate: 'rate',
  hops: 'hops',
  callsPerRequest: 'calls per request',
  staleness: 'staleness',
  hitRatio: 'hit ratio',
  ordered: 'in order',
}

/** `p95 ≤ 300 ms`, `errors ≤ 0.05 %`. A target's share is printed as it was set: 99.95 % is not 99.9 %. */
export function targetText({ metric, comparator, value, unit }: RequirementTrace['targets'][number]): string {
  if (metric === 'ordered') return metricWords.ordered
  const figure =
    unit === 'ratio' && Number.isFinite(value)
      ? `${Number((value * 100).toPrecision(6))} %`
      : unit === 'hops' || unit === 'calls/request'
        ? quantityText({ value, unit: 'count' })
        : quantityText({ value, unit })
  return `${metricWords[metric]} ${signs[comparator]} ${figure}`
}

const mostTargets = 10

/** All targets on one line; empty for a requirement that states none. */
export function targetsText({ targets }: RequirementTrace): string {
  return listText(targets.map(targetText), mostTargets)
}

/** Items with commas; what is beyond `most` is counted. */
export function listText(items: readonly string[], most: number): string {
  const more = items.length - most
  return [...items.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}

/** Prose of the charter: on one line and of bounded length. */
export function proseText(text: string, columns = 300): string {
  return truncate(visible(truncate(text, columns)), columns)
}

/** Why a decision in force has no requirement in force. */
export function groundlessText({ because, unknown }: DecisionTrace): string {
  if (because.length > 0) return 'names only requirements that are not in force'
  return unknown.length > 0 ? 'names only requirements that do not exist' : 'names no requirement'
}

/** `bookshop, from 4 files; dates compared with 2026-03-04`. */
export function charterOf({ system, files, asOf }: CharterReport): string {
  const name = system === '' ? '' : `${nameText(system, 80)}, `
  const [file = ''] = files
  const read = files.length === 1 ? nameText(file, 80) : countText(files.length, 'file')
  return `${name}from ${read}${asOf === '' ? '' : `; its dates are compared with ${nameText(asOf, 20)}`}`
}

const linkWords: Readonly<Record<DecisionTrace['links'][number]['kind'], string>> = {
  supersedes: 'supersedes',
  'superseded-by': 'superseded by',
  amends: 'amends',
  'amended-by': 'amended by',
  clarifies: 'clarifies',
  'clarified-by': 'clarified by',
  'relates-to': 'see also',
}

/** One text for each kind of link: `supersedes 0003-one-database, 0004-one-cache`. */
export function linkTexts({ links }: DecisionTrace, most: number): string[] {
  return Object.entries(linkWords).flatMap(([kind, words]) => {
    const targets = links.filter((link) => link.kind === kind)
    if (targets.length === 0) return []
    const told = targets.map(({ target, known }) => `${nameText(target, 60)}${known ? '' : ' (which does not exist)'}`)
    return [`${words} ${listText(told, most)}`]
  })
}

/** Verdict, day and what it takes the place of, for where there is no room for all links: `holds, of 2026-03-01, supersedes 0003-…`. */
export function decisionFacts(decision: DecisionTrace): string {
  const { verdict, date } = decision
  const replaced = linkTexts({ ...decision, links: decision.links.filter(({ kind }) => kind === 'supersedes') }, 2)
  return [decisionVerdicts[verdict], ...(date === '' ? [] : [`of ${nameText(date, 20)}`]), ...replaced].join(', ')
}

/** `superseded by 0007-cache-pages`: a status with whatever took its place, as far as that is known. */
export function endText({ status, links }: DecisionTrace): string {
  const by = links
    .filter(({ kind, known }) => kind === 'superseded-by' && known)
    .map(({ target }) => nameText(target, 60))
  return status === 'superseded' && by.length > 0 ? `${status} by ${listText(by, 3)}` : status
}

function counts<Verdict extends string>(
  traces: readonly { verdict: Verdict }[],
  words: Readonly<Record<Verdict, string>>,
  order: readonly Verdict[],
): string {
  const parts = order.flatMap((verdict) => {
    const count = traces.filter((trace) => trace.verdict === verdict).length
    return count > 0 ? [`${count} ${words[verdict]}`] : []
  })
  return parts.join(', ')
}

/** `5 requirements: 1 missed, 4 met`. */
export function requirementCounts({ requirements }: CharterReport): string {
  const all = countText(requirements.length, 'requirement')
  const each = counts(requirements, requirementVerdicts, ['missed', 'unmeasurable', 'unproven', 'met', 'not-in-force'])
  return each === '' ? all : `${all}: ${each}`
}

export function decisionCounts({ decisions }: CharterReport): string {
  const all = countText(decisions.length, 'decision')
  const words = { ...decisionVerdicts, holds: 'borne out' }
  const each = counts(decisions, words, ['contradicted', 'unproven', 'untested', 'holds', 'not-in-force'])
  return each === '' ? all : `${all}: ${each}`
}

/** How many holes there are, in both directions. */
export function holeCount({ unserved, groundless, unknown, undeclaredCount }: CharterView): number {
  return unserved.length + groundless.length + unknown.length + undeclaredCount
}

/** The study of a cache for a terminal: hit ratios by policy and size, the curve's knee, lives. */
import { wrap } from '../../lib/text.js'
import type { CacheStudy, PolicyTable } from '../../model/simulation.js'
import { durationText } from '../quantity-text.js'
import { hitText, lifeText, ratioText, sizeText, tableText } from './figures-text.js'
import { accessesOf, nameOf } from './simulated-text.js'

export function cacheText(study: CacheStudy, columns: number): string {
  const lines = [nameOf(study.of), ...wrap(`${accessesOf(study.of)}.`, columns), '']
  for (const table of study.tables) lines.push(...policyLines(study, table), '')
  lines.push(...curveLines(study).flatMap((sentence) => wrap(sentence, columns)))
  if (study.lives.length > 0) lines.push('', ...lifeLines(study))
  return `${lines.join('\n')}\n`
}

/** Columns of sizes, and of the cache without limit. */
export function policyHead(study: CacheStudy): string[] {
  return ['', ...study.sizes.map((size) => sizeText(size, study.unit)), 'no limit']
}

export function policyRows(table: PolicyTable): string[][] {
  const bound = table.optimal.exact ? 'best possible' : 'bound'
  return [
    ...table.policies.map(({ title, missRatios }) => [title, ...missRatios.map(hitText), '']),
    [bound, ...table.optimal.missRatios.map(hitText), hitText(table.unbounded)],
  ]
}

function policyLines(study: CacheStudy, table: PolicyTable): string[] {
  const what = study.unit === 'bytes' ? 'bytes' : 'objects'
  const life = table.ttlMs === null ? 'nothing expires' : `expiry after ${lifeText(table.ttlMs)}`
  return [
    `Hit ratio by size in ${what}, ${life}`,
    ...tableText(policyHead(study), policyRows(table)).map((row) => `  ${row}`),
  ]
}

/** What the curve says, in sentences. */
export function curveLines({ curve, unit }: CacheStudy): string[] {
  const lines: string[] = []
  const { knee, enough, bound } = curve
  const counted = (size: number): string => `${sizeText(size, unit)}${unit === 'objects' ? ' objects' : ''}`
  if (knee !== null) lines.push(`The curve of LRU bends at ${counted(knee.size)} (${hitText(knee.missRatio)} hits).`)
  else lines.push('The curve of LRU has no knee: up to its end, more room wins as much as the room before it.')
  if (enough !== null)
    lines.push(
      `From ${counted(enough.size)} on (${hitText(enough.missRatio)}), more room wins less than 1 % of requests.`,
    )
  if (bound > 0) lines.push(`The curve was sampled: its mean error is below ${ratioText(bound)}.`)
  return lines
}

export const lifeHead = ['Time to live', 'hit ratio', 'mean age', 'oldest']

export function lifeRows(study: CacheStudy): string[][] {
  return study.lives.map(({ ttlMs, hitRatio, meanAgeMs, worstAgeMs }) => [
    lifeText(ttlMs),
    ratioText(hitRatio),
    durationText(Math.round(meanAgeMs)),
    durationText(Math.round(worstAgeMs)),
  ])
}

function lifeLines(study: CacheStudy): string[] {
  return [
    'What a life wins, in a cache without limit; ages are the most that answers can be out of date',
    ...tableText(lifeHead, lifeRows(study)).map((row) => `  ${row}`),
  ]
}

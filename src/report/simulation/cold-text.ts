/** The study of a cold start for a terminal: what went in, what comes out, and how the first minutes go. */
import { pad, visible, wrap } from '../../lib/text.js'
import type { ColdScene, ColdStartStudy, ModelInput } from '../../model/simulation.js'
import { durationText, numberText } from '../quantity-text.js'
import { rateText, ratioText, tableText } from './figures-text.js'
import { accessesOf, nameOf } from './simulated-text.js'

const moments = [0, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600]

export function coldText(study: ColdStartStudy, columns: number): string {
  const titles = study.inputs.map(({ title }) => title.length)
  const lines = [
    nameOf(study.of),
    ...wrap(`${accessesOf(study.of)}.`, columns),
    '',
    'What went into the model',
    ...study.inputs.map((input) => `  ${pad(input.title, Math.max(...titles))}  ${valueText(input)} (${input.origin})`),
    '',
    ...verdictLines(study).flatMap((sentence) => wrap(sentence, columns)),
    '',
    ...tableText(sceneHead, sceneRows(study)),
    '',
    `Queries a second of the database, and hit ratio, from the start`,
    ...tableText(courseHead(study), courseRows(study)),
  ]
  return `${lines.join('\n')}\n`
}

export function valueText({ value, unit }: ModelInput): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (unit === 'ms') return durationText(value)
  if (unit === 'ratio') return ratioText(value)
  return unit === '/s' ? rateText(value) : `${numberText(value)}${unit === '' ? '' : ` ${unit}`}`
}

/** The answer, in sentences. */
export function verdictLines(study: ColdStartStudy): string[] {
  const [plain] = study.scenes
  if (plain === undefined) return []
  const { capacityPerSecond, warmDatabasePerSecond, warmingNeeded } = study
  const peak = `${rateText(plain.peakDatabasePerSecond)} at the database, ${rateText(warmDatabasePerSecond)} when warm`
  const lines: string[] = []
  if (plain.stuck)
    lines.push(
      `An empty cache brings the system down: ${peak}. The database can serve ${rateText(capacityPerSecond)}; it stays overloaded, and this does not end by itself.`,
    )
  else if (plain.overloadedMs > 0)
    lines.push(
      `An empty cache overloads the database for ${durationText(plain.overloadedMs)}: ${peak}, of ${rateText(capacityPerSecond)} that it can serve.`,
    )
  else lines.push(`An empty cache is borne: ${peak}, of ${rateText(capacityPerSecond)} that it can serve.`)
  lines.push(`If every request missed and failed, it would be ${rateText(study.worstDatabasePerSecond)}.`)
  if (warmingNeeded === null)
    lines.push('Warming cannot prevent the overload: even the warm cache lets too much through.')
  else if (warmingNeeded > 0)
    lines.push(`Warming the ${numberText(warmingNeeded)} most wanted objects beforehand would prevent the overload.`)
  return lines
}

export const sceneHead = ['', 'peak', 'overloaded', 'longest wait', 'failed', 'recovered after', 'extra queries']

export function sceneRows(study: ColdStartStudy): string[][] {
  return study.scenes.map((scene) => [
    visible(scene.title),
    rateText(scene.peakDatabasePerSecond),
    scene.overloadedMs === 0 ? 'never' : durationText(scene.overloadedMs),
    durationText(Math.round(scene.longestWaitMs)),
    ratioText(scene.failedShare),
    recoveryText(scene),
    numberText(Math.round(scene.extraQueries)),
  ])
}

function recoveryText({ recoveredMs, stuck }: ColdScene): string {
  if (recoveredMs !== null) return durationText(recoveredMs)
  return stuck ? 'never' : 'not in the time looked at'
}

export const courseHead = (study: ColdStartStudy): string[] => [
  'after',
  ...study.scenes.map(({ title }) => visible(title)),
]

/** Moments that are closer together where more happens. */
export function courseRows({ scenes }: ColdStartStudy): string[][] {
  return moments.flatMap((seconds) => {
    const cells = scenes.map(({ points }) => {
      const point = points.find(({ atMs }) => Math.abs(atMs - seconds * 1000) < 1)
      return point && `${numberText(Math.round(point.databasePerSecond))}  ${ratioText(point.hitRatio)}`
    })
    return cells.every((cell) => cell === undefined)
      ? []
      : [[durationText(seconds * 1000), ...cells.map((cell) => cell ?? '')]]
  })
}

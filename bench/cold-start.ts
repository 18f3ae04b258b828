/**
 * The model of a cold start beside what happened: the bookshop's catalogue lost its cache under load, again and again (`npm run cold-start` there
 * recorded it), and `simulate cold-start` is given the capture from before. Writes the table into docs/simulation.md.
 * What is easily got wrong: the model speaks of means, and a second holds few queries; so sums over spans of seconds are compared as well.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import type { ColdScene, ColdStartStudy } from '../src/model/simulation.js'
import type { Figure } from './figures.js'

interface Second {
  reads: number
  queries: number
}

interface Measured {
  recordedAt: string
  loadOfMachine: number
  capacityPerSecond: number
  latencyMs: number
  failed: number
  warm: Second[]
  flushes: Second[][]
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const recording = '../demo/bookshop/recording/cold-start/'
const page = here('../docs/simulation.md')
const [begin, end] = ['<!-- cold start: begin -->', '<!-- cold start: end -->']
/** As the model's: this share of the warm hit ratio. */
const recoveredShare = 0.95

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const hitRatio = (seconds: readonly Second[]): number =>
  1 - sum(seconds.map(({ queries }) => queries)) / sum(seconds.map(({ reads }) => reads))
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const points = (share: number): string => `${(share * 100).toFixed(1)} percentage points`

function simulated(measured: Measured, seconds: number): ColdStartStudy {
  const words = ['--capacity', String(measured.capacityPerSecond), '--latency', `${measured.latencyMs}ms`]
  const told = execFileSync(
    process.execPath,
    [
      here('../dist/cli/main.js'),
      ...['simulate', 'cold-start', here(`${recording}redis-monitor.txt.gz`), '--pattern', 'book:{id}'],
      ...[...words, '--horizon', `${seconds}s`, '--format', 'json'],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  return JSON.parse(told) as ColdStartStudy
}

/** The seconds `from` to `to` of all flushes: the model's queries a second, the measured ones of each flush, and both hit ratios. */
function compared(scene: ColdScene, { flushes }: Measured, from: number, to: number) {
  const points = scene.points.slice(from, to)
  const each = flushes.map((flush) => flush.slice(from, to))
  return {
    model: sum(points.map((point) => point.databasePerSecond)) / points.length,
    each: each.map((seconds) => sum(seconds.map(({ queries }) => queries)) / (to - from)),
    modelHits: sum(points.map((point) => point.hitRatio)) / points.length,
    hits: hitRatio(each.flat()),
  }
}

/** The end of the first second from which on three seconds together reach the share of the warm hit ratio. */
function recoveredSecond(seconds: readonly Second[], warm: number): number | undefined {
  const first = seconds.findIndex(
    (_, index) => index + 3 <= seconds.length && hitRatio(seconds.slice(index, index + 3)) >= recoveredShare * warm,
  )
  return first < 0 ? undefined : first + 1
}

export async function coldStartBesideReality(): Promise<Figure[]> {
  const measured = JSON.parse(readFileSync(here(`${recording}measured.json`), 'utf8')) as Measured
  const seconds = measured.flushes[0]?.length ?? 0
  const study = simulated(measured, seconds)
  const scene = study.scenes.find(({ id }) => id === 'plain')
  if (scene === undefined || scene.points.length !== seconds)
    throw new Error(`the model has ${String(scene?.points.length)} points for ${seconds} seconds`)
  const spans = [0, 1, 2, 3, 5, 10, 20].map((from, index, all) => [from, all[index + 1] ?? seconds] as const)
  const rows = spans.map(([from, to]) => {
    const { model, each, modelHits, hits } = compared(scene, measured, from, to)
    const mean = sum(each) / each.length
    return [
      to - from === 1 ? `second ${to}` : `seconds ${from + 1} to ${to}`,
      model.toFixed(1),
      mean.toFixed(1),
      each.map((value) => value.toFixed(1)).join(', '),
      percent(modelHits),
      percent(hits),
    ]
  })
  const head = ['after the flush', 'queries/s, model', 'measured', 'of each flush', 'hit ratio, model', 'measured']
  const extra = measured.flushes.map((flush) => sum(flush.map(({ queries }) => queries)))
  const modelled = sum(scene.points.map((point) => point.databasePerSecond))
  const off = modelled / (sum(extra) / extra.length) - 1
  const worst = Math.max(
    ...spans.map(([from, to]) => {
      const { modelHits, hits } = compared(scene, measured, from, to)
      return Math.abs(modelHits - hits)
    }),
  )
  const warm = hitRatio(measured.warm)
  const recovered = measured.flushes.map((flush) => recoveredSecond(flush, warm))
  const told = `The model foresees ${modelled.toFixed(0)} queries in these ${seconds} seconds; there were ${extra.join(', ')}, so it is ${percent(Math.abs(off))} too ${off < 0 ? 'low' : 'high'} in the mean. Hit ratios of a row differ by ${points(worst)} at the most. It says that 95 % of the warm hit ratio are reached after ${scene.recoveredMs === null ? 'more than what was looked at' : `${scene.recoveredMs / 1000} s`}; measured, over three seconds at a time: ${recovered.map((second) => (second === undefined ? 'never' : `${second} s`)).join(', ')}. ${measured.failed} requests failed.`
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const scenery = `Recorded on ${measured.recordedAt.slice(0, 10)} at a load of the machine of ${measured.loadOfMachine}: ${(sum(measured.warm.map(({ reads }) => reads)) / measured.warm.length).toFixed(0)} reads a second in the seconds before the first flush, ${percent(warm)} of them hits; the database could serve ${measured.capacityPerSecond.toLocaleString('en')} queries a second.`
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page} has no place for the table: ${begin} … ${end}`)
  const whole = `${text.slice(0, from + begin.length)}\n\n${scenery}\n\n${table}\n\n${told}\n\n${text.slice(to)}`
  writeFileSync(page, await format(whole, { ...(await resolveConfig(page)), parser: 'markdown' }))
  return [
    {
      id: 'cold-start',
      work: `cold start of the bookshop’s catalogue, ${measured.flushes.length} flushes under load, beside the model`,
      target: '',
      measured: `queries ${percent(Math.abs(off))} too ${off < 0 ? 'low' : 'high'} in the mean, hit ratios within ${points(worst)} (docs/simulation.md)`,
      met: true,
    },
  ]
}

/** What a study shows as pictures. The descriptions hold the figures, for those who cannot see the lines. */
import type { CurveProps } from '../../draw/curve/curve.js'
import type { CacheStudy, ColdStartStudy } from '../../model/simulation.js'
import { durationText, numberText } from '../quantity-text.js'
import { curveLines } from './cache-text.js'
import { verdictLines } from './cold-text.js'
import { lifeText, ratioText, sizeText } from './figures-text.js'
import { nameOf } from './simulated-text.js'

const axisRatio = (value: number): string => `${Math.round(value * 100)} %`

/** One chart for each table of policies, the curve of LRU behind each. */
export function cacheCurves(study: CacheStudy): CurveProps[] {
  const { curve, sizes, unit } = study
  return study.tables.map((table, index) => {
    const dots = (missRatios: readonly number[]) => sizes.map((x, i) => ({ x, y: missRatios[i] ?? 1 }))
    const life = table.ttlMs === null ? '' : `, expiry after ${lifeText(table.ttlMs)}`
    return {
      id: `misses-${index}`,
      title: `Miss ratio by size: ${nameOf(study.of)}${life}`,
      description: curveLines(study).join(' '),
      x: {
        label: unit === 'bytes' ? 'size of the cache' : 'objects in the cache',
        scale: 'log',
        text: (size) => sizeText(size, unit),
      },
      y: { label: 'miss ratio', most: 1, text: axisRatio },
      series: [
        { title: 'LRU, every size', points: curve.points.map(({ size, missRatio }) => ({ x: size, y: missRatio })) },
        ...table.policies
          .filter(({ id }) => id !== 'lru' || table.ttlMs !== null)
          .map(({ title, missRatios }) => ({ title, kind: 'dots' as const, points: dots(missRatios) })),
        {
          title: table.optimal.exact ? 'best possible' : 'bound',
          kind: 'dashed',
          points: dots(table.optimal.missRatios),
        },
      ],
      marks:
        curve.knee === null
          ? []
          : [{ at: curve.knee.size, across: 'x', label: `knee: ${sizeText(curve.knee.size, unit)}` }],
    }
  })
}

/** Hit ratio and age over the time to live; none where the evidence has no times. */
export function lifeCurves(study: CacheStudy): CurveProps[] {
  const lives = study.lives.flatMap(({ ttlMs, hitRatio }) => (ttlMs === null ? [] : [{ x: ttlMs, y: hitRatio }]))
  if (lives.length < 2) return []
  return [
    {
      id: 'lives',
      title: `Hit ratio by time to live: ${nameOf(study.of)}`,
      description: study.lives.map(({ ttlMs, hitRatio }) => `${lifeText(ttlMs)}: ${ratioText(hitRatio)}`).join(', '),
      x: { label: 'time to live', scale: 'log', text: durationText },
      y: { label: 'hit ratio', most: 1, text: axisRatio },
      series: [{ title: 'cache without limit', kind: 'dots', points: lives }],
    },
  ]
}

export function coldCurves(study: ColdStartStudy): CurveProps[] {
  const seconds = {
    label: 'since the cache was emptied',
    text: (value: number): string => (value === 0 ? '0' : durationText(value * 1000)),
  }
  const end = interestingSeconds(study)
  const series = (of: (point: ColdStartStudy['scenes'][number]['points'][number]) => number) =>
    study.scenes.map(({ title, points }) => ({
      title,
      points: points.filter(({ atMs }) => atMs <= end * 1000).map((point) => ({ x: point.atMs / 1000, y: of(point) })),
    }))
  const description = verdictLines(study).join(' ')
  return [
    {
      id: 'load',
      title: `Load of the database after a cold start: ${nameOf(study.of)}`,
      description,
      x: seconds,
      y: { label: 'queries a second', text: numberText },
      series: series((point) => point.databasePerSecond),
      marks: [{ at: study.capacityPerSecond, across: 'y', label: 'what the database can serve' }],
    },
    {
      id: 'refill',
      title: `Hit ratio after a cold start: ${nameOf(study.of)}`,
      description,
      x: seconds,
      y: { label: 'hit ratio', most: 1, text: axisRatio },
      series: series((point) => point.hitRatio),
      marks: [{ at: study.warmHitRatio, across: 'y', label: 'warm' }],
    },
  ]
}

/** After the last recovery nothing happens any more, and what does not recover is soon the same every second. */
function interestingSeconds({ scenes }: ColdStartStudy): number {
  const ends = scenes.map(({ recoveredMs, points }) => recoveredMs ?? Math.min(60_000, points.at(-1)?.atMs ?? 0))
  return Math.max(20, (Math.max(0, ...ends) * 1.2) / 1000)
}

/**
 * Measures a target against the evidence. The same for requirements and decisions, so that they never disagree about a number.
 * Too few samples give no reading: a quantile q takes 3 / (1 − q) of them, an error ratio r takes 3 / r, unless three failures already
 * show that it is broken.
 */
import { grouped } from '../../lib/grouped.js'
import { fitsGlob, namespaceAndRest } from '../../lib/place-pattern.js'
import { sum } from '../../lib/totals.js'
import { ages, hitRatios } from './measured-caches.js'
import { delays, orders } from './measured-messages.js'
import { peakLoad, windowSeconds } from './peak-load.js'
import { rootsWithin, subjects, type Subject } from './subjects.js'
import {
  figure,
  holds,
  read,
  type Judgement,
  type MeasuredRows,
  type Outcome,
  type Reading,
  type Seen,
  type Target,
} from './targets.js'
import { toldName } from './told-names.js'

const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const
const statistics = { p50: 'in the median', p95: 'at the 95th percentile', p99: 'at the 99th percentile' } as const
/** So many failures are no accident, however few requests there were. */
const sureFailures = 3
const mostThin = 5
const words: Partial<Record<Target['metric'], string>> = { staleness: 'age', hitRatio: 'hit ratio', ordered: 'order' }

/** Samples that a quantile takes; 1 − 0.99 is not exactly 0.01. */
function samplesFor(quantile: number): number {
  return Math.ceil(Number((3 / (1 - quantile)).toPrecision(6)))
}

export function judgeTarget(target: Target, survey: MeasuredRows): Judgement {
  switch (target.metric) {
    case 'p50':
    case 'p95':
    case 'p99':
      return judged(target, durations(target, target.metric, survey), 'no span tells how long it takes')
    case 'errors':
      return judged(
        target,
        subjects(target, survey).map((subject) => failures(target, subject)),
        'no span tells how often it fails',
      )
    case 'hops':
      return judged(target, hops(target, survey), 'no critical path tells how many hops it takes')
    case 'callsPerRequest':
      return judged(target, calls(target, survey), 'no trace tells how many calls it makes')
    case 'rate':
      return rate(target, survey)
    case 'staleness':
      return target.scopeKind === 'destination'
        ? judged(
            target,
            delays(target, survey),
            'no message',
            'record producers and consumers with links or message ids',
          )
        : judged(target, ages(target, survey), 'no cache of it', 'let the reader record the age of what it reads')
    case 'hitRatio':
      return judged(
        target,
        hitRatios(target, survey),
        'no read of a cache',
        'add the counters of its server, or a capture',
      )
    case 'ordered':
      return judged(target, orders(target, survey), 'no pair of messages', 'record message ids and keys on both sides')
  }
}

function unproven(why: string): Judgement {
  return { readings: [], unproven: why, thin: [] }
}

/** `remedy` is for what may be in the evidence without telling this. */
function judged(target: Target, outcomes: readonly Outcome[], nothing: string, remedy = ''): Judgement {
  const { scopeKind, scope, service } = target
  const readings = outcomes.flatMap((outcome) => ('reading' in outcome ? [outcome.reading] : []))
  const thin = outcomes.flatMap((outcome) => ('thin' in outcome ? [outcome.thin] : [])).slice(0, mostThin)
  if (readings.length > 0) return { readings, unproven: '', thin }
  if (thin.length > 0) return unproven(thin.join('; '))
  const about = service === '' ? toldName(scope) : `${toldName(scope)} of ${toldName(service)}`
  if (remedy !== '')
    return unproven(`${nothing} tells the ${words[target.metric] ?? target.metric} of ${about}; ${remedy}`)
  if (scopeKind === 'data' && namespaceAndRest(scope).rest !== '') {
    return unproven(`of ${about} no relation tells: stores are measured as a whole, not their tables or keys`)
  }
  return unproven(`${nothing}: ${about} is not in the evidence; record traffic of it`)
}

function durations(target: Target, metric: keyof typeof quantiles, survey: MeasuredRows): Outcome[] {
  const least = samplesFor(quantiles[metric])
  return subjects(target, survey).map((subject) => {
    const value = subject.quantilesMs[metric]
    if (value === undefined) return { thin: `no relation tells ${metric} of ${subject.name}` }
    const short = tooFew(subject, least)
    if (short !== '') return { thin: short }
    const text = `${subject.name} takes ${figure(value, 'ms')} ${statistics[metric]} over ${subject.samples} ${subject.of}`
    return { reading: read(target, subject, value, text) }
  })
}

function failures(target: Target, subject: Subject): Outcome {
  const ratio = subject.samples > 0 ? subject.errors / subject.samples : 0
  const surelyBroken = subject.errors >= sureFailures && !holds(ratio, target) && subject.doubt === ''
  if (!surelyBroken) {
    if (target.value <= 0) return { thin: `${subject.name}: no number of ${subject.of} proves that none ever fails` }
    const short = tooFew(subject, Math.ceil(3 / target.value))
    if (short !== '') return { thin: short }
  }
  const text = `${subject.name} fails in ${figure(ratio, 'ratio')} of ${subject.samples} ${subject.of}`
  return { reading: read(target, subject, ratio, text) }
}

function tooFew({ name, samples, of, doubt }: Subject, least: number): string {
  if (doubt !== '') return `${name}: ${doubt}`
  return samples < least ? `${name}: ${samples} ${of}, needs ${least}` : ''
}

function hops(target: Target, { criticalChains, requests, overview }: MeasuredRows): Outcome[] {
  if (target.scopeKind !== 'request') return []
  const least = samplesFor(0.95)
  const traces = overview[0]?.traces ?? 0
  const chains = grouped(criticalChains, (row) => JSON.stringify([row.rootService, row.rootOperation]))
  return rootsWithin(target, requests).map(({ service, operation, traces: all }) => {
    const rows = (chains.get(JSON.stringify([service, operation])) ?? []).toSorted((a, b) => a.hops - b.hops)
    const name = `${toldName(operation)} of ${toldName(service)}`
    const samples = sum(rows, (row) => row.traces)
    if (samples < least) return { thin: `${name}: ${samples} requests with a critical path, needs ${least}` }
    let passed = 0
    // The smallest number that 95 % of the requests do not exceed.
    const at = rows.find((row) => (passed += row.traces) >= 0.95 * samples) ?? rows.at(-1)
    const value = at?.hops ?? 0
    const text = `${name} passes ${figure(value, 'hops')} one after another (95th percentile of ${samples} requests: ${(at?.path ?? []).map((service) => toldName(service)).join(' → ')})`
    const share = traces > 0 ? all / traces : 0
    const seen = {
      where: { service, operation },
      samples,
      share,
      traceIds: at?.traceIds ?? [],
      spanIds: at?.spanIds ?? [],
    }
    return { reading: read(target, seen, value, text) }
  })
}

function calls(target: Target, { requestLoad, pairs, overview }: MeasuredRows): Outcome[] {
  const least = samplesFor(0.95)
  const traces = overview[0]?.traces ?? 0
  const counted = (
    where: Seen['where'],
    name: string,
    value: number,
    samples: number,
    proof: Omit<Seen, 'where' | 'samples' | 'share'>,
  ): Outcome => {
    if (samples < least) return { thin: `${name}: ${samples} requests, needs ${least}` }
    const text = `${name} makes ${figure(value, 'calls/request')} (95th percentile of ${samples} requests)`
    return {
      reading: read(target, { where, samples, share: traces > 0 ? samples / traces : 0, ...proof }, value, text),
    }
  }
  if (target.scopeKind === 'pair') {
    const [from = '', to = ''] = target.scope.split('->').map((side) => side.trim())
    return pairs
      .filter((row) => fitsGlob(from, row.caller) && fitsGlob(to, row.callee))
      .map(({ caller, callee, p95Calls, requests, traceIds, spanIds }) =>
        counted({ service: caller, peer: callee }, `${toldName(caller)} → ${toldName(callee)}`, p95Calls, requests, {
          traceIds,
          spanIds,
        }),
      )
  }
  if (target.scopeKind !== 'request') return []
  return rootsWithin(target, requestLoad).map(({ service, operation, p95Calls, requests, traceIds }) =>
    counted({ service, operation }, `${toldName(operation)} of ${toldName(service)}`, p95Calls, requests, {
      traceIds,
      spanIds: [],
    }),
  )
}

/** A load that was served is proof; a load that never came proves nothing, whatever was seen below it. */
function rate(target: Target, { requestLoad }: MeasuredRows): Judgement {
  const rows = target.scopeKind === 'request' ? rootsWithin(target, requestLoad) : []
  if (rows.length === 0)
    return unproven(`no root request tells of ${toldName(target.scope)}; record its traffic, best of a load test`)
  const peak = peakLoad(rows)
  const atLeast = target.comparator === '>=' || target.comparator === '>'
  const value = atLeast ? peak.served : peak.atLeast
  if (atLeast && !holds(value, target)) {
    return unproven(
      `the busiest ${windowSeconds} s served ${figure(value, 'calls/s')}; record a load test with ${figure(target.value, 'calls/s')}`,
    )
  }
  const samples = sum(rows, (row) => row.requests)
  const seen = { where: {}, samples, share: 1, traceIds: peak.traceIds, spanIds: [] }
  const text = `${toldName(target.scope)} was asked ${figure(value, 'calls/s')} in the busiest ${windowSeconds} s of ${samples} requests`
  return { readings: [read(target, seen, value, text)], unproven: '', thin: [] }
}

/** Readings by place: what one place breaks is one fault, however many numbers show it. */
export function brokenByPlace<Each extends Reading>(readings: readonly Each[]): Each[][] {
  const broken = readings.filter((reading) => !reading.holds)
  return [...grouped(broken, ({ where }) => JSON.stringify(Object.entries(where).sort())).values()]
}

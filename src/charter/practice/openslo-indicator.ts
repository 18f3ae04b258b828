/**
 * What the metrics of an OpenSLO indicator measure, told by their names and labels as Prometheus, OpenTelemetry and Datadog write them:
 * latency, failures or throughput. The answer is a sentence where they tell of something else, or of nothing.
 */
import type { RequirementRow } from '../../model/charter.js'
import type { Plain } from './practice-file.js'

export type Measured = Pick<RequirementRow, 'metric' | 'comparator' | 'value' | 'unit'>

const quantiles = [
  [0.5, 'p50'],
  [0.95, 'p95'],
  [0.99, 'p99'],
] as const

const latencyWords = /latenc|duration|response[_. ]?time|elapsed/i
const failureWords =
  /error|fail|fault|success|status|http_code|response_code|grpc_code|\bcode\b|5xx|5\.\.|5\[|availab|healthy|\bup\b/i
const rateWords = /\bi?rate\(|_per_second|\brps\b|throughput|requests_per/i

/** Of a query, only names and labels; a JSON text has them all, wherever a data source puts its query. */
function textOf(metric: unknown): string {
  return JSON.stringify(metric ?? '')
    .replaceAll('\\"', '"')
    .slice(0, 10_000)
}

function quantileOf(share: number): (typeof quantiles)[number][1] | undefined {
  return quantiles.find(([wanted]) => Math.abs(wanted - share) < 1e-9)?.[1]
}

/** Milliseconds of one; 0 where no unit is named. */
function unitMs(text: string): number {
  if (/(?:_ms|_milliseconds|_millis|\.ms)(?![a-z])/i.test(text)) return 1
  return /(?:_seconds|_secs)(?![a-z])/i.test(text) ? 1000 : 0
}

export function measuredRatio(ratio: Plain, share: number): Measured | string {
  const part = textOf(ratio['good'] ?? ratio['bad'] ?? ratio['raw'])
  const text = `${part} ${textOf(ratio['total'])}`
  // A histogram's `_count` counts requests, whatever it is called.
  const timed = /_bucket\b|\ble\s*=/.test(part) || (latencyWords.test(part) && !/_count\b/.test(part))
  if (timed && 'good' in ratio) return fastEnough(part, share)
  if (timed || /hit|miss/i.test(text) || !failureWords.test(text)) {
    return 'Its ratio is of neither failures nor durations, as far as its metrics are named.'
  }
  return { metric: 'errors', comparator: '<=', value: Number((1 - share).toPrecision(9)), unit: 'ratio' }
}

/** A share of requests that took no longer than a bucket of a histogram ends. */
function fastEnough(text: string, share: number): Measured | string {
  const metric = quantileOf(share)
  const bounds = new Set([...text.matchAll(/\ble\s*=~?\s*"(\d+(?:\.\d+)?)"/g)].map((match) => Number(match[1])))
  const [bound = 0] = bounds
  const factor = unitMs(text)
  if (bounds.size !== 1 || !(bound > 0) || factor === 0) {
    return 'Its ratio is of durations, and neither unit (_seconds, _ms) nor bound (le="0.3") can be read off its metrics.'
  }
  if (metric === undefined) return 'Expected a target of 0.5, 0.95 or 0.99 for durations.'
  return { metric, comparator: '<=', value: Number((bound * factor).toPrecision(9)), unit: 'ms' }
}

export function measuredThreshold(source: unknown, op: unknown, value: unknown, share: number): Measured | string {
  const text = textOf(source)
  if (typeof value !== 'number' || !(value > 0)) return 'Expected a value above zero.'
  const most = op === 'lt' ? ('<' as const) : op === 'lte' ? ('<=' as const) : undefined
  if (most === undefined) {
    if (op !== 'gt' && op !== 'gte') return 'Expected op lt, lte, gt or gte.'
    if (!rateWords.test(text) || latencyWords.test(text))
      return 'Only throughput can be required to be at least something.'
    const perSecond = /_per_minute/i.test(text) ? value / 60 : value
    return { metric: 'rate', comparator: op === 'gt' ? '>' : '>=', value: perSecond, unit: 'calls/s' }
  }
  if (/(?:error|failure)_ratio/i.test(text) && value < 1)
    return { metric: 'errors', comparator: most, value, unit: 'ratio' }
  const factor = unitMs(text)
  if (factor === 0) return 'Expected the unit in the name of the metric (_seconds, _ms).'
  // Where the query itself takes the quantile, the target is the share of time in which it holds.
  const within =
    /histogram_quantile\(\s*(0?\.\d+)|\bquantile\s*=\s*"(0?\.\d+)"|(?<![a-z0-9])p(50|95|99)(?![a-z0-9])/i.exec(text)
  const asked = within ? Number(within[1] ?? within[2] ?? Number(within[3]) / 100) : share
  const metric = quantileOf(asked)
  if (metric === undefined) return 'Expected a target, or a quantile in the query, of 0.5, 0.95 or 0.99.'
  return { metric, comparator: most, value: Number((value * factor).toPrecision(9)), unit: 'ms' }
}

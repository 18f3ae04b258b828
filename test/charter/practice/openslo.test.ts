/** OpenSLO: latencies, failures and throughput told by the names of metrics; what they do not tell is a remark. */
import { expect, it } from 'vitest'
import { readOpenSlo } from '../../../src/charter/practice/openslo.js'

function slo(indicator: string, objective: string, more = ''): string {
  return `apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: cart-slo }\nspec:\n  service: cart\n${more}${indicator}\n  objectives: [${objective}]\n`
}

function ratio(parts: Record<string, string>): string {
  const source = (query: string) => ({ metricSource: { type: 'Prometheus', spec: { query } } })
  const metric = Object.fromEntries(Object.entries(parts).map(([part, query]) => [part, source(query)]))
  return `  indicator: ${JSON.stringify({ spec: { ratioMetric: { counter: true, ...metric } } })}`
}

function threshold(query: string): string {
  return `  indicator: ${JSON.stringify({ spec: { thresholdMetric: { metricSource: { spec: { query } } } } })}`
}

function read(...texts: string[]) {
  const { charterRequirements = [], remarks = [] } = readOpenSlo(texts.map((text) => ({ text, file: 'slo.yaml' })))
  return [
    ...charterRequirements.map((row) => `${row.service} ${row.metric} ${row.comparator} ${row.value} ${row.unit}`),
    ...remarks.map(({ message }) => message.replace(/ The objective .*/, '')),
  ]
}

it.each([
  [
    { good: 'sum(rate(http_requests_total{status!~"5.."}[5m]))', total: 'sum(rate(http_requests_total[5m]))' },
    0.999,
    'cart errors <= 0.001 ratio',
  ],
  [
    { bad: 'http_request_duration_seconds_count{code=~"5.."}', total: 'http_request_duration_seconds_count' },
    0.99,
    'cart errors <= 0.01 ratio',
  ],
  [
    { good: 'http_duration_seconds_bucket{le="0.3"}', total: 'http_duration_seconds_count' },
    0.95,
    'cart p95 <= 300 ms',
  ],
  [{ good: 'rpc_duration_ms_bucket{le="250", code="OK"}', total: 'rpc_duration_ms_count' }, 0.99, 'cart p99 <= 250 ms'],
  [
    { good: 'http_duration_seconds_bucket{le="0.3"}', total: 'http_duration_seconds_count' },
    0.9,
    'Expected a target of 0.5, 0.95 or 0.99 for durations.',
  ],
  [
    { good: 'fast_requests_duration', total: 'requests_duration' },
    0.95,
    'Its ratio is of durations, and neither unit (_seconds, _ms) nor bound (le="0.3") can be read off its metrics.',
  ],
  [
    { good: 'cache_lookups_total{status="hit"}', total: 'cache_lookups_total' },
    0.8,
    'Its ratio is of neither failures nor durations, as far as its metrics are named.',
  ],
  [
    { good: 'pages_with_covers', total: 'pages' },
    0.8,
    'Its ratio is of neither failures nor durations, as far as its metrics are named.',
  ],
])('a ratio of %o', (parts, target, told) => {
  expect(read(slo(ratio(parts), `{ target: ${target} }`))).toEqual([told])
})

it.each([
  ['http_duration_seconds', '{ op: lt, value: 0.3, target: 0.95 }', 'cart p95 < 300 ms'],
  [
    'histogram_quantile(0.99, http_duration_seconds_bucket)',
    '{ op: lte, value: 1.2, target: 0.95 }',
    'cart p99 <= 1200 ms',
  ],
  ['latency_ms{quantile="0.5"}', '{ op: lte, value: 40, target: 0.999 }', 'cart p50 <= 40 ms'],
  ['sum(rate(http_requests_total[5m]))', '{ op: gte, value: 200, target: 0.99 }', 'cart rate >= 200 calls/s'],
  ['orders_per_minute_throughput', '{ op: gt, value: 90, target: 0.99 }', 'cart rate > 1.5 calls/s'],
  ['job:error_ratio:5m', '{ op: lte, value: 0.01, target: 0.99 }', 'cart errors <= 0.01 ratio'],
  ['duration', '{ op: lt, value: 3, target: 0.95 }', 'Expected the unit in the name of the metric (_seconds, _ms).'],
  [
    'free_disk_bytes',
    '{ op: gte, value: 3, target: 0.95 }',
    'Only throughput can be required to be at least something.',
  ],
  ['http_duration_seconds', '{ op: lt, value: 0.3, target: 95 }', 'Expected a target between 0 and 1.'],
])('a threshold of %s', (query, objective, told) => {
  expect(read(slo(threshold(query), objective))).toEqual([told])
})

it('takes the indicator from another file, and counts no slices of time', () => {
  const indicator = `apiVersion: openslo/v1\nkind: SLI\nmetadata: { name: up }\nspec: { ratioMetric: { good: { query: "ok{status='200'}" } } }\n`
  expect(read(slo('  indicatorRef: up', '{ target: 0.99 }'), indicator)).toEqual(['cart errors <= 0.01 ratio'])
  expect(read(slo('  indicatorRef: down', '{ target: 0.99 }'), indicator)).toEqual([
    'Expected an indicator, here or in another of these files.',
  ])
  const slices = slo('  indicatorRef: up', '{ target: 0.99 }', '  budgetingMethod: Timeslices\n')
  expect(read(slices, indicator)).toEqual(['The budgeting method Timeslices counts slices of time, not requests.'])
  expect(
    read(slo('  indicatorRef: up', '{ target: 0.99 }').replace('openslo/v1', 'openslo.com/v2alpha'), indicator),
  ).toEqual(['Expected apiVersion openslo/v1: this objective is not read.'])
})

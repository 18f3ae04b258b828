/**
 * A requirement that nothing in this evidence confirms or refutes: too few requests, a load that never came, or a number that traces
 * do not hold.
 *
 *     sale-peak: 200/s  ◀─ ? ─  the busiest 10 s served 34/s
 *
 * It could be measured, else it is unmeasurable-requirement's. Where one of its targets is missed, the requirement is missed, and that
 * is said instead.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { judgeTarget } from './measured.js'
import { measuredNeeds, reasonText, requiredTargets, type MeasuredRows } from './targets.js'
import { toldName } from './told-names.js'

const limits = {
  unproven: {
    default: 0,
    unit: 'count',
    why: 'A requirement is proven when each of its targets is.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = MeasuredRows & Pick<CharterRows, 'charter' | 'charterRequirements'>

const charter = [{ system: 'bookshop', asOf: '2026-11-01' }]
const checkout = { service: 'storefront', operation: 'POST /checkout', role: 'server' }
const fast = {
  requirement: 'fast-checkout',
  scopeKind: 'request',
  scope: 'POST /checkout',
  metric: 'p95',
  comparator: '<=',
  value: 300,
  unit: 'ms',
} as const
const peak = {
  requirement: 'sale-peak',
  scopeKind: 'request',
  scope: '*',
  metric: 'rate',
  comparator: '>=',
  value: 200,
  unit: 'calls/s',
} as const

export const unprovenRequirement = defineAudit<Needs, typeof limits>({
  id: 'unproven-requirement',
  family: 'requirements',
  title: 'Evidence tells of every requirement',
  failureTitle: 'A requirement is neither confirmed nor refuted by the evidence',
  definition:
    'An accepted, measurable requirement none of whose targets is missed, and at least one of whose targets has no reading: nothing within its scope was seen, there are too few samples (3 / (1 − q) for a quantile q, 3 / target for a share of failures, 60 requests for hops and calls, 300 pairs of messages for order, 100 reads of a cache for its hit ratio), the required load was not reached, or the evidence does not hold the number (no cache of the data was seen).',
  why: 'What was not measured is not met. A requirement without evidence looks fine in every review until the day that it matters. The finding says what would answer; it is a note, because the system may well be good enough.',
  fix: 'Record what the finding asks for: more traffic of the operation, a load test at the required rate, counters of the cache, ids and keys of messages. If nobody is willing to, set the requirement to proposed.',
  verify: 'Audit the new evidence: the requirement is shown as met or missed.',
  needs: [...measuredNeeds, 'charter', 'charterRequirements'],
  limits,
  references: [
    {
      title: 'If nothing goes wrong, is everything all right? Hanley and Lippman-Hand, JAMA 1983 (the rule of three)',
      url: 'https://doi.org/10.1001/jama.1983.03330370053031',
    },
  ],
  examples: {
    fires: [
      {
        name: 'fifty-nine requests do not tell a 95th percentile',
        rows: { charter, charterRequirements: [fast], requests: [{ ...checkout, traces: 59, p95Ms: 100 }] },
        severities: ['note'],
      },
      {
        name: 'a load that never came, and a hit ratio that no span tells, are one finding each',
        rows: {
          charter,
          charterRequirements: [
            peak,
            {
              requirement: 'good-cache',
              scopeKind: 'data',
              scope: 'redis://cache',
              metric: 'hitRatio',
              comparator: '>=',
              value: 0.8,
              unit: 'ratio',
            },
          ],
          requestLoad: [
            {
              ...checkout,
              requests: 3_400,
              windows: 1,
              peakRequests: 1_999,
              peakWindows: [0],
              peakWindowRequests: [1_999],
              peakWindowErrors: [0],
            },
          ],
        },
        severities: ['note', 'note'],
      },
      {
        name: 'fast enough, yet nobody knows how often it fails',
        rows: {
          charter,
          charterRequirements: [fast, { ...fast, metric: 'errors', value: 0.001, unit: 'ratio' }],
          requests: [{ ...checkout, traces: 2_999, p95Ms: 100 }],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'met',
        rows: {
          charter,
          charterRequirements: [fast, { ...fast, metric: 'errors', value: 0.001, unit: 'ratio' }],
          requests: [{ ...checkout, traces: 3_000, p95Ms: 100 }],
        },
      },
      {
        name: 'the required load was served',
        rows: {
          charter,
          charterRequirements: [peak],
          requestLoad: [
            {
              ...checkout,
              requests: 2_000,
              windows: 1,
              peakRequests: 2_000,
              peakWindows: [0],
              peakWindowRequests: [2_000],
              peakWindowErrors: [0],
            },
          ],
        },
      },
      {
        name: 'missed already',
        rows: {
          charter,
          charterRequirements: [fast, { ...fast, metric: 'errors', value: 0.001, unit: 'ratio' }],
          requests: [{ ...checkout, traces: 60, p95Ms: 301 }],
        },
      },
    ],
  },
  evidence: ({ charter, charterRequirements }) => {
    const targets = requiredTargets(charterRequirements)
    return {
      applicable: charter.length === 0 || targets.length > 0,
      reason: 'The charter has no accepted requirement with a scope and a metric.',
      samples: targets.length,
      least: 1,
      of: 'targets of requirements',
      advice:
        'Write a charter (faultline init EVIDENCE) that says what the system is for: requirements: { fast-checkout: { request: "POST /checkout", p95: 300ms } }.',
    }
  },
  audit: (survey, limit) => {
    const byRequirement = grouped(requiredTargets(survey.charterRequirements), ({ row }) => row.requirement)
    return [...byRequirement].flatMap(([requirement, rows]): FindingDraft[] => {
      const judged = rows.map(({ row, target }) => ({ row, ...judgeTarget(target, survey) }))
      const missed = judged.some(({ readings }) => readings.some((reading) => !reading.holds))
      const open = judged.filter(({ unproven }) => unproven !== '')
      const [first] = open
      if (missed || first === undefined || open.length <= limit.unproven) return []
      const proven = judged.length - open.length
      const lacks = open.map(({ row, unproven }) => `${row.metric} (${unproven})`).join(', ')
      return [
        {
          severity: 'note',
          message: `The evidence neither confirms nor refutes ${toldName(requirement)}${reasonText(first.row.because)}: ${lacks}.${proven > 0 ? ' What else it demands is met.' : ''}`,
          where: { requirement },
          measured: { value: open.length, unit: 'count' },
          limit: { value: limit.unproven, unit: 'count' },
          proof: { traceIds: [], spanIds: [], samples: judged.length },
        },
      ]
    })
  },
})

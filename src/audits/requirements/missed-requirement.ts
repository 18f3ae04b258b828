/**
 * The system does not do what it is for: a number of the evidence breaks the target of a requirement in force.
 *
 *     POST /checkout ── p95 512 ms ──▶ fast-checkout: at most 300 ms
 *
 * What no evidence tells is unproven-requirement, never a pass here. A load that must be served is missed only by failing at it,
 * which durations and failures show; that it never came is over-built or unproven.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { sum } from '../../lib/totals.js'
import { brokenByPlace, judgeTarget } from './measured.js'
import { measuredNeeds, reasonText, requiredTargets, wantedText, type MeasuredRows } from './targets.js'
import { toldName } from './told-names.js'

const limits = {
  criticalErrors: {
    default: 10,
    unit: 'count',
    why: 'Ten times the failures that were allowed spend a month’s error budget in three days.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = MeasuredRows & Pick<CharterRows, 'charter' | 'charterRequirements'>

const charter = [{ system: 'bookshop', asOf: '2026-11-01' }]
const checkout = { service: 'storefront', operation: 'POST /checkout', role: 'server' }
const required = {
  requirement: 'fast-checkout',
  scopeKind: 'request',
  scope: 'POST /checkout',
  comparator: '<=',
} as const
const fast = { ...required, metric: 'p95', value: 300, unit: 'ms' } as const
const safe = { ...required, metric: 'errors', value: 0.01, unit: 'ratio' } as const

export const missedRequirement = defineAudit<Needs, typeof limits>({
  id: 'missed-requirement',
  family: 'requirements',
  title: 'Requirements are met',
  failureTitle: 'A requirement is missed',
  definition:
    'A number measured for a place within the scope of an accepted requirement breaks its target: p50, p95 or p99 of at least 3 / (1 − q) durations, a share of failures among at least 3 / target observations (or three failures, when these already break it), the 95th percentile of hops or of calls in at least 60 requests. A glob of requests means what is asked from outside; a service that is never asked from outside is measured as its callers see it. Critical when failures are ten times what is allowed.',
  why: 'A requirement is the only thing that says whether a system is good enough. Missed and unnoticed, it is found by customers, and every decision that was taken for its sake costs what it costs and brings nothing.',
  fix: 'Open the traces of the finding and look where the time goes or what fails first: the other audits name the usual causes (calls in a row, queries in a loop, retries, a hop too many) for the same operation. Mend the largest of them. If the target was a wish, change it in the charter, with the reason.',
  verify: 'Run the same traffic and audit again: the requirement is met in the charter’s table.',
  needs: [...measuredNeeds, 'charter', 'charterRequirements'],
  limits,
  references: [
    {
      title: 'Service Level Objectives, Site Reliability Engineering',
      url: 'https://sre.google/sre-book/service-level-objectives/',
    },
    { title: 'OpenSLO specification', url: 'https://github.com/OpenSLO/OpenSLO' },
  ],
  examples: {
    fires: [
      {
        name: 'a checkout that is a little too slow, and one that fails too often, are one finding of one place',
        rows: {
          charter,
          charterRequirements: [fast, safe],
          requests: [{ ...checkout, traces: 300, errors: 4, p95Ms: 301, traceIds: ['a1'] }],
        },
        severities: ['warning'],
      },
      {
        name: 'three failures of ten are enough to know, and ten times what is allowed',
        rows: {
          charter,
          charterRequirements: [safe],
          requests: [{ ...checkout, traces: 10, errors: 3, traceIds: ['a1'] }],
        },
        severities: ['critical'],
      },
      {
        name: 'six hops for a required five, and a service that only others call',
        rows: {
          charter,
          charterRequirements: [
            { ...required, requirement: 'short-chains', metric: 'hops', value: 5, unit: 'hops' },
            { ...fast, requirement: 'fast-prices', scope: '*', service: 'prices', value: 20 },
          ],
          requests: [{ ...checkout, traces: 60 }],
          criticalChains: [
            { rootService: 'storefront', rootOperation: 'POST /checkout', hops: 6, traces: 60, traceIds: ['a1'] },
          ],
          calls: [
            {
              caller: 'orders',
              callee: 'prices',
              operation: 'shop.Prices/Quote',
              calls: 60,
              p95Ms: 21,
              traceIds: ['a2'],
            },
          ],
        },
        severities: ['warning', 'warning'],
      },
      {
        name: 'twenty-one calls for one request',
        rows: {
          charter,
          charterRequirements: [{ ...required, metric: 'callsPerRequest', value: 20, unit: 'calls/request' }],
          requestLoad: [{ ...checkout, requests: 60, p95Calls: 21, traceIds: ['a1'] }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'just as fast as required',
        rows: { charter, charterRequirements: [fast], requests: [{ ...checkout, traces: 60, p95Ms: 300 }] },
      },
      {
        name: 'fifty-nine requests do not tell a 95th percentile',
        rows: { charter, charterRequirements: [fast], requests: [{ ...checkout, traces: 59, p95Ms: 900 }] },
      },
      {
        name: 'two failures may be chance',
        rows: { charter, charterRequirements: [safe], requests: [{ ...checkout, traces: 100, errors: 2 }] },
      },
      {
        name: 'only proposed',
        rows: {
          charter,
          charterRequirements: [{ ...fast, status: 'proposed' }],
          requests: [{ ...checkout, traces: 60, p95Ms: 900 }],
        },
      },
      {
        name: 'a job is not meant by a glob of requests',
        rows: {
          charter,
          charterRequirements: [{ ...fast, scope: '*' }],
          requests: [
            { ...checkout, traces: 60, p95Ms: 20 },
            { service: 'orders', operation: 'nightly report', role: 'internal', traces: 60, p95Ms: 90_000 },
          ],
        },
      },
    ],
  },
  evidence: (survey) => {
    const targets = requiredTargets(survey.charterRequirements)
    const judged = targets.map(({ row, target }) => ({ row, ...judgeTarget(target, survey) }))
    return {
      applicable: survey.charter.length === 0 || targets.length > 0,
      reason: 'The charter has no accepted requirement with a scope and a metric.',
      samples: sum(
        judged.flatMap(({ readings }) => readings),
        (reading) => reading.samples,
      ),
      least: 1,
      of: 'observations of what requirements speak of',
      advice:
        survey.charter.length === 0
          ? 'Write a charter (faultline init EVIDENCE) that says what the system is for: requirements: { fast-checkout: { request: "POST /checkout", p95: 300ms } }.'
          : 'Record more traffic of the operations that the requirements name; unproven-requirement says what each of them lacks.',
      blind: judged.flatMap(({ row, unproven, thin }) =>
        unproven === ''
          ? thin.map((text) => `${text} (${row.metric} of ${row.requirement})`)
          : [`${row.requirement}: ${row.metric}: ${unproven}`],
      ),
    }
  },
  audit: (survey, limit) => {
    const targets = requiredTargets(survey.charterRequirements)
    return [...grouped(targets, ({ row }) => row.requirement)].flatMap(([requirement, rows]) => {
      const readings = rows.flatMap(({ row, target }) =>
        judgeTarget(target, survey).readings.map((reading) => ({ ...reading, row, target })),
      )
      return brokenByPlace(readings).flatMap((broken): FindingDraft[] => {
        const far = broken.find(
          ({ row, value }) => row.metric === 'errors' && value >= limit.criticalErrors * row.value,
        )
        const main = far ?? broken[0]
        if (!main) return []
        const figures = broken.map(({ text, target }) => `${text} (${wantedText(target)})`).join('; ')
        return [
          {
            severity: far ? 'critical' : 'warning',
            message: `${figures}: that misses ${toldName(requirement)}${reasonText(main.row.because)}.`,
            where: { requirement, ...main.where },
            measured: { value: main.value, unit: main.unit },
            limit: { value: main.target.value, unit: main.unit },
            share: main.share,
            proof: { traceIds: main.traceIds, spanIds: main.spanIds, samples: main.samples },
          },
        ]
      })
    })
  },
})

/**
 * A load that was declared and is far from the load that comes: built for ten times as much, or nearly outgrown.
 *
 *     declared  ├────────────────────────────────┤ 200/s
 *     measured  ├──┤ 12/s                            over-built · note
 *     measured  ├─────────────────────────────┤ 170/s  under-built · warning
 *
 * Sampled traces show a fraction of the load: that makes a finding of too much doubtful, and one of too little worse.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import { largest, sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { peakLoad, windowSeconds } from './peak-load.js'
import { rootsWithin } from './subjects.js'
import { figure, reasonText, requiredTargets, type RequiredTarget } from './targets.js'
import { toldName } from './told-names.js'

const limits = {
  over: {
    default: 10,
    unit: 'count',
    why: 'Room for twice or three times the peak is prudence; ten times is a system for another company.',
    source: 'house',
  },
  under: {
    default: 0.8,
    unit: 'ratio',
    why: 'Above 80 % of what a system was built for queues grow faster than the load.',
    source: 'house',
  },
  window: {
    default: 60_000,
    unit: 'ms',
    why: 'Less than a minute of traffic has no peak that anybody should plan with.',
    source: 'house',
  },
  requests: { default: 100, unit: 'traces', why: 'Fewer requests are a trial, not traffic.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows & CharterRows, 'charter' | 'charterRequirements' | 'requestLoad' | 'overview'>

const charter = [{ system: 'bookshop', asOf: '2026-11-01' }]
const overview = [{ traces: 100, startMs: 0, endMs: 60_000 }]
const sale = {
  requirement: 'sale-peak',
  scopeKind: 'request',
  scope: '*',
  metric: 'rate',
  comparator: '>=',
  value: 100,
  unit: 'calls/s',
} as const
const asked = (peak: number, requests = 100) => ({
  service: 'storefront',
  operation: 'POST /checkout',
  role: 'server',
  requests,
  windows: 1,
  peakRequests: peak,
  peakWindows: [0],
  peakWindowRequests: [peak],
  peakWindowErrors: [0],
  peakTraceIds: ['a1'],
})

export const overBuilt = defineAudit<Needs, typeof limits>({
  id: 'over-built',
  family: 'requirements',
  title: 'The declared load is near the load that comes',
  failureTitle: 'A declared load is far above, or nearly reached by, the load that comes',
  definition:
    'An accepted requirement of a rate of requests that is at least ten times the peak within its scope (note: over-built), or of which the peak is at least 80 % (warning: under-built). The peak is the busiest ten seconds, over at least 60 s of evidence and 100 requests. Where windows are too many to know the joint peak of several operations, each verdict takes the bound that speaks against it.',
  why: 'Caches, queues and splits that are built for a load that never comes cost on every request and at every change, and nobody takes them away. A load that is nearly reached fails on the best day of the year. All limits are house figures. If traces are sampled, compare with the load before sampling: one trace in ten kept makes any system look over-built.',
  fix: 'Over-built: ask where the number came from, write down the load that is expected with its reason, and look again at the decisions that name the requirement. Under-built: find the first limit with a load test, raise it, and then the declared load.',
  verify:
    'Audit evidence of a busy day with the changed charter: the measured peak lies between a tenth and 80 % of the declared one.',
  needs: ['charter', 'charterRequirements', 'requestLoad', 'overview'],
  limits,
  references: [
    {
      title: 'MonolithFirst, Martin Fowler (why not to build for scale at first)',
      url: 'https://martinfowler.com/bliki/MonolithFirst.html',
    },
    { title: 'Handling Overload, Site Reliability Engineering', url: 'https://sre.google/sre-book/handling-overload/' },
  ],
  examples: {
    fires: [
      {
        name: 'ten times what comes',
        rows: { charter, overview, charterRequirements: [sale], requestLoad: [asked(100)] },
        severities: ['note'],
      },
      {
        name: 'four fifths of what was declared',
        rows: { charter, overview, charterRequirements: [sale], requestLoad: [asked(800, 2_000)] },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'a little more than a tenth',
        rows: { charter, overview, charterRequirements: [sale], requestLoad: [asked(101)] },
      },
      {
        name: 'a little less than four fifths',
        rows: { charter, overview, charterRequirements: [sale], requestLoad: [asked(799, 2_000)] },
      },
      {
        name: 'fifty-nine seconds',
        rows: {
          charter,
          overview: [{ traces: 100, startMs: 0, endMs: 59_000 }],
          charterRequirements: [sale],
          requestLoad: [asked(100)],
        },
      },
      {
        name: 'ninety-nine requests',
        rows: { charter, overview, charterRequirements: [sale], requestLoad: [asked(99, 99)] },
      },
      {
        name: 'peaks of two operations that may have come together',
        rows: {
          charter,
          overview,
          charterRequirements: [sale],
          requestLoad: [
            { ...asked(60), windows: 61 },
            { ...asked(60), operation: 'GET /books', windows: 61, peakWindows: [10] },
          ],
        },
      },
    ],
  },
  evidence: ({ charter, charterRequirements, requestLoad, overview }, limit) => {
    const declared = declaredLoads(charterRequirements)
    const durationMs = spanMs(overview)
    const longEnough = durationMs >= limit.window
    const requests = (each: RequiredTarget) => sum(rootsWithin(each.target, requestLoad), (row) => row.requests)
    return {
      applicable: charter.length === 0 || declared.length > 0,
      reason: 'No accepted requirement declares a rate of requests.',
      samples: longEnough ? largest(declared, requests) : 0,
      least: limit.requests,
      of: 'requests within the scope of a declared load',
      advice:
        charter.length === 0
          ? 'Write a charter (faultline init EVIDENCE) that declares the load that is expected: requirements: { sale-peak: { request: "*", rate: 200/s } }.'
          : longEnough
            ? 'Record more traffic of the operations whose load is declared.'
            : `Record at least ${limit.window / 1000} s of traffic; this evidence spans ${Math.floor(durationMs / 1000)} s.`,
      blind: declared
        .filter((each) => requests(each) < limit.requests)
        .map((each) => `${each.row.requirement}: ${requests(each)} requests, needs ${limit.requests}`),
    }
  },
  audit: ({ charterRequirements, requestLoad, overview }, limit) => {
    if (spanMs(overview) < limit.window) return []
    return declaredLoads(charterRequirements).flatMap(({ row, target }): FindingDraft[] => {
      const rows = rootsWithin(target, requestLoad)
      const samples = sum(rows, (each) => each.requests)
      if (samples < limit.requests) return []
      const peak = peakLoad(rows)
      const over = target.value >= limit.over * peak.atMost
      const under = peak.atLeast >= limit.under * target.value
      if (!over && !under) return []
      const measured = over ? peak.atMost : peak.atLeast
      const bound = over ? target.value / limit.over : target.value * limit.under
      const declared = `${toldName(row.requirement)} declares ${figure(target.value, 'calls/s')}${reasonText(row.because)}`
      const seen = `the busiest ${windowSeconds} s of ${samples} recorded requests had ${figure(measured, 'calls/s')}`
      return [
        {
          severity: over ? 'note' : 'warning',
          message: over
            ? `${declared}, yet ${seen}: built for ${figure(Math.floor(target.value / measured), 'count')} times what came.`
            : `${declared}, and ${seen}: ${figure(measured / target.value, 'ratio')} of it are used already.`,
          where: { requirement: row.requirement },
          measured: { value: measured, unit: 'calls/s' },
          limit: { value: bound, unit: 'calls/s' },
          share: sum(overview, (whole) => whole.traces) > 0 ? samples / sum(overview, (whole) => whole.traces) : 0,
          proof: { traceIds: peak.traceIds, spanIds: [], samples },
        },
      ]
    })
  },
})

/** Loads that must be served; one that must not be exceeded says nothing about what was built. */
function declaredLoads(rows: CharterRows['charterRequirements']): RequiredTarget[] {
  return requiredTargets(rows).filter(
    ({ target }) =>
      target.metric === 'rate' &&
      target.scopeKind === 'request' &&
      target.value > 0 &&
      (target.comparator === '>=' || target.comparator === '>'),
  )
}

function spanMs(overview: Needs['overview']): number {
  const [whole] = overview
  return whole ? whole.endMs - whole.startMs : 0
}

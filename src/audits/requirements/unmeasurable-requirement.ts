/**
 * A requirement in force that nothing could measure, however much evidence there is.
 *
 *     friendly-shop: { because: readers should like to come back }      no metric, no value, no scope
 *
 * A requirement of several targets is one finding. One that could be measured, but not with this evidence, is unproven-requirement's.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import { grouped } from '../../lib/grouped.js'
import { requirementsInForce } from './in-force.js'
import { missingParts } from './missing-parts.js'
import { toldName } from './told-names.js'

const limits = {
  parts: {
    default: 0,
    unit: 'count',
    why: 'A target without any one of metric, comparator, value and scope can neither be met nor missed.',
    source: 'OpenSLO',
  },
} satisfies Record<string, Limit>

type Needs = Pick<CharterRows, 'charter' | 'charterRequirements'>

export const unmeasurableRequirement = defineAudit<Needs, typeof limits>({
  id: 'unmeasurable-requirement',
  family: 'requirements',
  title: 'Each requirement can be measured',
  failureTitle: 'A requirement cannot be measured',
  definition:
    'An accepted requirement has a target without metric, comparator, value or scope, or with a metric that its scope does not have (hops and callsPerRequest belong to requests, staleness to data and destinations, hitRatio to data, ordered to destinations).',
  why: 'A requirement that nobody can measure justifies everything: each cache and each split serves it, and none can be shown not to. When it is missed nobody is called, until readers stay away.',
  fix: 'Ask who wrote it at which number they would be called at night, and write that: what is measured (p95, errors, rate, hops, staleness, hitRatio), the value, and for which request, data or destination. If no number can be agreed on, set it to proposed: then it binds nobody.',
  verify: 'Audit again with the charter: the requirement is shown as met, missed or unproven.',
  needs: ['charter', 'charterRequirements'],
  limits,
  references: [
    { title: 'OpenSLO specification', url: 'https://github.com/OpenSLO/OpenSLO' },
    {
      title: 'Site Reliability Engineering: Service Level Objectives',
      url: 'https://sre.google/sre-book/service-level-objectives/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'a wish',
        rows: {
          charter: [{ system: 'bookshop' }],
          charterRequirements: [{ requirement: 'friendly-shop', because: 'readers should like to come back' }],
        },
        severities: ['warning'],
      },
      {
        name: 'a number, but of what?',
        rows: {
          charter: [{ system: 'bookshop' }],
          charterRequirements: [{ requirement: 'fast', metric: 'p95', comparator: '<=', value: 300, unit: 'ms' }],
        },
        severities: ['warning'],
      },
      {
        name: 'hops of a table, beside a target that can be measured',
        rows: {
          charter: [{ system: 'bookshop' }],
          charterRequirements: [
            {
              requirement: 'near-prices',
              scopeKind: 'data',
              scope: 'postgresql://pg-prices/prices',
              metric: 'p95',
              comparator: '<=',
              value: 20,
              unit: 'ms',
            },
            {
              requirement: 'near-prices',
              scopeKind: 'data',
              scope: 'postgresql://pg-prices/prices',
              metric: 'hops',
              comparator: '<=',
              value: 2,
              unit: 'hops',
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'metric, comparator, value and scope',
        rows: {
          charter: [{ system: 'bookshop' }],
          charterRequirements: [
            {
              requirement: 'no-lost-orders',
              scopeKind: 'request',
              scope: 'POST /orders',
              metric: 'errors',
              comparator: '<=',
              value: 0,
              unit: 'ratio',
            },
            {
              requirement: 'orders-in-order',
              scopeKind: 'destination',
              scope: 'orders.*',
              metric: 'ordered',
              value: 1,
              order: 'by-key',
            },
          ],
        },
      },
      {
        name: 'wishes that bind nobody',
        rows: {
          charter: [{ system: 'bookshop' }],
          charterRequirements: [
            { requirement: 'friendly-shop', status: 'proposed' },
            { requirement: 'cheap-shop', status: 'retired' },
          ],
        },
      },
    ],
  },
  evidence: ({ charter, charterRequirements }) => {
    const inForce = new Set(requirementsInForce(charterRequirements).map((row) => row.requirement))
    return {
      applicable: charter.length === 0 || inForce.size > 0,
      reason: 'The charter has no accepted requirement.',
      samples: inForce.size,
      least: 1,
      of: 'accepted requirements',
      advice: 'Write a charter (faultline init EVIDENCE) and say in `requirements` what the system is for.',
    }
  },
  audit: ({ charterRequirements }, limit) =>
    [...grouped(requirementsInForce(charterRequirements), (row) => row.requirement)].flatMap(
      ([requirement, targets]) => {
        const missing = [...new Set(targets.flatMap((row) => missingParts(row)))]
        if (missing.length <= limit.parts) return []
        return [
          {
            severity: 'warning' as const,
            message: `The requirement ${toldName(requirement)} cannot be measured: it names no ${missing.join(', no ')}.`,
            where: { requirement },
            measured: { value: missing.length, unit: 'count' as const },
            limit: { value: limit.parts, unit: 'count' as const },
            proof: { traceIds: [], spanIds: [], samples: targets.length },
          },
        ]
      },
    ),
})

/**
 * What a decision expects of the running system is not so.
 *
 *     orders-by-event: "orders -> notifications forbidden"        orders ── 120 calls ──▶ notifications
 *
 * A decision says why; its expectations say how one would notice that it is not followed. Between two services `forbidden` and `async`
 * speak of calls: a message between them is mostly what was decided instead. What cannot be judged is named and never holds.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { ExpectationRow } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { largest, sum } from '../../lib/totals.js'
import { contradictions, type ContradictionRows } from './contradiction-examples.js'
import { judgeExpectation } from './expectations.js'
import { decisionsInForce } from './in-force.js'
import { measuredNeeds } from './targets.js'
import { toldName } from './told-names.js'

const limits = {
  seen: {
    default: 20,
    unit: 'spans',
    why: 'An edge is only called absent where both its ends were seen this often.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = ContradictionRows

export const contradictedDecision = defineAudit<Needs, typeof limits>({
  id: 'contradicted-decision',
  family: 'requirements',
  title: 'Decisions hold in the running system',
  failureTitle: 'A decision is contradicted by the evidence',
  definition:
    'An expectation of a decision in force (accepted or provisional) is false: a forbidden edge was used, a required one never was although both its ends have at least 20 spans, an edge that is to be async is called, one that is to be sync only carries messages, another service than the owner writes a store or table or publishes to a destination, or a number breaks its target (measured as for requirements).',
  why: 'A decision that is not followed is worse than none: people build on it, reviews pass because of it, and its price is paid without what it was to bring. Nobody reads old decisions again, so only a check on each run notices.',
  fix: 'Look at the offending edges in the traces. Either mend the code (call through what was decided, give the write to the owner) or decide anew: mark the decision superseded and write down the new one with its reason.',
  verify: 'Run the same traffic and audit again: the decision holds in the charter’s table.',
  needs: [
    ...measuredNeeds,
    'services',
    'serviceEdges',
    'tableUse',
    'charter',
    'charterDecisions',
    'charterExpectations',
  ],
  limits,
  references: [
    { title: 'ArchUnit: architecture as tests', url: 'https://www.archunit.org/' },
    {
      title: 'Building Evolutionary Architectures: fitness functions, Ford, Parsons and Kua',
      url: 'https://www.thoughtworks.com/insights/books/building-evolutionary-architectures',
    },
  ],
  examples: contradictions,
  evidence: (survey, limit) => {
    const expected = expectationsInForce(survey)
    const judged = expected.map((row) => ({ row, ...judgeExpectation(row, survey, limit.seen) }))
    return {
      applicable: survey.charter.length === 0 || expected.length > 0,
      reason: 'No decision in force expects anything of the running system.',
      samples: sum(judged, ({ samples }) => samples),
      least: 1,
      of: 'observations of what decisions speak of',
      advice:
        survey.charter.length === 0
          ? 'Write a charter (faultline init EVIDENCE) with decisions and what they expect: decisions: { orders-by-event: { expect: { edges: ["orders -> stock async"] } } }.'
          : 'Record traffic of the services, stores and destinations that the decisions name.',
      blind: judged.filter(({ blind }) => blind !== '').map(({ row, blind }) => `${row.decision}: ${blind}`),
    }
  },
  audit: (survey, limit) => {
    const traces = sum(survey.overview, (whole) => whole.traces)
    const contradicted = expectationsInForce(survey).flatMap((row) =>
      judgeExpectation(row, survey, limit.seen).contradictions.map((contradiction) => ({ ...contradiction, row })),
    )
    const places = grouped(contradicted, ({ row, where }) =>
      JSON.stringify([row.decision, ...Object.entries(where).sort()]),
    )
    return [...places.values()].flatMap((told): FindingDraft[] => {
      const [first] = told
      if (!first) return []
      const { row, where, measured, limit: bound, traceIds, spanIds } = first
      const all = told.map((each) => `expects “${toldName(each.row.text)}”, yet ${each.text}`)
      return [
        {
          severity: 'warning',
          message: `${toldName(row.decision)} ${[...new Set(all)].join('; it ')}.`,
          where: { decision: row.decision, ...where },
          measured,
          limit: bound,
          share: traces > 0 ? largest(told, (each) => each.traces) / traces : 0,
          proof: { traceIds, spanIds, samples: largest(told, (each) => each.count) },
        },
      ]
    })
  },
})

function expectationsInForce({ charterDecisions, charterExpectations }: Needs): ExpectationRow[] {
  const inForce = new Set(decisionsInForce(charterDecisions).map(({ decision }) => decision))
  return charterExpectations.filter(({ decision }) => inForce.has(decision))
}

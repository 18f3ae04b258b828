/**
 * A decision in force that serves no requirement in force.
 *
 *     cache-product-pages ──because──▶ (nothing, or a requirement that is retired)
 *
 * A decision that names one live requirement beside dead ones is justified. A proposed requirement is not live: nobody agreed to it yet.
 * Decision records that nobody wrote for Faultline give their reasons in prose: for them it is a note.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import { decisionsInForce, requirementsInForce } from './in-force.js'
import { toldName, toldNames } from './told-names.js'

const limits = {
  decisions: {
    default: 0,
    unit: 'count',
    why: 'A decision without a reason cannot be revisited: nobody knows what would be lost without it.',
    source: 'ADR practice',
  },
} satisfies Record<string, Limit>

type Needs = Pick<CharterRows, 'charter' | 'charterDecisions' | 'charterRequirements'>

export const unjustifiedDecision = defineAudit<Needs, typeof limits>({
  id: 'unjustified-decision',
  family: 'requirements',
  title: 'Each decision serves a requirement',
  failureTitle: 'A decision serves no requirement',
  definition:
    'An accepted or provisional decision names no requirement that is accepted: it names none at all, only unknown ones, or only such as are proposed or retired.',
  why: 'A cache, a queue or a split costs something every night. Without the requirement that it serves nobody can tell whether it pays, and nobody dares to take it out.',
  fix: 'Write the requirement that the decision serves, with a number, and name it in `because`. If there is none, set the decision to superseded and plan to take out what it brought in.',
  verify: 'Audit again with the charter: the decision is listed under its requirement.',
  needs: ['charter', 'charterDecisions', 'charterRequirements'],
  limits,
  references: [{ title: 'Architectural decision records', url: 'https://adr.github.io/' }],
  examples: {
    fires: [
      {
        name: 'a cache for no reason',
        rows: { charter: [{ system: 'bookshop' }], charterDecisions: [{ decision: 'cache-prices' }] },
        severities: ['warning'],
      },
      {
        name: 'its only reason was retired',
        rows: {
          charter: [{ system: 'bookshop' }],
          charterDecisions: [{ decision: 'cache-prices', because: ['fast-prices'], status: 'provisional' }],
          charterRequirements: [{ requirement: 'fast-prices', status: 'retired' }],
        },
        severities: ['warning'],
      },
      {
        name: 'a requirement that nobody agreed to yet, in a record that gives its reasons in prose',
        rows: {
          charter: [{ system: 'bookshop' }],
          charterDecisions: [{ decision: '0007-cache-prices', because: ['fast-prices'], practice: 'adr' }],
          charterRequirements: [{ requirement: 'fast-prices', status: 'proposed' }],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'one is allowed',
        rows: { charter: [{ system: 'bookshop' }], charterDecisions: [{ decision: 'cache-prices' }] },
        limits: { decisions: 1 },
      },
      {
        name: 'one reason lives',
        rows: {
          charter: [{ system: 'bookshop' }],
          charterDecisions: [{ decision: 'cache-prices', because: ['old-prices', 'fast-prices'] }],
          charterRequirements: [{ requirement: 'fast-prices', status: 'accepted' }],
        },
      },
      {
        name: 'only proposed, or given up',
        rows: {
          charter: [{ system: 'bookshop' }],
          charterDecisions: [
            { decision: 'cache-prices', status: 'proposed' },
            { decision: 'split-stock', status: 'superseded' },
          ],
        },
      },
    ],
  },
  evidence: ({ charter, charterDecisions }) => ({
    applicable: charter.length === 0 || decisionsInForce(charterDecisions).length > 0,
    reason: 'The charter has no decision in force.',
    samples: decisionsInForce(charterDecisions).length,
    least: 1,
    of: 'decisions in force',
    advice: 'Write a charter (faultline init EVIDENCE) and give each of its decisions a requirement in `because`.',
  }),
  audit: ({ charterDecisions, charterRequirements }, limit) => {
    const live = new Set(requirementsInForce(charterRequirements).map((row) => row.requirement))
    const unjustified = decisionsInForce(charterDecisions).filter((row) => !row.because.some((name) => live.has(name)))
    if (unjustified.length <= limit.decisions) return []
    return unjustified.map((row) => ({
      severity: row.practice === 'adr' ? ('note' as const) : ('warning' as const),
      message:
        row.because.length === 0
          ? `The decision ${toldName(row.decision)} (${row.status}) names no requirement.`
          : `The decision ${toldName(row.decision)} (${row.status}) names no requirement in force, only ${toldNames(row.because)}.`,
      where: { decision: row.decision },
      measured: { value: unjustified.length, unit: 'count' as const },
      limit: { value: limit.decisions, unit: 'count' as const },
      proof: { traceIds: [], spanIds: [], samples: 1 },
    }))
  },
})

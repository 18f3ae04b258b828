/**
 * The charter of a report in the order in which people read it: chains of requirement and decisions, worst first, then the holes.
 * Nothing is judged here: verdicts come with the report, and ids only find what they name, so a hostile id finds nothing.
 */
import type { CharterReport, DecisionTrace, Report, RequirementTrace } from '../../model/report.js'
import type { RankedFinding } from '../ranking.js'

export interface Chain {
  requirement: RequirementTrace
  /** Decisions in force that name it, contradicted ones first. */
  decisions: DecisionTrace[]
  /** Nothing was decided for it, although it is in force. */
  unserved: boolean
}

export interface CharterView {
  charter: CharterReport
  chains: Chain[]
  /** Requirements in force that no decision names. */
  unserved: RequirementTrace[]
  /** Decisions in force that name no requirement in force. */
  groundless: DecisionTrace[]
  /** Names of requirements that decisions give and that do not exist. */
  unknown: { name: string; decision: string }[]
  /** Decisions that are proposed, superseded or rejected. */
  notInForce: DecisionTrace[]
  /** Findings about components that run and that nobody decided; `undeclaredCount` also counts those that cannot be looked up. */
  undeclared: RankedFinding[]
  undeclaredCount: number
}

const requirementOrder: Record<RequirementTrace['verdict'], number> = {
  missed: 0,
  unmeasurable: 1,
  unproven: 2,
  met: 3,
  'not-in-force': 4,
}

const decisionOrder: Record<DecisionTrace['verdict'], number> = {
  contradicted: 0,
  unproven: 1,
  untested: 2,
  holds: 3,
  'not-in-force': 4,
}

export function charterView(charter: CharterReport, report: Report): CharterView {
  const { requirements, decisions, holes } = charter
  const decisionById = new Map(decisions.map((decision) => [decision.id, decision]))
  const unserved = new Set(holes.requirementsWithoutDecision)
  const groundless = new Set(holes.decisionsWithoutRequirement)
  const undeclared = new Set(holes.undeclared)
  return {
    charter,
    chains: requirements
      .map((requirement) => ({
        requirement,
        decisions: worstFirst(
          requirement.decisions.flatMap((id) => decisionById.get(id) ?? []),
          ({ verdict }) => decisionOrder[verdict],
        ),
        unserved: unserved.has(requirement.id),
      }))
      .toSorted((a, b) => requirementOrder[a.requirement.verdict] - requirementOrder[b.requirement.verdict]),
    unserved: requirements.filter(({ id }) => unserved.has(id)),
    groundless: worstFirst(
      decisions.filter(({ id }) => groundless.has(id)),
      ({ verdict }) => decisionOrder[verdict],
    ),
    unknown: decisions.flatMap(({ id, unknown, verdict }) =>
      verdict === 'not-in-force' ? [] : unknown.map((name) => ({ name, decision: id })),
    ),
    notInForce: decisions.filter(({ verdict }) => verdict === 'not-in-force'),
    undeclared: report.audits.flatMap((audit) =>
      audit.findings.filter(({ fingerprint }) => undeclared.has(fingerprint)).map((finding) => ({ audit, finding })),
    ),
    undeclaredCount: undeclared.size,
  }
}

/** Stable: within one verdict the order of the files stays. */
function worstFirst<Item>(items: Item[], orderOf: (item: Item) => number): Item[] {
  return items.toSorted((a, b) => orderOf(a) - orderOf(b))
}
